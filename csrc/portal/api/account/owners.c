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

static json_t *all_owners(portal_store *store) {
  json_t *all = portal_documents(store, PORTAL_OWNER, NULL);
  if (!json_object_get(all, "1")) json_object_set_new(all, "1", usual_owner(store));
  return all;
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

static int by_number(const void *a, const void *b) {
  int64_t x = strtoll(json_string_value(json_object_get(*(json_t *const *)a, "id")), NULL, 10);
  int64_t y = strtoll(json_string_value(json_object_get(*(json_t *const *)b, "id")), NULL, 10);
  return x < y ? -1 : x > y;
}

/* Those of the query, in order of their ids; the list holds no references. */
static size_t wanted(portal_call *call, json_t *all, int64_t after, json_t **list) {
  const char *email = portal_query(call->request, "email"), *archived = portal_query(call->request, "archived"), *id;
  bool gone = archived && strcmp(archived, "true") == 0;
  size_t count = 0;
  json_t *owner;
  json_object_foreach(all, id, owner) {
    const char *mail = json_string_value(json_object_get(owner, "email"));
    if (strtoll(id, NULL, 10) <= after || json_is_true(json_object_get(owner, "archived")) != gone) continue;
    if (!email || !*email || (mail && strcasecmp(mail, email) == 0)) list[count++] = owner;
  }
  if (count > 1) qsort(list, count, sizeof *list, by_number);
  return count;
}

bool portal_owners_list(portal_call *call) {
  int64_t limit, after;
  if (!portal_read_number(call, "limit", PAGE_USUAL, &limit) || !portal_read_number(call, "after", 0, &after))
    return false;
  if (limit < 1 || limit > PAGE_MOST)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "limit must be between 1 and %d", PAGE_MOST);
  json_t *all = all_owners(call->store), *results = json_array();
  json_t **list = calloc(json_object_size(all) + 1, sizeof *list);
  size_t count = list ? wanted(call, all, after, list) : 0, most = (size_t)limit;
  for (size_t i = 0; i < count && i < most; i++) json_array_append(results, list[i]);
  portal_answer_results(call, results);
  if (count > most)
    json_object_set_new(call->answer->body, "paging",
                        json_pack("{s:{s:O}}", "next", "after", json_object_get(list[most - 1], "id")));
  free(list);
  json_decref(all);
  return list != NULL;
}
