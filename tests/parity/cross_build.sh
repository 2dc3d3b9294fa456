#!/usr/bin/env bash
# Builds the runtime and the parity runner for 64-bit ARM.
# usage: cross_build.sh SOURCE_DIR BUILD_DIR
set -euo pipefail
source=$1 build=$2
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCONVWRIGHT_RUNTIME_ONLY=ON \
  -DCMAKE_TOOLCHAIN_FILE="$source/tools/cmake/aarch64-linux-gnu.cmake" >"$build.log" 2>&1 || { cat "$build.log"; exit 1; }
cmake --build "$build" --target convwright_runtime
mkdir -p "$build/bin"
# The host's copy of nlohmann-json is headers only; -idirafter keeps the host's C headers out.
aarch64-linux-gnu-g++ -std=c++20 -O2 -Wall -I"$source" -I"$source/runtime/include" -I"$build/runtime/include" \
  -idirafter /usr/include "$source/tests/parity/ParityRunner.cpp" \
  "$source"/schedules/kernel/{GuardedMemory,HostTensor,Layout}.cpp -ldl -o "$build/bin/parity_runner"
