#!/usr/bin/env bash
# format_check.sh passes when all is formatted, names what is not, and fails without clang-format.
# usage: format_check_test.sh
set -euo pipefail
check=$(realpath "$(dirname "$0")/format_check.sh")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$root"
git init -q .
printf 'BasedOnStyle: LLVM\n' >.clang-format
printf 'int good;\n' >good.h
git add .
fail() { echo "FAILED: $*"; exit 1; }

"$check" . >log || fail "formatted files are refused: $(cat log)"
grep -q '^1 files are formatted$' log || fail "the number of files is wrong: $(cat log)"

printf 'int   bad ;\n' >bad.c
git add .
"$check" . >log && fail "a file that is not formatted passes"
grep -q 'bad\.c' log && ! grep -q 'good\.h' log || fail "the wrong file is named: $(cat log)"

printf 'int bad;\n' >bad.c
printf 'BasedOnStyle: Nonsense\n' >.clang-format
"$check" . >log && fail "a configuration that cannot be read passes"

printf 'BasedOnStyle: LLVM\n' >.clang-format
mkdir bin
for tool in bash git cut sort uniq grep head cat; do ln -s "$(command -v $tool)" "bin/$tool"; done
PATH=$root/bin "$check" . >log && fail "it passes without clang-format"
grep -q 'clang-format-22 is missing' log || fail "it does not say what is missing: $(cat log)"
