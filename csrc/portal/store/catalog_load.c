#include "portal/store/catalog.h"

static bool load_objects(portal_catalog *catalog, tether_sql *sql) {
  sqlite3_stmt *rows = tether_sql_query(sql, "SELECT number, name, singular, plural FROM objects ORDER BY number", "");
  bool fine = true;
  while (fine && tether_sql_next(sql, rows))
    fine = portal_catalog_add_object(catalog, sqlite3_column_int64(rows, 0), (const char *)sqlite3_column_text(rows, 1),
                                     (const char *)sqlite3_column_text(rows, 2),
                                     (const char *)sqlite3_column_text(rows, 3));
  tether_sql_end(rows);
  return fine;
}

bool portal_catalog_load(portal_catalog *catalog, tether_sql *sql) {
  portal_catalog_drop_own(catalog);
  if (!load_objects(catalog, sql)) return false;
  sqlite3_stmt *rows =
      tether_sql_query(sql, "SELECT id, from_object, to_object, inverse, label, name, made FROM definitions", "");
  bool fine = true;
  while (fine && tether_sql_next(sql, rows)) {
    char *label = (char *)sqlite3_column_text(rows, 4);
    portal_type type = {.key = -sqlite3_column_int64(rows, 0),
                        .inverse = -sqlite3_column_int64(rows, 3),
                        .from = portal_catalog_object_by_key(catalog, sqlite3_column_int64(rows, 1)),
                        .to = portal_catalog_object_by_key(catalog, sqlite3_column_int64(rows, 2)),
                        .kind = label ? TETHER_LABELED : TETHER_UNLABELED,
                        .label = label,
                        .name = (char *)sqlite3_column_text(rows, 5),
                        .made_ms = sqlite3_column_int64(rows, 6)};
    fine = type.from && type.to && portal_catalog_add(catalog, &type);
  }
  tether_sql_end(rows);
  rows = tether_sql_query(sql, "SELECT type, most FROM limits", "");
  while (tether_sql_next(sql, rows)) {
    portal_type *type = portal_catalog_type(catalog, sqlite3_column_int64(rows, 0));
    if (type) portal_catalog_limit(catalog, type, sqlite3_column_int64(rows, 1));
  }
  return fine && !tether_sql_failed(sql, NULL);
}
