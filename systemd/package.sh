#!/usr/bin/env bash
# Builds Debian packages into build/package/SUITE: package.sh [OPTION…] [ARCHITECTURE…] [SUITE…], as root.
#
# Each suite has a root, a folder with this machine's programs of that suite, compilers for the other architectures among
# them; each other architecture has a sysroot, a folder with its libraries, of which nothing is run. Both are made of
# Debian's packages by mmdebstrap, and kept in the cache under a name made of what they are made of. In the root, an
# ordinary dpkg-buildpackage runs with debian/rules; it sees a copy of the files that git knows, always at the same path.
set -euo pipefail
top=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
debian=$top/systemd/debian
cache=${ZGW_PACKAGE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/zello-gateway}
out=$top/build/package
here=$(dpkg --print-architecture)
suite_here=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)

step() { printf '\n== %s\n' "$*"; }
fail() {
  printf 'package: %s\n' "$*" >&2
  exit 1
}

# follow LOG: keeps what a build says, and says every now and then how far it is
follow() {
  perl -e '
    $| = 1;
    open(my $log, ">", shift) or die "$!";
    $log->autoflush(1);
    my ($began, $said) = (time, time);
    while (my $line = <STDIN>) {
      print $log $line;
      next if time - $said < 20;
      my ($done, $what) = $line =~ m{^\[(\d+/\d+)\]} ? ($1, "compiled") : $line =~ m{^ *(\d+/\d+) Test} ? ($1, "tested") : next;
      $said = time;
      printf "  %s %s after %d s\n", $what, $done, $said - $began;
    }' "$1"
}

# ---- roots

# build_depends: the words of Build-Depends without versions and profiles, one a line
build_depends() {
  sed -n '/^Build-Depends:/,/^$/p' "$debian/control" | sed 's/^Build-Depends://; s/ *<[^>]*>//; s/ *([^)]*)//; s/:any//' |
    tr -d ' ' | tr ',' '\n' | sed '/^$/d; s/debhelper-compat/debhelper/'
}

libraries() { build_depends | grep -e '^lib.*-dev$' -e '^doctest-dev$'; }

# compiler ARCHITECTURE
compiler() {
  case $1 in
    "$here") echo g++ ;;
    amd64) echo g++-x86-64-linux-gnu ;;
    arm64) echo g++-aarch64-linux-gnu ;;
    armhf) echo g++-arm-linux-gnueabihf ;;
    *) fail "$1 is no architecture of the package: amd64, arm64, armhf" ;;
  esac
}

# made KIND SUITE ARCHITECTURE PACKAGE…: prints the folder, which it makes where the cache has none
made() {
  local kind=$1 suite=$2 architecture=$3
  shift 3
  local packages key folder
  packages=$(printf '%s\n' "$@" | sort -u | paste -sd ,)
  key=$(printf '%s\n' "$kind" "$suite" "$architecture" "$packages" "$(declare -f "make_$kind")" | sha256sum | cut -c 1-12)
  folder=$cache/$kind-$suite-$architecture-$key
  if [ ! -d "$folder" ] || [ -n "${fresh-}" ]; then
    step "making $folder" >&2
    mkdir -p "$cache"
    rm -rf --one-file-system "$folder" "$folder.part"
    "make_$kind" "$suite" "$architecture" "$packages" "$folder.part" >"$folder.log" 2>&1 ||
      { tail -n 20 "$folder.log" >&2; fail "$folder cannot be made"; }
    mv "$folder.part" "$folder"
  fi
  echo "$folder"
}

make_root() { mmdebstrap --mode=root --variant=apt --architectures="$2" --include="$3" "$1" "$4"; }

# Only unpacked: the maintainer scripts would be foreign programs. So its database of packages, from which the dependencies
# are read, is written here. Of the suite as it was released, without its updates: what is linked against that runs with
# them, and a mirror whose index of updates is out of step for an architecture does not stand in the way.
make_sysroot() {
  mmdebstrap --mode=root --variant=extract --architectures="$2" --include="$3" \
    --extract-hook="$top/systemd/package.sh --enter-into-database \"\$1\"" "$1" "$4" http://deb.debian.org/debian
  rm -rf "${4:?}/dev" # an emulated program finds what is here before what is there
}

