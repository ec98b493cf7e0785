/* The account's file: links come back after a restart, from a file of the former version too, and no statement of the
 * portal scans a table. Run from the tree's root: it reads the statements out of csrc/portal. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "portal/store/links.h"
#include "portal/store/records/record.h"
#include "portal/store/saved.h"

static char path[] = "/tmp/tether-store-XXXXXX";

static void remove_file(void) {
  static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
  for (size_t i = 0; i < 4; i++) {
    char name[64];
    snprintf(name, sizeof name, "%s%s", path, endings[i]);
    unlink(name);
  }
}

static portal_store *opened(const char *file) {
  static portal_store store;
  tether_error error;
  store = (portal_store){.sql = NULL};
  if (!portal_store_open(&store, file, &error)) fprintf(stderr, "%s\n", error.text);
  CHECK(store.sql);
  return &store;
}

static portal_pair pair_of(portal_store *store, int64_t contact, int64_t company) {
  return (portal_pair){.from = portal_catalog_object(store->catalog, "contacts"),
                       .to = portal_catalog_object(store->catalog, "companies"),
                       .from_id = contact,
                       .to_id = company};
}

/* Ties a pair by types, or unties it. */
static void tie(portal_store *store, int64_t contact, int64_t company, int64_t one, int64_t other) {
  portal_pair pair = pair_of(store, contact, company);
  portal_typeset before, after = {.count = 0};
  portal_links_between(store, &pair, &before);
  portal_typeset_add(&after, one ? portal_catalog_type(store->catalog, one) : NULL);
  portal_typeset_add(&after, other ? portal_catalog_type(store->catalog, other) : NULL);
  CHECK(portal_links_change(store, &pair, &before, &after));
}

static bool holds(portal_store *store, int64_t contact, int64_t company, int64_t type) {
  portal_pair pair = pair_of(store, contact, company);
  portal_pair back = {.from = pair.to, .to = pair.from, .from_id = company, .to_id = contact};
  portal_typeset types, inverse;
  const portal_type *wanted = portal_catalog_type(store->catalog, type);
  portal_links_between(store, &pair, &types);
  portal_links_between(store, &back, &inverse);
  CHECK(types.count == inverse.count);
  return portal_typeset_has(&types, wanted) &&
         portal_typeset_has(&inverse, portal_catalog_type(store->catalog, wanted->inverse));
}

enum { PLAIN = 279, PRIMARY = 1 };

static void what_is_committed_comes_back(void) {
  remove_file();
  portal_store *store = opened(path);
  CHECK(portal_store_begin(store));
  for (int64_t i = 1; i <= 1000; i++) tie(store, i, 1 + i % 7, PLAIN, i % 5 ? 0 : PRIMARY);
  CHECK(portal_store_commit(store));
  CHECK(portal_store_begin(store));
  tie(store, 5, 6, 0, 0);
  tie(store, 10, 4, PLAIN, 0);
  CHECK(portal_store_commit(store));
  CHECK(portal_store_begin(store));
  tie(store, 1, 2, 0, 0);
  tie(store, 2000, 1, PLAIN, PRIMARY);
  portal_store_rollback(store);
  CHECK(portal_graph_count(store->graph) == 2 * 999 && !holds(store, 2000, 1, PLAIN));
  portal_store_close(store);

  store = opened(path);
  CHECK(portal_graph_count(store->graph) == 2 * 999);
  for (int64_t i = 1; i <= 1000; i++) {
    CHECK(holds(store, i, 1 + i % 7, PLAIN) == (i != 5));
    CHECK(holds(store, i, 1 + i % 7, PRIMARY) == (i % 5 == 0 && i != 5 && i != 10));
  }
  portal_store_close(store);
}

