/* Owners: the people whom records belong to. One comes with the account: the user of its tokens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "portal/api/account/owners.h"
#include "portal/api/answers.h"
#include "portal/api/handlers.h"
#include "portal/api/read.h"
#include "portal/store/document.h"

enum { PAGE_MOST = 500, PAGE_USUAL = 100 };

static void complete(portal_store *store, json_t *owner) {
  portal_default_to(owner, "type", json_string("PERSON"));
  portal_default_to(owner, "firstName", json_string(""));
  portal_default_to(owner, "lastName", json_string(""));
  portal_default_to(owner, "userIdIncludingInactive", json_incref(json_object_get(owner, "userId")));
  portal_default_to(owner, "teams", json_array());
  portal_default_to(owner, "createdAt", portal_now_json(store));
  portal_default_to(owner, "updatedAt", portal_now_json(store));
  portal_default_to(owner, "archived", json_false());
}

static json_t *usual_owner(portal_store *store) {
  json_t *owner = json_pack("{s:s, s:s, s:s, s:s, s:i}", "id", "1", "email", "owner@example.com", "firstName", "Ada",
                            "lastName", "Owner", "userId", PORTAL_USER);
  complete(store, owner);
  return owner;
}

bool portal_owner_write(portal_store *store, json_t *owner) {
  const char *id = json_string_value(json_object_get(owner, "id"));
  char user[24];
  complete(store, owner);
  snprintf(user, sizeof user, "%lld", (long long)json_integer_value(json_object_get(owner, "userId")));
  return portal_document_put(store, PORTAL_OWNER, NULL, id, owner) &&
         portal_document_put(store, PORTAL_OWNER_BY_USER, NULL, user, json_object_get(owner, "id"));
}

static json_t *by_id(portal_call *call, const char *id) {
  json_t *owner = portal_document(call->store, PORTAL_OWNER, NULL, id);
  return owner || strcmp(id, "1") != 0 ? owner : usual_owner(call->store);
}

static json_t *by_user(portal_call *call, const char *user) {
  json_t *id = portal_document(call->store, PORTAL_OWNER_BY_USER, NULL, user);
  json_t *owner = id ? by_id(call, json_string_value(id)) : NULL;
  json_decref(id);
  return owner || atoi(user) != PORTAL_USER ? owner : usual_owner(call->store);
}

bool portal_owner_get(portal_call *call) {
  const char *property = portal_query(call->request, "idProperty");
  json_t *owner =
      property && strcmp(property, "userId") == 0 ? by_user(call, call->request->id) : by_id(call, call->request->id);
  if (owner) return portal_answer_json(call, 200, owner);
  return portal_refuse(call->problem, 404, "OBJECT_NOT_FOUND", "resource not found");
}

/* What a list asks for. */
typedef struct wish {
  int64_t limit, after;
  bool archived;
  const char *email; /* NULL: whoever */
} wish;

static bool read_wish(portal_call *call, wish *w) {
  const char *email = portal_query(call->request, "email"), *archived = portal_query(call->request, "archived");
  w->email = email && *email ? email : NULL;
  w->archived = archived && strcmp(archived, "true") == 0;
  if (!portal_read_number(call, "limit", PAGE_USUAL, &w->limit) || !portal_read_number(call, "after", 0, &w->after))
    return false;
  return (w->limit >= 1 && w->limit <= PAGE_MOST) ||
         portal_refuse(call->problem, 400, "VALIDATION_ERROR", "limit must be between 1 and %d", PAGE_MOST);
}

static sqlite3_stmt *wished(portal_store *store, const wish *w) {
  static const char all[] = "SELECT details FROM documents INDEXED BY owners WHERE kind = 4 AND "
                            "json_extract(details, '$.archived') = ? AND CAST(name AS INTEGER) > ? "
                            "ORDER BY CAST(name AS INTEGER) LIMIT ?",
                    by_mail[] = "SELECT details FROM documents INDEXED BY owner_mails WHERE kind = 4 AND "
                                "json_extract(details, '$.archived') = ? AND CAST(name AS INTEGER) > ? AND "
                                "lower(json_extract(details, '$.email')) = lower(?) ORDER BY CAST(name AS INTEGER) "
                                "LIMIT ?";
  if (!w->email) return tether_sql_query(store->sql, all, "iii", (int64_t)w->archived, w->after, w->limit + 1);
  return tether_sql_query(store->sql, by_mail, "iiti", (int64_t)w->archived, w->after, w->email, w->limit + 1);
}

/* The owner that comes with the account is in no table until somebody defines it. */
static void add_usual(portal_call *call, const wish *w, json_t *results) {
  json_t *known = portal_document(call->store, PORTAL_OWNER, NULL, "1"), *usual = usual_owner(call->store);
  const char *mail = json_string_value(json_object_get(usual, "email"));
  if (!known && !w->archived && w->after < 1 && (!w->email || strcasecmp(mail, w->email) == 0))
    json_array_append(results, usual);
  json_decref(usual);
  json_decref(known);
}

bool portal_owners_list(portal_call *call) {
  wish w;
  if (!read_wish(call, &w)) return false;
  json_t *results = json_array();
  add_usual(call, &w, results);
  sqlite3_stmt *rows = wished(call->store, &w);
  while (tether_sql_next(call->store->sql, rows))
    json_array_append_new(results, json_loads((const char *)sqlite3_column_text(rows, 0), 0, NULL));
  size_t most = (size_t)w.limit;
  bool more = json_array_size(results) > most;
  while (json_array_size(results) > most) json_array_remove(results, most);
  json_t *last = json_incref(json_object_get(json_array_get(results, most - 1), "id"));
  portal_answer_results(call, results);
  if (more) json_object_set_new(call->answer->body, "paging", json_pack("{s:{s:O}}", "next", "after", last));
  json_decref(last);
  return true;
}
