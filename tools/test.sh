#!/usr/bin/env bash
# Sets up, builds and runs every test; ends with a line "N passed, N failed".
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
# ctest closes with "97% tests passed, 3 tests failed out of 120".
summary=$(grep -E '^[0-9]+% tests passed' "$log" | tail -n 1)
failed=$(sed -E 's/.* ([0-9]+) tests failed.*/\1/' <<<"$summary")
total=$(sed -E 's/.*out of ([0-9]+).*/\1/' <<<"$summary")
[ -n "$summary" ] || { echo "test: no test ran" >&2; exit 1; }
echo "$((total - failed)) passed, $failed failed"
exit "$status"
