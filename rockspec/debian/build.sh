#!/bin/sh
# Makes two Debian packages of what stands in FOLDER/root, where `make stage PREFIX=/usr` has put it.
#
#     build.sh VERSION FOLDER
#
# lua5.4-tether has the library, tether the command. The maintainer is $DEBFULLNAME <$DEBEMAIL>, and
# DEB_LEVEL=1 packs fast.
set -eu
here=$(dirname "$0") version=$1-1 folder=$2 root=$2/root
arch=$(dpkg-architecture -qDEB_HOST_ARCH)
libraries=usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)/lua/5.4/tether
maintainer="${DEBFULLNAME:-The Tether authors} <${DEBEMAIL:-tether@example.com}>"
SOURCE_DATE_EPOCH=$(sh "$here/../date.sh")
export SOURCE_DATE_EPOCH

# Moves paths of the root into a package.
move() {
  package=$1
  shift
  for path in "$@"; do
    [ -e "$root/$path" ] || continue
    mkdir -p "$folder/$package/$(dirname "$path")"
    mv "$root/$path" "$folder/$package/$path"
  done
}

# The copyright and the changelogs, which each package has.
document() {
  doc=$folder/$1/usr/share/doc/$1
  mkdir -p "$doc"
  { cat "$here/copyright"; sed '1,4d; s/^$/./; s/^/ /' LICENSE; } >"$doc/copyright"
  gzip -9n <CHANGELOG.md >"$doc/changelog.gz"
  { echo "tether ($version) unstable; urgency=medium"; echo
    echo "  * Built from the sources of version ${version%-1}; see changelog.gz."; echo
    echo " -- $maintainer  $(date -u -R -d "@$SOURCE_DATE_EPOCH")"; } | gzip -9n >"$doc/changelog.Debian.gz"
}

# The shared libraries that the native modules need, as dependencies.
needed() {
  mkdir -p "$folder/shlibs/debian"
  echo "Source: tether" >"$folder/shlibs/debian/control"
  modules=$(cd "$folder" && find "$PWD/lua5.4-tether" -name '*.so')
  (cd "$folder/shlibs" && dpkg-shlibdeps -O $modules 2>/dev/null) | sed 's/^shlibs:Depends=//'
}

# Makes a package; its second argument stands for @SHLIBS@ among its dependencies.
pack() {
  package=$1 tree=$folder/$1
  document "$package"
  mkdir -p "$tree/DEBIAN"
  size=$(du -k -s "$tree" | cut -f 1)
  sed "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@MAINTAINER@/$maintainer/; s/@SIZE@/$size/; s/@SHLIBS@/${2-}/" \
    "$here/$package.control" >"$tree/DEBIAN/control"
  (cd "$tree" && find usr -type f -exec md5sum {} +) | LC_ALL=C sort -k 2 >"$tree/DEBIAN/md5sums"
  find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  chmod -R u+rwX,go+rX,go-w "$tree"
  dpkg-deb --root-owner-group -Zxz ${DEB_LEVEL:+-z$DEB_LEVEL} --build "$tree" "$folder/${package}_${version}_$arch.deb" >/dev/null
  echo "$folder/${package}_${version}_$arch.deb"
}

rm -rf "$folder/tether" "$folder/lua5.4-tether" "$folder/shlibs"
sed -i '1s,.*,#!/usr/bin/lua5.4,' "$root/usr/bin/tether"
move tether usr/bin usr/share/man usr/share/bash-completion usr/share/zsh usr/share/fish \
  usr/share/lua/5.4/tether/cli
move lua5.4-tether usr/lib usr/share/lua
find "$folder/lua5.4-tether" -name '*.so' -exec strip --strip-unneeded --remove-section=.comment --remove-section=.note {} +
find "$folder/tether/usr/share/man" -name '*.1' -exec gzip -9n {} + 2>/dev/null || :
doc=$folder/lua5.4-tether/usr/share/doc/lua5.4-tether
mkdir -p "$doc"
cp -R build/docs "$doc/html"
cp -R examples "$doc/examples"
pack lua5.4-tether "$(needed)"
pack tether