enter_into_database() {
  local database=$1/var/lib/dpkg deb name
  for deb in "$1"/var/cache/apt/archives/*.deb; do
    name=$(dpkg-deb --field "$deb" Package)
    [ "$(dpkg-deb --field "$deb" Multi-Arch)" != same ] || name+=:$(dpkg-deb --field "$deb" Architecture)
    mkdir -p "$database/info" "$database/control"
    dpkg-deb --field "$deb" | sed '1a Status: install ok installed' >>"$database/status"
    echo >>"$database/status"
    dpkg-deb --fsys-tarfile "$deb" | tar -t | sed 's|^\.||; s|\(.\)/$|\1|; s|^/$|/.|' >"$database/info/$name.list"
    rm -rf "$database/control"
    dpkg-deb --control "$deb" "$database/control"
    for file in symbols shlibs; do
      [ ! -f "$database/control/$file" ] || cp "$database/control/$file" "$database/info/$name.$file"
    done
  done
  rm -rf "$database/control"
  echo 1 >"$database/info/format" # names with architectures
  # One place for libraries, as in the root: links to /lib lead there. Debian 13's packages have no other.
  if [ -d "$1/lib" ]; then
    cp -a "$1/lib/." "$1/usr/lib/"
    rm -r "${1:?}/lib"
  fi
  ln -s usr/lib "$1/lib"
}

root_of() {
  local -a compilers=()
  local architecture
  for architecture in amd64 arm64 armhf; do
    compilers+=("$(compiler "$architecture")")
  done
  # shellcheck disable=SC2046  # words
  made root "$1" "$here" build-essential dpkg-dev ca-certificates ccache lintian man-db groff-base qemu-user-static fakeroot \
    "${compilers[@]}" $(build_depends)
}

# shellcheck disable=SC2046  # words
sysroot_of() { made sysroot "$1" "$2" libc6-dev libstdc++-"$(compiler_version "$1")"-dev libasound2-data $(libraries); }

# The C++ library that belongs to the suite's compiler.
compiler_version() { ls "$(root_of "$1")/usr/include/c++"; }

# inside ROOT FOLDER PATH COMMAND…: runs it in the root, where FOLDER is at PATH, with $sysroot of $triplet if there is one
inside() {
  local root=$1 folder=$2 path=$3
  shift 3
  mkdir -p "$root$path" "$root/ccache" "$root/sysroot" "$cache/ccache"
  [ -z "$sysroot" ] || mkdir -p "$root/usr/lib/$triplet"
  # shellcheck disable=SC2016  # for the other shell
  unshare --mount --propagation private bash -euc '
    root=$1 folder=$2 path=$3 ccache=$4 sysroot=$5 triplet=$6
    shift 6
    mount --bind "$folder" "$root$path"
    mount --bind "$ccache" "$root/ccache"
    mount --rbind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t tmpfs tmpfs "$root/tmp"
    if [ -n "$sysroot" ]; then
      mount --bind "$sysroot" "$root/sysroot"
      mount --bind "$sysroot/usr/lib/$triplet" "$root/usr/lib/$triplet"
    fi
    exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 USER=root LOGNAME=root \
      ${SOURCE_DATE_EPOCH+"SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH"} "$@"' \
    inside "$root" "$folder" "$path" "$cache/ccache" "$sysroot" "$triplet" "$@"
}

# ---- one package

# copy_sources FOLDER SUITE: what git knows, debian/ at its place, and the version of the suite. The table of packages stays
# behind: a package cannot hold its own hash.
copy_sources() {
  local -a suffix=([12]="~deb12u1" [13]="~deb13u1")
  local number
  case $2 in
    bookworm) number=12 ;;
    trixie) number=13 ;;
    *) fail "$2 is no suite of the package: bookworm, trixie" ;;
  esac
  rm -rf --one-file-system "$1"
  mkdir -p "$1"
  (cd "$top" && if git -c safe.directory="$top" rev-parse --git-dir >/dev/null 2>&1; then
    git -c safe.directory="$top" ls-files -z --cached --others --exclude-standard
  else
    find . -path ./build -prune -o -type f -print0
  fi | while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
    tar -c --null --files-from=-) | tar -x -C "$1" --no-same-owner
  mv "$1/systemd/debian" "$1/debian"
  sed -i '/<!-- packages -->/,/<!-- end of packages -->/d' "$1/docs/packages.md"
  digest "$1" >"$1.digest"
  sed -i "1s/) [a-z]*;/${suffix[number]}) $2;/" "$1/debian/changelog"
  find "$1" -exec touch --no-dereference --date="$(dpkg-parsechangelog -l "$1/debian/changelog" -S Date)" {} +
}

# digest FOLDER: of what a package and its unit tests are made of, names and content. What was measured of a package is written into
# the documents' tables, and does not make its sources others.
digest() {
  local file
  (cd "$1" && find CHANGELOG.md CMakeLists.txt config daemon debian docs lib systemd tests/unit -type f ! -name package.sh \
    ! -path docs/performance.json | LC_ALL=C sort | while IFS= read -r file; do
    if [[ $file == docs/*.md ]]; then sed '/^<!-- [a-z]/,/^<!-- end of /d' "$file"; else cat "$file"; fi | sha256sum
    echo "$file"
  done | sha256sum | cut -c 1-16)
}

# build ARCHITECTURE SUITE PATH FOLDER: leaves the packages in FOLDER, built at PATH
build() {
  local architecture=$1 suite=$2 path=$3 folder=$4
  local root sysroot="" triplet
  # No CCACHE_BASEDIR: it would rewrite the paths of the sources, which reach the objects by __FILE__.
  local -a environment=(DEB_BUILD_OPTIONS="parallel=$(nproc) terse noautodbgsym${no_test:+ nocheck}"
    CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_DIR="/ccache${again:+/again}")
  root=$(root_of "$suite")
  triplet=$(dpkg-architecture -a "$architecture" -q DEB_HOST_MULTIARCH 2>/dev/null)
  if [ "$architecture" != "$here" ]; then
    sysroot=$(sysroot_of "$suite" "$architecture")
    environment+=(ZGW_SYSROOT=/sysroot)
  fi
  copy_sources "$folder/zello-gateway" "$suite"
  # The profile is named, so that a test is left out only on request; what is not installed is in the sysroot.
  inside "$root" "$folder" "$path" env -C "$path/zello-gateway" "${environment[@]}" \
    dpkg-buildpackage --build=binary --unsigned-changes --unsigned-source --host-arch="$architecture" \
    ${sysroot:+-d --build-profiles=cross} 2>&1 | follow "$folder/build.log" ||
    { tail -n 40 "$folder/build.log" >&2; fail "the package for $architecture, $suite is not built, see $folder/build.log"; }
}

# ---- what is said about them

# note ARCHITECTURE SUITE FACT VALUE: kept in build/package/facts, for the table
note() {
  mkdir -p "$out/facts"
  printf '%s %s\n' "$3" "$4" >>"$out/facts/$1-$2"
}

# note_package ARCHITECTURE SUITE DEB RESULTS: of the same sources what was tested and shown before still holds, and of the very same
# package that it was built twice alike
note_package() {
  local facts=$out/facts/$1-$2 hash sources before="" holds='^(tests|demo) ' count skipped
  hash=$(sha256sum "$3" | cut -c 1-64)
  sources=$(cat "$out/$1-$2/zello-gateway.digest")
  if grep -qsx "hash $hash" "$facts"; then holds='^(tests|demo|again) '; fi
  if grep -qsx "sources $sources" "$facts"; then before=$(grep -E "$holds" "$facts" || true); fi
  rm -f "$facts"
  [ -z "$before" ] || printf '%s\n' "$before" >"$facts"
  note "$1" "$2" sources "$sources"
  note "$1" "$2" hash "$hash"
  note "$1" "$2" bytes "$(stat -c %s "$3")"
  note "$1" "$2" installed "$(dpkg-deb --field "$3" Installed-Size)"
  [ -f "$4" ] || return 0
  count=$(sed -n 's/^\[doctest\] test cases: *[0-9]* | *\([0-9]*\) passed.*/\1/p' "$4" | paste -sd +)
  skipped=$(grep -c 'skipped-because:' "$4" || true)
  note "$1" "$2" tests "$((count - skipped)) $skipped"
}

