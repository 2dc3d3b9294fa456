#!/usr/bin/env bash
# What tools/summarise_tests.sh says of a ctest run: nothing that did not run has passed.
# usage: test_summary_test.sh TOOLS
set -euo pipefail
summarise=$(realpath "$1/summarise_tests.sh")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$root"
fail() { echo "FAILED: $*"; exit 1; }

# tests OUTCOME...: runs a ctest with one test of each outcome, and leaves the closing line in `closing`.
tests() {
  rm -rf tree && mkdir tree
  local n=0 outcome
  printf 'cmake_minimum_required(VERSION 3.25)\nproject(t NONE)\nenable_testing()\n' >tree/CMakeLists.txt
  for outcome in "$@"; do
    n=$((n + 1))
    case $outcome in
    pass) echo "add_test(NAME t$n COMMAND true)" ;;
    fail) echo "add_test(NAME t$n COMMAND false)" ;;
    missing) echo "add_test(NAME t$n COMMAND /nowhere/program)" ;;
    skip) echo "add_test(NAME \"t $n (a/b)\" COMMAND sh -c \"exit 77\")
                set_tests_properties(\"t $n (a/b)\" PROPERTIES SKIP_RETURN_CODE 77)" ;;
    disabled) echo "add_test(NAME t$n COMMAND true)
                    set_tests_properties(t$n PROPERTIES DISABLED TRUE)" ;;
    esac >>tree/CMakeLists.txt
  done
  cmake -S tree -B tree/build >/dev/null
  ctest --test-dir tree/build --output-on-failure >log 2>&1 || true
  "$summarise" log >out || fail "no summary of: $*"
  closing=$(tail -n 1 out)
}
expect() { [ "$closing" = "$1" ] || fail "'$closing' in place of '$1'"; }

tests pass
expect "1 passed, 0 failed"
tests pass pass fail
expect "2 passed, 1 failed"
tests pass skip fail missing pass skip
expect "2 passed, 2 failed, 2 skipped"
grep -q '^  t 2 (a/b)$' out || fail "skipped tests are not named"
tests skip
expect "0 passed, 0 failed, 1 skipped"
tests pass disabled
expect "1 passed, 0 failed, 1 skipped"
: >log
"$summarise" log >out 2>&1 && fail "a run without tests passes"
exit 0
