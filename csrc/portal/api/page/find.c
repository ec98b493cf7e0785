/* Records by type, by id, or by a text that any of their values has. A text is looked for in every record that the
 * database shows: 100,000 of them take a twentieth of a second. */
#define _GNU_SOURCE /* strcasestr */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "portal/api/answers.h"
#include "portal/api/handlers.h"
#include "portal/api/page/title.h"
#include "portal/api/read.h"

enum { PAGE = 50, TEXT = 200 }; /* records of a page; bytes of a text that is looked for */

typedef struct search {
  portal_call *call;
  const char *text;
  const portal_object *object; /* NULL: of every type */
  json_t *results;
  bool more;
} search;

/* False: there is no room for it. */
static bool add(search *of, const portal_object *object, int64_t id, const json_t *properties) {
  of->more = json_array_size(of->results) == PAGE;
  if (!of->more) json_array_append_new(of->results, portal_titled(object, id, properties));
  return !of->more;
}

/* The rows hold JSON, in which names and brackets would be found as well. */
static bool has_text(const json_t *properties, const char *text) {
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)properties, name, value) {
    if (json_is_string(value) && strcasestr(json_string_value(value), text)) return true;
  }
  return false;
}

static void take_rows(search *of, sqlite3_stmt *rows) {
  portal_store *store = of->call->store;
  bool room = true;
  while (room && tether_sql_next(store->sql, rows)) {
    const portal_object *object = portal_catalog_object_by_key(store->catalog, sqlite3_column_int64(rows, 0));
    json_t *properties = json_loads((const char *)sqlite3_column_text(rows, 2), 0, NULL);
    if (object && (!of->text || has_text(properties, of->text)))
      room = add(of, object, sqlite3_column_int64(rows, 1), properties);
    json_decref(properties);
  }
  if (!room) tether_sql_end(rows);
}

/* A number is an id first. */
static void find_id(search *of) {
  portal_store *store = of->call->store;
  portal_id id;
  portal_id_of_text(of->text, &id);
  if (!id.value) return;
  sqlite3_stmt *rows = tether_sql_query(
      store->sql, "SELECT object, id, properties FROM records WHERE id = ? AND coalesce(archived, 0) = 0", "i",
      id.value);
  while (tether_sql_next(store->sql, rows)) {
    const portal_object *object = portal_catalog_object_by_key(store->catalog, sqlite3_column_int64(rows, 0));
    json_t *properties = json_loads((const char *)sqlite3_column_text(rows, 2), 0, NULL);
    if (object && (!of->object || of->object == object)) add(of, object, id.value, properties);
    json_decref(properties);
  }
}

/* The text as it stands inside JSON, between wildcards; owned by the caller. NULL: no memory. */
static char *pattern_of(const char *text) {
  json_t *value = json_string(text);
  char *quoted = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL, *pattern = malloc(12 * TEXT + 3), *to = pattern;
  json_decref(value);
  if (pattern && quoted) {
    *to++ = '%';
    for (const char *at = quoted + 1; at[1]; at++) {
      if (strchr("%_\\", *at)) *to++ = '\\';
      *to++ = *at;
    }
    memcpy(to, "%", 2);
  }
  free(quoted);
  if (quoted) return pattern;
  free(pattern);
  return NULL;
}

/* Reads the rows in the order of the table. SQLite would choose the index of live records, and jump to each row by
 * itself, so the query keeps it out. */
static bool find_text(search *of) {
  tether_sql *sql = of->call->store->sql;
  char *pattern = pattern_of(of->text);
  if (!pattern) return false;
  take_rows(of, of->object ? tether_sql_query(sql,
                                              "SELECT object, id, properties FROM records WHERE object = ? AND "
                                              "coalesce(archived, 0) = 0 AND properties LIKE ? ESCAPE '\\'",
                                              "it", of->object->key, pattern)
                           : tether_sql_query(sql,
                                              "SELECT object, id, properties FROM records WHERE "
                                              "coalesce(archived, 0) = 0 AND properties LIKE ? ESCAPE '\\'",
                                              "t", pattern));
  free(pattern);
  return true;
}

static bool list(search *of) {
  int64_t after;
  if (!portal_read_number(of->call, "after", 0, &after)) return false;
  take_rows(of, tether_sql_query(of->call->store->sql,
                                 "SELECT object, id, properties FROM records WHERE object = ? AND id > ? AND "
                                 "coalesce(archived, 0) = 0 ORDER BY id",
                                 "ii", of->object->key, after));
  return true;
}

static bool read_type(search *of) {
  const char *type = portal_query(of->call->request, "type");
  if (!type || !*type) return true;
  of->object = portal_catalog_object(of->call->store->catalog, type);
  return of->object || portal_refuse(of->call->problem, 400, "VALIDATION_ERROR", "There is no object type %.60s", type);
}

static bool work(search *of) {
  if (!of->text || !*of->text) {
    of->text = NULL;
    return !of->object || list(of);
  }
  if (strlen(of->text) > TEXT)
    return portal_refuse(of->call->problem, 400, "VALIDATION_ERROR", "A text of at most %d bytes is looked for", TEXT);
  if (of->text[tether_utf8_bad(of->text, strlen(of->text))])
    return portal_refuse(of->call->problem, 400, "VALIDATION_ERROR", "The text that is looked for is no UTF-8");
  if (of->text[strspn(of->text, "0123456789")] == '\0') find_id(of);
  return find_text(of);
}

/* ?type=contacts&text=jane, or ?type=contacts&after=ID: { results: [ { type, id, title, detail } ], more }. */
bool portal_page_find(portal_call *call) {
  search of = {.call = call, .text = portal_query(call->request, "text"), .results = json_array()};
  if (read_type(&of) && work(&of))
    return portal_answer_json(call, 200, json_pack("{s:o, s:b}", "results", of.results, "more", of.more));
  json_decref(of.results);
  return false;
}
