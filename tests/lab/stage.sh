#!/bin/sh
# Packs what `cmake --install` installs as a package, for the lab alone: stage.sh BUILD OUT.deb. It has the least that makes the
# service run: its user, and the rule that gives GPIO chips to the group gpio, as Raspberry Pi OS has it.
set -eu
build=$1
deb=$2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"
DESTDIR=$tree cmake --install "$build" --strip >/dev/null
mkdir -p "$tree/usr/lib/udev/rules.d" "$tree/debian" "$tree/DEBIAN"
echo 'SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"' >"$tree/usr/lib/udev/rules.d/60-zello-gateway.rules"
printf 'Source: zello-gateway\n\nPackage: zello-gateway\nArchitecture: any\n' >"$tree/debian/control"
depends=$(cd "$tree" && find . -path '*/bin/zello-gateway' -exec dpkg-shlibdeps -O {} + | sed 's/^shlibs:Depends=//')
rm -r "$tree/debian"
cat >"$tree/DEBIAN/control" <<CONTROL
Package: zello-gateway
Version: 0.0~lab
Architecture: $(dpkg --print-architecture)
Maintainer: nobody <nobody@localhost>
Depends: $depends
Description: what cmake --install installs
CONTROL
printf '#!/bin/sh\nset -e\nsystemd-sysusers\n[ ! -d /run/systemd/system ] || systemctl daemon-reload\n' >"$tree/DEBIAN/postinst"
chmod 755 "$tree/DEBIAN/postinst"
dpkg-deb --root-owner-group -Znone --build "$tree" "$deb" >/dev/null
