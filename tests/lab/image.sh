#!/bin/bash
# Builds the lab's image, a minimal Debian with systemd: image.sh SUITE PACKAGES OUT, where PACKAGES, separated by commas, are
# what the package under test depends on. Leaves OUT/image.squashfs. The package itself is installed at each boot.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
suite=$1
packages=systemd,systemd-sysv,udev,kmod,iproute2,procps,alsa-utils,gpiod,python3-minimal,libpython3-stdlib,$2
out=$3
# For speed, and because the machine has no use for them: no logins, no timers, no sessions.
masked=(systemd-timesyncd.service getty@tty1.service getty.target apt-daily.timer apt-daily-upgrade.timer
  dpkg-db-backup.timer e2scrub_reap.service fstrim.timer console-getty.service serial-getty@.service
  systemd-hwdb-update.service systemd-journal-flush.service systemd-update-utmp.service
  systemd-update-utmp-runlevel.service systemd-logind.service systemd-user-sessions.service
  systemd-random-seed.service systemd-firstboot.service e2scrub_all.timer modprobe@dm_mod.service
  modprobe@drm.service modprobe@efi_pstore.service modprobe@fuse.service modprobe@loop.service
  modprobe@configfs.service systemd-tmpfiles-clean.timer ldconfig.service)
# shellcheck disable=SC2016  # $1, the folder of the image, is for mmdebstrap's shell
last=(--customize-hook='ln -s /etc/systemd/system/lab.target "$1/etc/systemd/system/default.target"'
  --customize-hook='mkdir "$1/lab"; echo lab >"$1/etc/hostname"; : >"$1/etc/fstab"'
  --customize-hook='ln -sf /dev/null "$1/etc/sysctl.d/50-pid-max.conf"' # more than this kernel has
  --customize-hook='rm -rf "$1/var/lib/apt/lists" "$1/var/cache/apt"; mkdir -p "$1/var/lib/apt/lists/partial"')
mkdir -p "$out"
mmdebstrap --quiet --variant=minbase --include="$packages" \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/alsa/speaker*' \
  --customize-hook="install -t \"\$1/usr/sbin\" '$here/guest/lab-init' '$here/guest/lab-story'" \
  --customize-hook="install -m 644 -t \"\$1/etc/systemd/system\" '$here/guest/lab.target' '$here/guest/lab-story.service'" \
  --customize-hook="for unit in ${masked[*]}; do ln -sf /dev/null \"\$1/etc/systemd/system/\$unit\"; done" \
  "${last[@]}" --format=tar "$suite" - | tar2sqfs --quiet --force --compressor zstd "$out/image.squashfs"
