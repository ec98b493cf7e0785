#!/bin/sh
# Installs what stands in a stage folder, or takes away what was installed.
#
#     install.sh install DESTDIR LIST STAGE
#     install.sh uninstall DESTDIR LIST
#
# LIST is a file below DESTDIR that names what was installed, files and the folders that were made for them, a line each. An
# install over an older one takes away what the new one no longer has.
set -eu
todo=$1 root=$2 list=$2$3

# Takes the lines of standard input away: files first, then folders from the deepest up, as far as they are empty.
take_away() {
  LC_ALL=C sort -r | while IFS= read -r path; do
    if [ -d "$root$path" ] && [ ! -L "$root$path" ]; then rmdir "$root$path" 2>/dev/null || :; else rm -f "$root$path"; fi
  done
}

# The folders above a path that are not there yet.
missing_folders() {
  folder=$(dirname "$1")
  while [ ! -d "$root$folder" ]; do echo "$folder"; folder=$(dirname "$folder"); done
}

put() {
  stage=$1 work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$root/"
  touch "$work/old"
  [ ! -f "$list" ] || LC_ALL=C sort "$list" >"$work/old"
  { cd "$stage" && find . ! -type d | sed 's/^\.//'; echo "${list#"$root"}"; } | LC_ALL=C sort >"$work/files"
  { while IFS= read -r path; do missing_folders "$path"; done <"$work/files"
    while IFS= read -r path; do [ ! -d "$root$path" ] || echo "$path"; done <"$work/old"; } | LC_ALL=C sort -u >"$work/folders"
  LC_ALL=C sort "$work/files" "$work/folders" >"$work/list"
  LC_ALL=C comm -23 "$work/old" "$work/list" | take_away
  while IFS= read -r path; do
    mkdir -p "$(dirname "$root$path")"
    [ "$root$path" = "$list" ] || cp -P --remove-destination "$stage$path" "$root$path"
  done <"$work/files"
  cp "$work/list" "$list"
}

case $todo in
install) put "$4" ;;
uninstall)
  [ -f "$list" ] || { echo "nothing to uninstall: there is no $list; name the PREFIX of the install" >&2; exit 2; }
  files=$(cat "$list")
  echo "$files" | take_away
  ;;
esac
