#!/bin/sh
# The life of the installed package, told inside a fresh root: life.sh OLD.deb NEW.deb. `./run package --try` calls it.
set -eu
export DEBIAN_FRONTEND=noninteractive
config=/etc/zello-gateway/zello-gateway.yaml

fail() {
  echo "life.sh: $*" >&2
  exit 1
}
install() { apt-get -q -y --no-install-recommends --allow-downgrades install "$1" >/dev/null; }
state() { systemctl is-enabled zello-gateway 2>/dev/null || true; }
# has FILE MODE OWNER
has() { [ "$(stat -c '%a %U:%G' "$1")" = "$2 $3" ] || fail "$1 is $(stat -c '%a %U:%G' "$1"), not $2 $3"; }

echo "installs"
apt-get -q update >/dev/null
install "$1"
zello-gateway version
[ "$(state)" = disabled ] || fail "installed, the service is $(state)"
has /etc/zello-gateway 750 root:zello-gateway
has /etc/zello-gateway/credentials 700 root:root
has $config 644 root:root

echo "checks the example as the service's user"
runuser -u zello-gateway -- zello-gateway check $config || fail "the example is not in order"

echo "is configured and switched on"
echo "# mine" >>$config
echo secret >/etc/zello-gateway/password
systemctl enable zello-gateway 2>/dev/null

echo "is upgraded"
install "$2"
[ "$(tail -n 1 $config)" = "# mine" ] || fail "the upgrade took the configuration away"
[ -f /etc/zello-gateway/password ] || fail "the upgrade took a secret away"
[ "$(state)" = enabled ] || fail "upgraded, the service is $(state)"

echo "is removed"
apt-get -q -y remove zello-gateway >/dev/null
[ ! -e /usr/bin/zello-gateway ] || fail "removed, the program is there"
[ "$(tail -n 1 $config)" = "# mine" ] || fail "removed, the configuration is gone"

echo "is purged"
mkdir -p /var/lib/zello-gateway
touch /var/lib/zello-gateway/events.ndjson
apt-get -q -y purge zello-gateway >/dev/null
left=$(find / -xdev -path /proc -prune -o -path /sys -prune -o -path /dev -prune -o -path /build -prune -o \
  -name '*zello*' -not -path '/var/cache/apt/*' -print)
[ -z "$left" ] || fail "purged, there is still $left"
getent passwd zello-gateway >/dev/null || fail "purged, the user is gone"
echo "nothing is left but the user and the groups"
