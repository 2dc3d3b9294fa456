#!/usr/bin/env bash
# Runs clang-tidy over the project's C++ files, skipping those that passed unchanged before.
#
# usage: tools/tidy.sh BUILD_DIR [PREFIX…]
#   BUILD_DIR  a configured and built tree with compile_commands.json
#   PREFIX     rooms or folders to look at (default: dsl runtime compiler schedules tools)
set -euo pipefail
build=$(realpath "${1:?usage: tools/tidy.sh BUILD_DIR [PREFIX…]}")
shift
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- dsl runtime compiler schedules tools
[ -f "$build/compile_commands.json" ] || { echo "tidy: $build has no compile_commands.json: configure it first" >&2; exit 1; }
stamps=$build/tidy
mkdir -p "$stamps"

# A file's stamp covers it, the configuration, and all headers of the rooms.
headers=$( (cat .clang-tidy; git ls-files -z -- '*.h' '*.def' '*.td' | xargs -0 cat) | sha256sum | cut -c1-16)
check_one() {
  local file=$1 key
  key=$( (echo "$headers"; cat "$file") | sha256sum | cut -c1-32)
  [ -f "$stamps/$key" ] && return 0
  if clang-tidy-22 --quiet -p "$build" "$file" 2>/dev/null >"$stamps/$key.out"; then
    rm -f "$stamps/$key.out"; : >"$stamps/$key"
  else
    cat "$stamps/$key.out"; rm -f "$stamps/$key.out"; return 1
  fi
}
export -f check_one
export headers stamps build
failed=0
git ls-files -- "$@" | grep '\.cpp$' | xargs -P "$(nproc)" -I{} bash -c 'check_one {}' || failed=1
[ $failed -eq 0 ] && echo "tidy: nothing found"
exit $failed
