#include "portal/store/document.h"

#include <stdlib.h>

static int64_t key_of(const portal_object *object) { return object ? object->key : -1; }

static json_t *read_text(sqlite3_stmt *row, int column) {
  return json_loads((const char *)sqlite3_column_text(row, column), JSON_DECODE_ANY, NULL);
}

json_t *portal_document(portal_store *store, portal_document_kind kind, const portal_object *object, const char *name) {
  sqlite3_stmt *row =
      tether_sql_query(store->sql, "SELECT details FROM documents WHERE kind = ? AND object = ? AND name = ?", "iit",
                       (int64_t)kind, key_of(object), name);
  if (!tether_sql_next(store->sql, row)) return NULL;
  json_t *document = read_text(row, 0);
  tether_sql_end(row);
  return document;
}

bool portal_document_put(portal_store *store, portal_document_kind kind, const portal_object *object, const char *name,
                         const json_t *document) {
  char *text = json_dumps(document, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
  if (!text) store->short_of_memory = true;
  bool fine = text && tether_sql_do(store->sql, "INSERT OR REPLACE INTO documents VALUES(?, ?, ?, ?)", "iitt",
                                    (int64_t)kind, key_of(object), name, text);
  free(text);
  return fine;
}

void portal_document_drop(portal_store *store, portal_document_kind kind, const portal_object *object,
                          const char *name) {
  tether_sql_do(store->sql, "DELETE FROM documents WHERE kind = ? AND object = ? AND name = ?", "iit", (int64_t)kind,
                key_of(object), name);
}

json_t *portal_documents(portal_store *store, portal_document_kind kind, const portal_object *object) {
  json_t *all = json_object();
  sqlite3_stmt *rows =
      tether_sql_query(store->sql, "SELECT name, details FROM documents WHERE kind = ? AND object = ? ORDER BY name",
                       "ii", (int64_t)kind, key_of(object));
  while (tether_sql_next(store->sql, rows))
    json_object_set_new(all, (const char *)sqlite3_column_text(rows, 0), read_text(rows, 1));
  return all;
}
