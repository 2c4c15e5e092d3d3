#!/usr/bin/env bash
# The service unit is one that systemd understands, and stays closed: unit.sh BUILT_UNIT.
set -euo pipefail
most_exposure=15 # tenths, of 100; what `systemd-analyze security` calls OK ends at 50

skip() {
  echo "skipped-because: $1"
  exit 77
}
command -v systemd-analyze >/dev/null || skip "systemd-analyze is not installed"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The program need not be installed for this: the system's own stands in for it.
sed -E 's|^(Exec[A-Za-z]+=)[^ ]+|\1/bin/true|' "$1" >"$folder/zello-gateway.service"
said=$(systemd-analyze verify --man=no --recursive-errors=no "$folder/zello-gateway.service" 2>&1) || {
  echo "$said"
  exit 1
}
[ -z "$said" ] || {
  echo "$said"
  exit 1
}
systemd-analyze security --no-pager --offline=true --threshold=$most_exposure "$folder/zello-gateway.service" |
  tail -n 1
