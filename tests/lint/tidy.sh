#!/usr/bin/env bash
# clang-tidy on one file: tidy.sh BUILD_FOLDER FILE. Says nothing about what is fine or about a file that is not compiled
# (the sources for the other version of libgpiod).
set -euo pipefail
grep -qF "\"file\": \"$2\"" "$1/compile_commands.json" || exit 0
echo "${2##*/}"
# The flags that g++ alone knows are no finding.
clang-tidy -p "$1" --quiet --extra-arg=-Wno-unknown-warning-option "$2" 2>/dev/null
