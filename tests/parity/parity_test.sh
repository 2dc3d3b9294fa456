#!/usr/bin/env bash
# Compiles one golden group for one target, links it with the runtime and compares it with PyTorch's answers.
#
# usage: parity_test.sh CONVWRIGHT GROUP TARGET TOLERANCE WORK_DIR RUNTIME LINKER RUNNER [EMULATOR…]
# Exit code 77: this machine cannot run TARGET.
set -euo pipefail
convwright=$1 group=$2 target=$3 tolerance=$4 work=$5 runtime=$6 linker=$7 runner=$8
shift 8
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$work"
mkdir -p "$work"
"$convwright" compile "$here/$group.conv" --target "$target" -o "$work"
"$linker" -shared -o "$work/$group.so" -Wl,--whole-archive "$work/lib$group.a" -Wl,--no-whole-archive \
  "$runtime" -Wl,-Bsymbolic -pthread -ldl -lm
"$@" "$runner" "$work/$group.so" "$group" "$here/../data/golden/$group.safetensors" "$tolerance"