/* A link that comes and goes again and again does not make the file grow for ever. */
static void what_is_overtaken_goes(void) {
  remove_file();
  portal_store *store = opened(path);
  for (int round = 0; round < 200; round++) {
    CHECK(portal_store_begin(store));
    for (int64_t i = 1; i <= 1000; i++) tie(store, i, 9, round % 2 ? 0 : PLAIN, 0);
    CHECK(portal_store_commit(store));
  }
  int64_t bytes = tether_sql_number(store->sql, 0, "SELECT sum(length(changes)) FROM links", "");
  CHECK(store->saved_changes < 135000 && bytes < 135000 * 24);
  CHECK(portal_store_begin(store));
  tie(store, 1, 9, PLAIN, PRIMARY);
  CHECK(portal_store_commit(store));
  portal_store_close(store);
  store = opened(path);
  CHECK(portal_graph_count(store->graph) == 2 && holds(store, 1, 9, PRIMARY));
  portal_store_close(store);
}

/* The tables of a file as commit 04882c9 made them, with what matters here. */
static const char former[] =
    "CREATE TABLE records(object INTEGER NOT NULL, id INTEGER NOT NULL, properties TEXT NOT NULL,"
    "  created INTEGER NOT NULL, updated INTEGER NOT NULL, archived INTEGER, PRIMARY KEY(object, id)) WITHOUT ROWID;"
    "CREATE TABLE uniques(object INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
    "  id INTEGER NOT NULL, PRIMARY KEY(object, name, value)) WITHOUT ROWID;"
    "CREATE TABLE definitions(id INTEGER PRIMARY KEY, from_object INTEGER NOT NULL, to_object INTEGER NOT NULL,"
    "  inverse INTEGER NOT NULL, label TEXT, name TEXT NOT NULL, made INTEGER NOT NULL);"
    "CREATE TABLE links(from_object INTEGER NOT NULL, to_object INTEGER NOT NULL,"
    "  from_id INTEGER NOT NULL, to_id INTEGER NOT NULL, type INTEGER NOT NULL,"
    "  PRIMARY KEY(from_id, to_object, from_object, to_id, type)) WITHOUT ROWID;"
    "INSERT INTO definitions VALUES(42, 1, 2, 43, 'Boss', 'boss', 0), (43, 2, 1, 42, 'Staff', 'boss', 0);"
    "INSERT INTO records VALUES(1, 101, '{}', 1, 1, NULL), (2, 9001, '{}', 1, 1, NULL);"
    "INSERT INTO links VALUES(1, 2, 101, 9001, 279), (2, 1, 9001, 101, 280), (1, 2, 101, 9001, -42),"
    "  (2, 1, 9001, 101, -43), (1, 1, 101, 102, 449), (1, 1, 102, 101, 449);";

static void a_file_of_the_former_version_is_brought_over(void) {
  tether_error error;
  remove_file();
  tether_sql *sql = tether_sql_open(path, &error);
  CHECK(sql && tether_sql_script(sql, former));
  tether_sql_close(sql);
  for (int round = 0; round < 2; round++) {
    portal_store *store = opened(path);
    CHECK(portal_graph_count(store->graph) == 4);
    CHECK(holds(store, 101, 9001, PLAIN) && holds(store, 101, 9001, -42));
    CHECK(portal_record_presence(store, portal_catalog_object(store->catalog, "contacts"), 101) == PORTAL_LIVE);
    CHECK(tether_sql_number(store->sql, 0, "SELECT count(*) FROM sqlite_master WHERE name = 'former_links'", "") == 0);
    CHECK(tether_sql_number(store->sql, 0, "PRAGMA user_version", "") == 2);
    portal_store_close(store);
  }
}

static void a_table_of_that_name_alone_is_no_file_of_ours(void) {
  tether_error error;
  portal_store store = {.sql = NULL};
  remove_file();
  tether_sql *sql = tether_sql_open(path, &error);
  CHECK(sql && tether_sql_script(sql, "CREATE TABLE links(from_id, url); INSERT INTO links VALUES(1, 'x')"));
  tether_sql_close(sql);
  CHECK(!portal_store_open(&store, path, &error) && strstr(error.text, "other software"));
  portal_store_close(&store);
  sql = tether_sql_open(path, &error);
  CHECK(tether_sql_number(sql, 0, "SELECT count(*) FROM sqlite_master", "") == 1);
  tether_sql_close(sql);
}