# table FILE…
table() {
  local file
  printf '%-58s %10s  %s\n' file bytes sha256
  for file in "$@"; do
    printf '%-58s %10s  %s\n' "${file#"$out"/}" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -c 1-64)"
  done
}

# check_with_lintian FOLDER ROOT: no error, no warning
check_with_lintian() {
  local sysroot="" triplet=""
  inside "$2" "$1" /build/lintian sh -c \
    'lintian --allow-root --fail-on error,warning --tag-display-limit 0 --info /build/lintian/*.changes' ||
    fail "lintian complains of $1"
}

package() {
  local architecture=$1 suite=$2 folder=$out/$1-$2 began=$SECONDS
  local results=$folder/zello-gateway/obj/Testing/Temporary/LastTest.log
  step "zello-gateway for $architecture, $suite"
  build "$architecture" "$suite" /build "$folder"
  grep -E '^[0-9]+% tests passed' "$folder/build.log" || echo "no unit tests"
  grep -hs 'skipped-because:' "$results" | sort | uniq -c || true
  echo "built in $((SECONDS - began)) s"
  check_with_lintian "$folder" "$(root_of "$suite")"
  echo "lintian has nothing to say; the digest of the sources is $(cat "$folder/zello-gateway.digest")"
  mkdir -p "$out/$suite"
  note_package "$architecture" "$suite" "$folder"/zello-gateway_*.deb "$results"
  mv "$folder"/*.deb "$out/$suite/"
}

# ---- what is tried with them

# same_again ARCHITECTURE SUITE: built once more at another path, of objects that were compiled there, it has the same hash
same_again() {
  local folder=$out/$1-$2-again first second
  step "zello-gateway for $1, $2, again"
  (again=yes no_test=yes && build "$1" "$2" /build/another/and/longer/path "$folder")
  cmp -s "$out/$1-$2/zello-gateway.digest" "$folder/zello-gateway.digest" || fail "the sources have changed meanwhile"
  first=$(cd "$out/$2" && sha256sum zello-gateway_*_"$1".deb)
  second=$(cd "$folder" && sha256sum zello-gateway_*_"$1".deb)
  [ "$first" = "$second" ] || fail "it is not the same again: $first, $second"
  echo "the same: $first"
  note "$1" "$2" again yes
}

# Programs of another architecture run in a root by themselves: the kernel is told who interprets them.
make_base() {
  mmdebstrap --mode=root --variant=apt --architectures="$2" --include="$3" "$1" "$4"
}

register_interpreter() {
  local -A names=([amd64]=x86_64 [arm64]=aarch64 [armhf]=arm)
  local name=qemu-${names[$1]}
  [ -e /proc/sys/fs/binfmt_misc/register ] || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
  [ -e "/proc/sys/fs/binfmt_misc/$name" ] || grep -v '^#' "/usr/lib/binfmt.d/$name.conf" >/proc/sys/fs/binfmt_misc/register
}

# previous DEB FOLDER: the same package as an earlier version, to upgrade from
previous() {
  rm -rf --one-file-system "$2/previous"
  dpkg-deb --raw-extract "$1" "$2/previous"
  sed -i 's/^Version: .*/Version: 0.0.1-1/' "$2/previous/DEBIAN/control"
  dpkg-deb --root-owner-group --build "$2/previous" "$2/previous.deb" >/dev/null
}

