#!/usr/bin/env bash
# Sets up, builds and runs every test; ends with a line "N passed, N failed", and ", N skipped" behind it
# when some could not run here.
#
# usage: tools/test.sh [ctest arguments…]      e.g. tools/test.sh -L parity
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh
cmake --preset release >/dev/null || { cmake --preset release; exit 1; }
echo "test: building"
cmake --build --preset release
log=build/release/test.log
status=0
ctest --test-dir build/release --output-on-failure -j "$(nproc)" --no-tests=error "$@" 2>&1 | tee "$log" || status=$?
tools/summarise_tests.sh "$log"
exit "$status"
