#!/usr/bin/env bash
# Says what became of the tests of a ctest run: which were skipped, then "N passed, N failed", and ",
# N skipped" when some were. A test that was skipped, disabled or never started has not passed.
#
# usage: tools/summarise_tests.sh LOG      what ctest wrote
set -euo pipefail
log=${1:?usage: tools/summarise_tests.sh LOG}
# ctest closes with "97% tests passed, 3 tests failed out of 120", which counts skipped ones as passed.
summary=$(grep -E '^[0-9]+% tests passed' "$log" | tail -n 1 || true)
[ -n "$summary" ] || { echo "test: no test ran" >&2; exit 1; }
failed=$(sed -E 's/.* ([0-9]+) tests? failed.*/\1/' <<<"$summary")
total=$(sed -E 's/.*out of ([0-9]+).*/\1/' <<<"$summary")
# Below it: "The following tests did not run:", "	 12 - Name (Skipped)".
idle=$(sed -nE '/^The following tests did not run:/,/^$/s/^[[:space:]]*[0-9]+ - (.*) \((Skipped|Disabled)\)$/\1/p' "$log")
skipped=0
if [ -n "$idle" ]; then
  skipped=$(wc -l <<<"$idle")
  echo "skipped:"
  sed 's/^/  /' <<<"$idle"
fi
disabled=$(grep -cE '^[[:space:]]*[0-9]+ - .* \(Disabled\)$' "$log" || true) # not in ctest's total
closing="$((total + disabled - failed - skipped)) passed, $failed failed"
[ "$skipped" -eq 0 ] || closing+=", $skipped skipped"
echo "$closing"
