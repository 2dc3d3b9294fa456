#!/usr/bin/env bash
# Sets up, builds, and shows the main job: a photograph's edges computed by a library generated from ten
# lines of .conv, and ResNet-50's layers timed beside oneDNN.
#
# usage: tools/demo.sh [OUT_DIR]      (default: build/demo)
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-build/demo}")
tools/setup.sh
cmake --preset release >/dev/null || { cmake --preset release; exit 1; }
echo "demo: building"
cmake --build --preset release
bin=build/release/bin
mkdir -p "$out/edges"

printf '\n== The layer ==\n'
cat examples/edges/edges.conv
printf '\n== What the compiler decided ==\n'
"$bin/convwright" compile examples/edges/edges.conv --target host -o "$out/edges" --explain
printf '\n== A photograph, and its edges by the generated library ==\n'
"$bin/edges" examples/edges/photo.png "$out/edges.png"
echo "wrote $out/edges.png"

printf '\n== ResNet-50, layer by layer, beside oneDNN (one thread, nhwc) ==\n'
"$bin/convwright" bench tests/bench/layers.tsv --suite rn50 --peer onednn --seconds 3 \
  --json "$out/rn50.json"
echo "wrote $out/rn50.json"
