#!/usr/bin/env bash
# The bench measures something and its report reads it: smoke.sh BENCH GATEWAY.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" --quick --json "$folder/measured.json" --folder "$folder/work" start
python3 -B "$(dirname "$0")/report.py" "$folder/measured.json" "$2" >"$folder/shown"
cat "$folder/shown"
grep -q '^2 figures, ' "$folder/shown"
