#!/usr/bin/env bash
# Every C and C++ file that git tracks is formatted as .clang-format says.
# usage: format_check.sh ROOT
set -euo pipefail
cd "$1"
mapfile -t files < <(git ls-files -- '*.h' '*.cpp' '*.c')
[ ${#files[@]} -gt 0 ] || { echo "no files found"; exit 1; }
clang-format-22 --dry-run --Werror "${files[@]}" 2>&1 | grep -E 'error:' | cut -d: -f1 | sort | uniq -c >/tmp/format_check.$$ || true
if [ -s /tmp/format_check.$$ ]; then
  echo "not formatted (fix: clang-format-22 -i FILE):"; cat /tmp/format_check.$$; rm -f /tmp/format_check.$$; exit 1
fi
rm -f /tmp/format_check.$$
echo "${#files[@]} files are formatted"
