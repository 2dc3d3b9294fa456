#!/usr/bin/env bash
# Every C and C++ file that git tracks is formatted as .clang-format says.
# usage: format_check.sh ROOT
set -euo pipefail
cd "$1"
command -v clang-format-22 >/dev/null ||
  { echo "clang-format-22 is missing, so nothing was checked; tools/setup.sh installs it"; exit 1; }
mapfile -t files < <(git ls-files -- '*.h' '*.cpp' '*.c')
[ ${#files[@]} -gt 0 ] || { echo "no files found"; exit 1; }
status=0
found=$(clang-format-22 --dry-run --Werror "${files[@]}" 2>&1) || status=$?
if [ $status -ne 0 ]; then
  echo "not formatted (fix: clang-format-22 -i FILE):"
  # A place for each change: the files are enough. What is no such place is another trouble.
  grep -E '^[^ ]+:[0-9]+:[0-9]+: error: code should be' <<<"$found" | cut -d: -f1 | sort | uniq -c || true
  grep -vE '^ |: error: code should be|^[^ ]*$' <<<"$found" | head -n 5 || true
  exit 1
fi
echo "${#files[@]} files are formatted"
