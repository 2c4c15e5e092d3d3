#!/bin/sh
# Packs what `cmake --install` installs as a package, for the lab alone: stage.sh BUILD OUT.deb. Beyond that it makes the
# service's user.
set -eu
build=$1
deb=$2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"
DESTDIR=$tree cmake --install "$build" --strip >/dev/null
mkdir -p "$tree/debian" "$tree/DEBIAN"
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