/* -- no statement scans ------------------------------------------------------------------------------------------- */

/* Statements that read a whole table, and why they may. */
static const struct {
  const char *text, *reason;
} whole[] = {
    {"SELECT number, name, singular, plural FROM objects ORDER BY number", "the catalog is read at the opening"},
    {"SELECT id, from_object, to_object, inverse, label, name, made FROM definitions", "the catalog, too"},
    {"SELECT type, most FROM limits", "the catalog, too"},
    {"SELECT number, types FROM sets ORDER BY number", "links are read at the opening"},
    {"SELECT from_object, to_object, changes FROM links ORDER BY number", "links, too"},
    {"SELECT from_object, to_object, from_id, to_id, type FROM former_links", "a former file is read once"},
    {"SELECT count(*) FROM sqlite_master", "at the opening: how many tables there are"},
    {"SELECT 1 FROM merges LIMIT 1", "whether there is any: one row"},
    {"SELECT 1 FROM records WHERE archived IS NOT NULL LIMIT 1", "the same, of an index that has only those"},
    {"SELECT number, name, details FROM objects ORDER BY number", "a dump is all of the account"},
    {"SELECT object, name, is_unique FROM properties ORDER BY object, name", "a dump"},
    {"SELECT object, id, properties, created, updated, archived FROM records ORDER BY object, id", "a dump"},
    {"SELECT object, id, survivor FROM merges ORDER BY object, id", "a dump"},
    {"SELECT body FROM reports ORDER BY id", "all reports are asked for"},
    {"SELECT count(*) FROM records WHERE archived IS NULL", "a snapshot tells how large it is"},
    {"SELECT object, count(*) FROM records WHERE archived IS NULL GROUP BY object", "the page counts them by type"},
    {"SELECT object, id, properties FROM records WHERE id = ? AND coalesce(archived, 0) = 0",
     "the page: a record by its number, whatever its type is"},
    {"SELECT object, id, properties FROM records WHERE coalesce(archived, 0) = 0 AND properties LIKE ? ESCAPE '\\'",
     "the page: records that have a word in any property"},
    {"DELETE FROM temp.changes", "late reads are forgotten"},
    {"DELETE FROM temp.gone", "late reads, too"},
    {"DELETE FROM temp.dropped", "late reads, too"},
    {"DELETE FROM links", "everything is written anew, or emptied"},
    {"DELETE FROM limits", "the account is emptied"},
    {"DELETE FROM definitions", "the account is emptied"},
    {"DELETE FROM records", "the account is emptied"},
    {"DELETE FROM history", "the account is emptied"},
    {"DELETE FROM merges", "the account is emptied"},
    {"DELETE FROM uniques", "the account is emptied"},
    {"DELETE FROM properties", "the account is emptied"},
    {"DELETE FROM facets", "the account is emptied"},
    {"DELETE FROM documents", "the account is emptied"},
    {"DELETE FROM objects", "the account is emptied"},
    {"DELETE FROM reports", "the account is emptied"},
};
enum { WHOLE = sizeof whole / sizeof *whole, LONGEST = 4096, FEWEST = 70 };

static bool met[WHOLE];

static bool may_scan(const char *statement) {
  for (size_t i = 0; i < WHOLE; i++) {
    if (strcmp(whole[i].text, statement) != 0) continue;
    met[i] = true;
    return true;
  }
  return false;
}

static bool is_statement(const char *text) {
  static const char *const verbs[] = {"SELECT ", "INSERT ", "UPDATE ", "DELETE "};
  for (size_t i = 0; i < 4; i++)
    if (strncmp(text, verbs[i], 7) == 0) return true;
  return false;
}

static size_t explained;
static char *texts[1000]; /* a statement is known by its address: none is freed before the end */

/* A step that begins with SCAN reads a table or an index from its beginning; tables that are functions are made of
 * their arguments. */