# try_package ARCHITECTURE SUITE: installs it in a fresh root and runs the demo there, then goes through the package's life
try_package() {
  local architecture=$1 suite=$2 folder=$out/$1-$2-try archives=$cache/archives-$2-$1 sysroot="" triplet="" base deb began
  step "trying zello-gateway for $architecture, $suite"
  deb=$(echo "$out/$suite"/zello-gateway_*_"$architecture".deb)
  [ "$architecture" = "$here" ] || register_interpreter "$architecture"
  base=$(made base "$suite" "$architecture" systemd ca-certificates)
  rm -rf --one-file-system "$folder"
  mkdir -p "$folder/files"
  cp -a "$base" "$folder/root"
  cp "$deb" "$folder/files/new.deb"
  previous "$deb" "$folder"
  mv "$folder/previous.deb" "$folder/files/"
  cp "$top/tests/package/life.sh" "$folder/files/life.sh"
  cp /etc/resolv.conf /etc/hosts "$folder/root/etc/"
  # What was downloaded is kept for the next time; that it outlives a loss of power does not matter.
  mkdir -p "$archives"
  cp -a "$archives/." "$folder/root/var/cache/apt/archives/"
  echo force-unsafe-io >"$folder/root/etc/dpkg/dpkg.cfg.d/unsafe-io"
  inside "$folder/root" "$folder/files" /build sh /build/life.sh /build/previous.deb /build/new.deb ||
    fail "the package's life went wrong for $architecture, $suite"
  began=$SECONDS
  # The demo is in real time, and goes before whatever else the machine has to do: by its own nice value and by that of its
  # session, of which alone the kernel takes notice where it groups processes by sessions.
  # shellcheck disable=SC2016  # for the other shell
  inside "$folder/root" "$folder/files" /build sh -c 'apt-get -q -y install /build/new.deb >/build/apt.log 2>&1 &&
    cd /tmp && { setsid --wait sh -c "{ echo -15 >/proc/self/autogroup; } 2>/dev/null
      exec nice -n -15 runuser -u zello-gateway -- zello-gateway demo --quick"; status=$?; cp -r demo-1 /build/; exit $status; }' \
    >"$folder/demo.log" 2>&1 ||
    { tail -n 30 "$folder/demo.log"; fail "the demo failed for $architecture, $suite"; }
  rm -rf "$archives"
  mv "$folder/root/var/cache/apt/archives" "$archives"
  tail -n 1 "$folder/demo.log"
  note "$architecture" "$suite" demo yes
  echo "installed and shown in $((SECONDS - began)) s; its words are in $folder/demo.log, its files in $folder/files/demo-1"
  rm -rf --one-file-system "$folder/root"
}

main() {
  local twice="" try="" build=yes keep=""
  local -a architectures=() suites=()
  local word architecture suite
  for word in "$@"; do
    case $word in
      --no-test) no_test=yes ;;
      --fresh) fresh=yes ;;
      --twice) twice=yes ;;
      --try) try=yes ;;
      --try-only) try=yes build="" ;;
      --keep) keep=yes ;;
      --all) architectures=(amd64 arm64 armhf) suites=(bookworm trixie) ;;
      amd64 | arm64 | armhf) architectures+=("$word") ;;
      bookworm | trixie) suites+=("$word") ;;
      *) fail "$word is no option, architecture or suite" ;;
    esac
  done
  [ ${#architectures[@]} -gt 0 ] || architectures=("$here")
  [ ${#suites[@]} -gt 0 ] || suites=("$suite_here")
  for suite in "${suites[@]}"; do
    for architecture in "${architectures[@]}"; do
      [ -z "$build" ] || package "$architecture" "$suite"
      [ -z "$twice" ] || same_again "$architecture" "$suite"
      [ -z "$try" ] || try_package "$architecture" "$suite"
    done
  done
  # Whoever asked by sudo can clean up.
  [ -z "${SUDO_UID-}" ] || chown -R "$SUDO_UID" "$out"
  [ -z "$keep" ] || python3 -B "$top/tests/package/report.py" "$out/facts" "$(date -u +%F)"
  step "packages in $out, after $((SECONDS / 60)) min $((SECONDS % 60)) s"
  table "$out"/*/*.deb
}

no_test="" again=""
if [ "${1-}" = --enter-into-database ]; then
  enter_into_database "$2"
else
  main "$@"
fi
