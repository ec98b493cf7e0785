#!/bin/sh
# SQLite's online backup into a database in memory fails with "attempt to write a readonly database" when the pages of the
# two are not of one size: neither is read-only, and a file as the destination takes the other size silently. A good guess
# is that a backup replaces whatever the destination is. Met when a file of 4 kB pages was copied into a portal in memory,
# whose pages have 8 kB; sqlite3_deserialize takes any size. Seen with Debian's SQLite 3.40.1-2+deb12u2.
set -eu
version=3.40.1-2+deb12u2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
(cd "$dir" && apt-get -qq download libsqlite3-0="$version" libsqlite3-dev="$version" && for one in *.deb; do dpkg -x "$one" root; done)
cat >"$dir/try.c" <<'END'
#include <sqlite3.h>
#include <stdio.h>

static sqlite3 *made(const char *path, const char *settings) {
  sqlite3 *database = NULL;
  sqlite3_open(path, &database);
  sqlite3_exec(database, settings, NULL, NULL, NULL);
  sqlite3_exec(database, "CREATE TABLE t(a)", NULL, NULL, NULL);
  return database;
}

static void try(const char *what, sqlite3 *from, sqlite3 *into) {
  sqlite3_backup *copy = sqlite3_backup_init(into, "main", from, "main");
  int result = sqlite3_backup_step(copy, -1);
  sqlite3_backup_finish(copy);
  printf("%s: %s\n", what, result == SQLITE_DONE ? "copied" : sqlite3_errmsg(into));
}

int main(int count, char **words) {
  char path[2][400];
  for (int i = 0; i < 2; i++) snprintf(path[i], sizeof path[i], "%s/%d.db", words[count - 1], i);
  sqlite3 *source = made(path[0], "PRAGMA page_size = 4096");
  printf("SQLite %s\n", sqlite3_libversion());
  try("memory, same size", source, made(":memory:", "PRAGMA page_size = 4096"));
  try("memory, other size", source, made(":memory:", "PRAGMA page_size = 8192"));
  try("file, other size", source, made(path[1], "PRAGMA page_size = 8192"));
  return 0;
}
END
libs=$(dirname "$(find "$dir/root" -name libsqlite3.so.0)")
cc -I"$dir/root/usr/include" "$dir/try.c" -o "$dir/try" "$libs/libsqlite3.so.0"
LD_LIBRARY_PATH=$libs "$dir/try" "$dir" | tee "$dir/out"
cat >"$dir/expected" <<'END'
SQLite 3.40.1
memory, same size: copied
memory, other size: attempt to write a readonly database
file, other size: copied
END
diff "$dir/expected" "$dir/out" || { echo "SQLite does it otherwise now"; exit 1; }
