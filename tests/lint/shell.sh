#!/usr/bin/env bash
# The shell scripts pass shellcheck.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

command -v shellcheck >/dev/null || {
  echo "skipped-because: shellcheck is not installed"
  exit 77
}
shellcheck run .ci/run systemd/*.sh tests/package/*.sh tests/lint/*.sh tests/lab/*.sh tests/lab/guest/lab-init tests/lab/guest/lab-story