static void explain(tether_sql *sql, const char *statement) {
  char *text = malloc(LONGEST + 32);
  snprintf(text, LONGEST + 32, "EXPLAIN QUERY PLAN %s", statement);
  sqlite3_stmt *rows = tether_sql_query(sql, text, "");
  while (tether_sql_next(sql, rows)) {
    const char *step = (const char *)sqlite3_column_text(rows, 3);
    bool scans =
        strncmp(step, "SCAN", 4) == 0 && !strstr(step, "VIRTUAL TABLE") && strcmp(step, "SCAN CONSTANT ROW") != 0;
    if (scans && !may_scan(statement)) {
      fprintf(stderr, "%s\n  %s\n", statement, step);
      CHECK(!scans);
    }
  }
  tether_error error;
  if (tether_sql_failed(sql, &error)) fprintf(stderr, "%s\n  %s\n", statement, error.text);
  CHECK(!tether_sql_failed(sql, NULL));
  tether_sql_forgive(sql);
  texts[explained++] = text;
}

/* Several statements stand in one text with semicolons between them. */
static void explain_each(tether_sql *sql, char *text) {
  for (char *rest = text, *one; (one = strsep(&rest, ";"));) {
    while (*one == ' ') one++;
    if (is_statement(one)) explain(sql, one);
    if (strncmp(one, "DELETE FROM ", 12) == 0 && !strchr(one + 12, ' ')) CHECK(may_scan(one)); /* has no plan */
  }
}

/* The literal that begins at a quote, with those that follow it; returns where it ends. */
static const char *read_literal(const char *at, char *out) {
  size_t length = 0;
  while (*at == '"') {
    for (at++; *at && *at != '"'; at++) {
      if (*at == '\\') at++;
      if (length + 1 < LONGEST) out[length++] = *at;
    }
    at += *at == '"';
    at += strspn(at, " \t\n");
  }
  out[length] = '\0';
  return at;
}

static void explain_file(tether_sql *sql, const char *name) {
  char text[LONGEST], line[1024], *source = NULL;
  size_t length = 0;
  FILE *file = fopen(name, "r");
  CHECK(file);
  while (file && fgets(line, sizeof line, file)) {
    if (strncmp(line, "#include", 8) == 0) continue;
    size_t more = strlen(line);
    source = realloc(source, length + more + 1);
    memcpy(source + length, line, more + 1);
    length += more;
  }
  fclose(file);
  for (const char *at = source; at && (at = strchr(at, '"'));) {
    if (at > source && at[-1] == '\'') { /* the character */
      at++;
      continue;
    }
    at = read_literal(at, text);
    if (is_statement(text)) explain_each(sql, text);
  }
  free(source);
}

static void no_statement_scans(void) {
  static const char *const patterns[] = {"csrc/portal/*/*.c", "csrc/portal/*/*/*.c"};
  portal_store *store = opened(":memory:");
  CHECK(tether_sql_script(store->sql, "CREATE TABLE former_links(from_object, to_object, from_id, to_id, type)"));
  for (size_t i = 0; i < 2; i++) {
    glob_t found;
    CHECK(glob(patterns[i], 0, NULL, &found) == 0);
    for (size_t k = 0; k < found.gl_pathc; k++) explain_file(store->sql, found.gl_pathv[k]);
    globfree(&found);
  }
  CHECK(explained >= FEWEST);
  for (size_t i = 0; i < WHOLE; i++) {
    if (!met[i]) fprintf(stderr, "no statement any more: %s (%s)\n", whole[i].text, whole[i].reason);
    CHECK(met[i]);
  }
  portal_store_close(store);
  while (explained) free(texts[--explained]);
}

int main(void) {
  int made = mkstemp(path);
  CHECK(made >= 0);
  close(made);
  what_is_committed_comes_back();
  what_is_overtaken_goes();
  a_file_of_the_former_version_is_brought_over();
  a_table_of_that_name_alone_is_no_file_of_ours();
  no_statement_scans();
  remove_file();
  return failed != 0;
}
