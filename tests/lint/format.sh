#!/usr/bin/env bash
# The C and C++ files are as clang-format writes them. Its output differs from version to version: the one that counts is
# that of Debian 12, and another one skips this check.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
wanted=14

skip() {
  echo "skipped-because: $1"
  exit 77
}

tool=$(command -v "clang-format-$wanted" || command -v clang-format) || skip "clang-format $wanted is not installed"
[[ $("$tool" --version) =~ version\ ([0-9]+) ]]
[ "${BASH_REMATCH[1]}" = "$wanted" ] || skip "clang-format is ${BASH_REMATCH[1]}, the files are formatted with $wanted"

find lib daemon tests \( -name '*.cpp' -o -name '*.hpp' -o -name '*.c' -o -name '*.h' \) -print0 |
  xargs -0 "$tool" "${@:---dry-run}" -Werror
