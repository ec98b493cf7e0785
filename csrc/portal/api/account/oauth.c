/* Tokens: what OAuth gives out, tells about and takes back, and what a private app's token may do. */
#include <stdio.h>
#include <string.h>

#include "portal/api/account/grants.h"
#include "portal/api/account/owners.h"
#include "portal/api/handlers.h"
#include "portal/api/read.h"
#include "portal/lab/tokens.h"
#include "portal/message/form.h"

enum { APP = 1 }; /* the portal's one app */

/* What the token may do: all of it, when nothing else was said. */
static json_t *scopes_json(const portal_app *app) {
  json_t *list = json_pack("[s]", "oauth"); /* added by HubSpot itself (wire.md, 12.1) */
  size_t count;
  portal_object *const *objects = portal_catalog_objects(app->store.catalog, &count);
  char scope[128];
  for (size_t i = 0; !app->scopes && i < count; i++) {
    if (objects[i]->name) continue;
    snprintf(scope, sizeof scope, "crm.objects.%.80s.read", objects[i]->plural);
    json_array_append_new(list, json_string(scope));
    snprintf(scope, sizeof scope, "crm.objects.%.80s.write", objects[i]->plural);
    json_array_append_new(list, json_string(scope));
  }
  static const char *const others[] = {"crm.objects.custom.read", "crm.objects.custom.write", "crm.objects.owners.read",
                                       "crm.schemas.custom.read", "crm.schemas.custom.write", "tickets"};
  for (size_t i = 0; !app->scopes && i < sizeof others / sizeof *others; i++)
    json_array_append_new(list, json_string(others[i]));
  for (const char *at = app->scopes; at && *at;) {
    size_t word = strcspn(at, ",");
    json_array_append_new(list, json_stringn(at, word));
    at += word + (at[word] == ',');
  }
  return list;
}

/* How many seconds an access token still lasts; 0: it is none, or has expired. */
static int64_t seconds_left(const portal_app *app, const char *token) {
  int64_t left = portal_tokens_expiry(&app->tokens, token) - portal_now_ms(&app->store.clock);
  return left > 0 ? left / 1000 : 0;
}

static bool answer(portal_call *call, json_t *body) {
  call->answer->body = body;
  call->answer->status = 200;
  return true;
}

/* -- telling ------------------------------------------------------------------------------------------------------ */

bool portal_oauth_introspect(portal_call *call) {
  portal_form form;
  if (!portal_read_form(call, &form)) return false;
  if (!portal_check_client(call, &form)) return true;
  const char *given = portal_form_value(&form, "token");
  int64_t left = given ? seconds_left(call->app, given) : 0;
  bool refresh = portal_is_refresh_token(call->app, given);
  portal_form_free(&form);
  json_t *body = json_pack("{s:b}", "active", left > 0 || refresh);
  if (left > 0 || refresh) {
    json_object_set_new(body, "token_use", json_string(refresh ? "refresh_token" : "access_token"));
    json_object_set_new(body, "hub_id", json_integer(PORTAL_ACCOUNT));
    json_object_set_new(body, "user_id", json_integer(PORTAL_USER));
    json_object_set_new(body, "scopes", scopes_json(call->app));
  }
  if (left > 0) json_object_set_new(body, "expires_in", json_integer(left));
  return answer(call, body);
}

bool portal_oauth_access_token(portal_call *call) {
  int64_t left = seconds_left(call->app, call->request->id);
  if (!left) return portal_refuse(call->problem, 404, NULL, "resource not found");
  return answer(call, json_pack("{s:s, s:i, s:s, s:s, s:i, s:i, s:I, s:o, s:s}", "token", call->request->id, "hub_id",
                                PORTAL_ACCOUNT, "hub_domain", "portal.example", "user", "user@portal.example",
                                "user_id", PORTAL_USER, "app_id", APP, "expires_in", (json_int_t)left, "scopes",
                                scopes_json(call->app), "token_type", "access"));
}

bool portal_oauth_refresh_token(portal_call *call) {
  if (!portal_is_refresh_token(call->app, call->request->id))
    return portal_refuse(call->problem, 404, NULL, "resource not found");
  return answer(call, json_pack("{s:s, s:s, s:i, s:i, s:o, s:s}", "token", call->request->id, "client_id",
                                call->app->client_id ? call->app->client_id : "portal", "hub_id", PORTAL_ACCOUNT,
                                "user_id", PORTAL_USER, "scopes", scopes_json(call->app), "token_type", "refresh"));
}

/* A private app's token or a service key (wire.md, 12.1). */
bool portal_oauth_private_app(portal_call *call) {
  const char *token = json_string_value(json_object_get(call->json, "tokenKey"));
  if (!portal_require(call, call->json, "tokenKey", 0, 1)) return false;
  if (!token || strcmp(token, call->app->token) != 0)
    return portal_refuse(call->problem, 404, NULL, "resource not found");
  return answer(call, json_pack("{s:i, s:i, s:i, s:o, s:b}", "userId", PORTAL_USER, "hubId", PORTAL_ACCOUNT, "appId",
                                APP, "scopes", scopes_json(call->app), "isUserToken", 0));
}

/* -- taking back -------------------------------------------------------------------------------------------------- */

static void take_back(portal_app *app, const char *token) {
  if (app->refresh_token && strcmp(app->refresh_token, token) == 0) app->refresh_revoked = true;
  portal_tokens_revoke(&app->tokens, token);
}

/* Whatever is given, the answer is the same: a token that is not there is as good as revoked. */
bool portal_oauth_revoke(portal_call *call) {
  portal_form form;
  if (!portal_read_form(call, &form)) return false;
  if (!portal_check_client(call, &form)) return true;
  const char *given = portal_form_value(&form, "token");
  if (given) take_back(call->app, given);
  portal_form_free(&form);
  call->answer->status = 204;
  return true;
}

bool portal_oauth_delete_refresh_token(portal_call *call) {
  if (portal_is_refresh_token(call->app, call->request->id)) take_back(call->app, call->request->id);
  call->answer->status = 204;
  return true;
}
