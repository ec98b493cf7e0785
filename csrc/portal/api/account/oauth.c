/* Tokens: what OAuth gives out, tells about and takes back, and what a private app's token may do. */
#include <stdio.h>
#include <string.h>

#include "portal/api/handlers.h"
#include "portal/api/read.h"
#include "portal/lab/tokens.h"
#include "portal/message/form.h"

enum { APP = 1, USER = 1 }; /* the portal's one app and user */

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
  for (const char *at = app->scopes; at && *at;) {
    size_t one = strcspn(at, ",");
    json_array_append_new(list, json_stringn(at, one));
    at += one + (at[one] == ',');
  }
  return list;
}

static bool is_refresh_token(const portal_app *app, const char *token) {
  return token && app->refresh_token && !app->refresh_revoked && strcmp(token, app->refresh_token) == 0;
}

/* How many seconds an access token still lasts; 0: it is none, or has expired. */
static int64_t seconds_left(const portal_app *app, const char *token) {
  int64_t left = portal_tokens_expiry(&app->tokens, token) - portal_now_ms(&app->store.clock);
  return left > 0 ? left / 1000 : 0;
}

static bool read_form(portal_call *call, portal_form *form) {
  if (portal_form_read(form, call->request->body, call->request->length)) return true;
  portal_form_free(form);
  return portal_refuse(call->problem, 400, NULL, "The form of the body cannot be read");
}

static bool answer(portal_call *call, json_t *body) {
  call->answer->body = body;
  call->answer->status = 200;
  return true;
}

/* -- giving ------------------------------------------------------------------------------------------------------- */

static bool refuse_refresh(portal_call *call) {
  answer(call, json_pack("{s:s, s:s}", "status", "BAD_REFRESH_TOKEN", "message", "missing or invalid refresh token"));
  call->answer->status = 400;
  return true;
}

/* Access tokens last 30 minutes; the refresh token is the one that the portal was opened with. */
bool portal_oauth_token(portal_call *call) {
  portal_form form;
  if (!read_form(call, &form)) return false;
  const char *grant = portal_form_value(&form, "grant_type");
  bool refreshes = grant && strcmp(grant, "refresh_token") == 0;
  bool known = refreshes || (grant && strcmp(grant, "authorization_code") == 0) ||
               (grant && strcmp(grant, "client_credentials") == 0 && call->request->version != PORTAL_2026_09);
  bool good = !refreshes || is_refresh_token(call->app, portal_form_value(&form, "refresh_token"));
  portal_form_free(&form);
  if (!known) return portal_refuse(call->problem, 400, NULL, "missing or unknown grant_type");
  if (!good) return refuse_refresh(call);
  const char *token = portal_tokens_issue(&call->app->tokens, portal_now_ms(&call->store->clock));
  return answer(call, json_pack("{s:s, s:s?, s:i, s:s, s:s}", "access_token", token, "refresh_token",
                                call->app->refresh_token, "expires_in", PORTAL_TOKEN_SECONDS, "token_type", "bearer",
                                "token_use", "access_token"));
}

/* -- telling ------------------------------------------------------------------------------------------------------ */

bool portal_oauth_introspect(portal_call *call) {
  portal_form form;
  if (!read_form(call, &form)) return false;
  const char *given = portal_form_value(&form, "token");
  int64_t left = given ? seconds_left(call->app, given) : 0;
  bool refresh = is_refresh_token(call->app, given);
  portal_form_free(&form);
  json_t *body = json_pack("{s:b}", "active", left > 0 || refresh);
  if (left > 0 || refresh) {
    json_object_set_new(body, "token_use", json_string(refresh ? "refresh_token" : "access_token"));
    json_object_set_new(body, "hub_id", json_integer(PORTAL_ACCOUNT));
    json_object_set_new(body, "user_id", json_integer(USER));
    json_object_set_new(body, "scopes", scopes_json(call->app));
  }
  if (left > 0) json_object_set_new(body, "expires_in", json_integer(left));
  return answer(call, body);
}

bool portal_oauth_access_token(portal_call *call) {
  int64_t left = seconds_left(call->app, call->request->id);
  if (!left) return portal_refuse(call->problem, 404, NULL, "resource not found");
  return answer(call, json_pack("{s:s, s:i, s:i, s:i, s:I, s:o, s:s}", "token", call->request->id, "hub_id",
                                PORTAL_ACCOUNT, "user_id", USER, "app_id", APP, "expires_in", (json_int_t)left,
                                "scopes", scopes_json(call->app), "token_type", "access"));
}

bool portal_oauth_refresh_token(portal_call *call) {
  if (!is_refresh_token(call->app, call->request->id))
    return portal_refuse(call->problem, 404, NULL, "resource not found");
  return answer(call, json_pack("{s:s, s:i, s:i, s:o, s:s}", "token", call->request->id, "hub_id", PORTAL_ACCOUNT,
                                "user_id", USER, "scopes", scopes_json(call->app), "token_type", "refresh"));
}

/* A private app's token or a service key (wire.md, 12.1). */
bool portal_oauth_private_app(portal_call *call) {
  const char *token = json_string_value(json_object_get(call->json, "tokenKey"));
  if (!portal_require(call, call->json, "tokenKey", 0, 1)) return false;
  if (!token || strcmp(token, call->app->token) != 0)
    return portal_refuse(call->problem, 404, NULL, "resource not found");
  return answer(call, json_pack("{s:i, s:i, s:i, s:o, s:b}", "userId", USER, "hubId", PORTAL_ACCOUNT, "appId", APP,
                                "scopes", scopes_json(call->app), "isUserToken", 0));
}

/* -- taking back -------------------------------------------------------------------------------------------------- */

/* Whatever is given, the answer is the same: a token that is not there is as good as revoked. */
bool portal_oauth_revoke(portal_call *call) {
  portal_form form;
  if (!read_form(call, &form)) return false;
  const char *given = portal_form_value(&form, "token");
  if (is_refresh_token(call->app, given)) call->app->refresh_revoked = true;
  if (given) portal_tokens_revoke(&call->app->tokens, given);
  portal_form_free(&form);
  call->answer->status = 204;
  return true;
}

bool portal_oauth_delete_refresh_token(portal_call *call) {
  if (is_refresh_token(call->app, call->request->id)) call->app->refresh_revoked = true;
  call->answer->status = 204;
  return true;
}
