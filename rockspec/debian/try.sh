#!/bin/bash
# Installs the packages of build/deb in a fresh Debian, uses them as a person would, and takes them away again: nothing is left.
# Needs root, debootstrap and a mirror. The bare root is kept in $TETHER_ROOTS (build/roots) for the next time.
set -euo pipefail
packages=$PWD/build/deb roots=${TETHER_ROOTS:-$PWD/build/roots} suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
bare=$roots/$suite root=$roots/try.$$
[ "$(id -u)" = 0 ] || { echo "test-deb needs root: it makes a Debian of its own to install into" >&2; exit 3; }
# Mounts of its own: whatever ends this script, /dev is nowhere below build/ when somebody removes that.
[ -n "${TETHER_APART-}" ] || exec env TETHER_APART=1 unshare --mount --propagation private bash "$0"

leave() {
  for point in dev/pts dev sys proc; do ! mountpoint -q "$root/$point" || umount "$root/$point"; done
  rm -rf --one-file-system "$root"
}
trap leave EXIT

inside() { timeout 300 chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb DEBIAN_FRONTEND=noninteractive \
  ${http_proxy:+http_proxy="$http_proxy"} bash -euo pipefail -c "$1"; }
fail() { echo "test-deb: $1" >&2; exit 1; }
holds() { grep -q -- "$2" <<<"$1" || fail "$3: $1"; }
# What apt and dpkg keep for themselves, and what man-db and fontconfig compute, are not the packages'.
files() { (cd "$root" && find . -xdev ! -type d ! -path './var/lib/dpkg/*' ! -path './var/lib/apt/*' ! -path './var/cache/*' \
  ! -path './var/log/*' ! -path './tmp/*' ! -path './root/*' ! -path './etc/ld.so.cache' | LC_ALL=C sort); }

if [ ! -e "$bare/ready" ]; then
  rm -rf "$bare"
  mkdir -p "$roots"
  timeout 600 debootstrap --variant=minbase --include=man-db,bash-completion,ca-certificates "$suite" "$bare" >"$roots/debootstrap.log" ||
    fail "debootstrap: $(tail -n 1 "$roots/debootstrap.log")"
  touch "$bare/ready"
fi
cp -a "$bare" "$root"
cp /etc/resolv.conf "$root/etc/resolv.conf"
apt-config dump | grep '^Acquire' >"$root/etc/apt/apt.conf.d/99host" || :
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod +x "$root/usr/sbin/policy-rc.d"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --bind /dev "$root/dev"
mount -t devpts devpts "$root/dev/pts"

inside 'apt-get update -qq'
files >"$roots/before.$$"
mkdir -p "$root/root/packages"
cp "$packages"/*.deb "$root/root/packages/"
inside 'cd /root/packages && apt-get install -y -qq --no-install-recommends ./*.deb >/dev/null 2>&1' || fail "apt install"
echo "installed: $(inside 'dpkg-query -W -f "\${Package} \${Version}, " tether lua5.4-tether')"

holds "$(inside 'tether --version')" '^tether [0-9]' "the version"
# Precompiled, modules know no folder: those of the library, and those of the command's own package.
for name in types.find cli.main.run; do
  holds "$(inside "lua5.4 -e 'require [[tether]] print(debug.getinfo(require([[tether.${name%.*}]]).${name##*.}, [[S]]).source)'")" \
    '^@tether/' "the precompiled module of $name"
done
holds "$(inside 'man tether | col -b')" 'SYNOPSIS' "man tether"
holds "$(inside 'man tether-import | col -b')" 'FILE\|file' "man tether-import"
holds "$(inside 'tether explain BAD_ID')" 'record id' "tether explain"
cat >"$root/root/import.sh" <<'SCRIPT'
cd /root
printf '{"kind":"record","type":"%s","id":%d}\n' contacts 101 companies 9001 >seed.jsonl
printf 'from,to\n101,9001\n' >links.csv
tether portal --port 0 --seed seed.jsonl >portal.json &
for _ in $(seq 100); do [ -s portal.json ] && break; sleep 0.1; done
export TETHER_URL=$(sed 's/.*"url":"//; s/".*//; s,\\,,g' portal.json) HUBSPOT_TOKEN=$(sed 's/.*"token":"//; s/".*//' portal.json)
tether import links.csv --from contacts --to companies
kill $!
SCRIPT
holds "$(inside 'bash /root/import.sh 2>&1')" '^linked *1$' "tether import on the portal"
cat >"$root/root/complete.sh" <<'SCRIPT'
. /usr/share/bash-completion/bash_completion
_completion_loader tether || :
COMP_WORDS=(tether exp) COMP_CWORD=1 COMP_LINE="tether exp" COMP_POINT=10
$(complete -p tether | sed 's/.*-F \([^ ]*\).*/\1/') tether exp tether
echo "${COMPREPLY[@]}"
SCRIPT
holds "$(inside 'bash -i /root/complete.sh 2>/dev/null')" 'export' "completion"

inside 'apt-get remove -y -qq --purge tether lua5.4-tether >/dev/null 2>&1 && apt-get autoremove -y -qq --purge >/dev/null 2>&1' || fail "apt remove"
files >"$roots/after.$$"
left=$(LC_ALL=C comm -13 "$roots/before.$$" "$roots/after.$$")
folders=$(cd "$root" && find . -xdev -type d -path '*tether*' ! -path './root/*')
rm -f "$roots/before.$$" "$roots/after.$$"
[ -z "$left$folders" ] || fail "left behind: $left $folders"
echo "removed: nothing is left"
