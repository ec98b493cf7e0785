/* The instruments of tests as they stand. What changes them are the routes of account/admin.c. */
#include <stdlib.h>
#include <string.h>

#include "portal/api/answers.h"
#include "portal/api/handlers.h"
#include "portal/lab/refusals.h"

/* "a,b" -> ["a", "b"]; NULL -> null. */
static json_t *list_of(const char *text) {
  if (!text) return json_null();
  json_t *list = json_array();
  while (*text) {
    size_t length = strcspn(text, ",");
    while (*text == ' ' && length) text++, length--;
    json_array_append_new(list, json_stringn(text, length));
    text += length + (text[length] == ',');
  }
  return list;
}

static json_t *switch_json(const portal_switch_row *row, int64_t value) {
  json_t *choices = list_of(row->choices), *now = json_integer(value), *otherwise = json_integer(row->otherwise);
  if (row->choices) {
    json_decref(now);
    json_decref(otherwise);
    now = json_incref(json_array_get(choices, (size_t)value));
    otherwise = json_incref(json_array_get(choices, (size_t)row->otherwise));
  }
  return json_pack("{s:s, s:s, s:o, s:o, s:o, s:I}", "name", row->name, "help", row->help, "choices", choices, "value",
                   now, "default", otherwise, "least", (json_int_t)row->least);
}

static json_t *switches_json(const portal_store *store) {
  json_t *list = json_array();
  for (int i = 0; i < PORTAL_SWITCH_COUNT; i++)
    json_array_append_new(list, switch_json(&portal_switch_rows()[i], store->switches[i]));
  return list;
}

/* Of a token its kind and its end are shown, and never more. */
static json_t *tokens_json(const portal_app *app) {
  json_t *list = json_array();
  for (size_t i = 0; i < PORTAL_TOKENS_MOST; i++) {
    size_t length = strlen(app->tokens.list[i].text);
    if (length < 12) continue;
    bool refresh = app->tokens.list[i].expires_ms == 0;
    json_array_append_new(list, json_pack("{s:s, s:s, s:I}", "kind", refresh ? "refresh" : "access", "ends",
                                          app->tokens.list[i].text + length - 4, "expires_ms",
                                          (json_int_t)app->tokens.list[i].expires_ms));
  }
  return list;
}

static json_t *oauth_json(const portal_app *app) {
  return json_pack("{s:s?, s:b, s:b, s:b, s:o, s:o}", "client_id", app->client_id, "secret", app->client_secret != NULL,
                   "code", app->code && !app->code_used, "refresh", app->refresh_token && !app->refresh_revoked,
                   "scopes", list_of(app->scopes), "tokens", tokens_json(app));
}

/* { now_ms, switches, faults, refusals, oauth } */
bool portal_page_lab(portal_call *call) {
  const portal_app *app = call->app;
  return portal_answer_json(call, 200,
                            json_pack("{s:I, s:o, s:o, s:o, s:o}", "now_ms",
                                      (json_int_t)portal_now_ms(&call->store->clock), "switches",
                                      switches_json(call->store), "faults", portal_faults_json(app->faults), "refusals",
                                      list_of(portal_refusal_names()), "oauth", oauth_json(app)));
}

/* Takes one fault away, by its place in the list, from 0. */
bool portal_page_fault_drop(portal_call *call) {
  char *end;
  unsigned long place = strtoul(call->request->id, &end, 10);
  if (!*end && portal_faults_remove(call->app->faults, place)) return portal_answer_nothing(call);
  return portal_refuse(call->problem, 404, "OBJECT_NOT_FOUND", "There is no fault %.20s", call->request->id);
}
