#include "portal/api/account/grants.h"

#include <string.h>

#include "portal/api/handlers.h"

bool portal_read_form(portal_call *call, portal_form *form) {
  if (portal_form_read(form, call->request->body, call->request->length)) return true;
  portal_form_free(form);
  return portal_refuse(call->problem, 400, NULL, "The form of the body cannot be read");
}

bool portal_is_refresh_token(const portal_app *app, const char *token) {
  if (!token) return false;
  bool own = app->refresh_token && !app->refresh_revoked && strcmp(token, app->refresh_token) == 0;
  return own || portal_tokens_is_refresh(&app->tokens, token);
}

/* -- refusals ----------------------------------------------------------------------------------------------------- */

/* HubSpot's word and OAuth's (wire.md, 12.2). */
typedef struct refusal {
  const char *status, *message, *error;
} refusal;

static const refusal bad_grant = {"BAD_GRANT_TYPE", "missing or unknown grant_type", "unsupported_grant_type"},
                     bad_id = {"BAD_CLIENT_ID", "missing or unknown client id", "invalid_client"},
                     bad_secret = {"BAD_CLIENT_SECRET", "missing or invalid client secret", "invalid_client"},
                     bad_code = {"BAD_AUTH_CODE", "missing or unknown auth code", "invalid_grant"},
                     bad_refresh = {"BAD_REFRESH_TOKEN", "missing or invalid refresh token", "invalid_grant"};

/* Answers with a refusal, and frees the form. False. */
static bool refuse(portal_call *call, portal_form *form, const refusal *why) {
  portal_form_free(form);
  call->answer->status = 400;
  call->answer->body =
      json_pack("{s:s, s:s, s:s, s:s, s:s}", "status", why->status, "message", why->message, "error", why->error,
                "error_description", why->message, "correlationId", call->answer->correlation);
  return false;
}

/* -- what is compared ---------------------------------------------------------------------------------------------- */

/* Whether a field has the value that the portal was told; NULL: it was told none, and any is fine. */
static bool fits(const portal_form *form, const char *name, const char *told) {
  const char *given = portal_form_value(form, name);
  return !told || (given && strcmp(given, told) == 0);
}

bool portal_check_client(portal_call *call, portal_form *form) {
  if (!fits(form, "client_id", call->app->client_id)) return refuse(call, form, &bad_id);
  return fits(form, "client_secret", call->app->client_secret) || refuse(call, form, &bad_secret);
}

/* A code is good once. Where only the app's secret is known, any code is one. */
static bool takes_code(portal_app *app, const portal_form *form) {
  const char *code = portal_form_value(form, "code");
  if (!code || !*code || (!app->code && !app->client_secret)) return false;
  if (!app->code) return true;
  bool good = !app->code_used && strcmp(code, app->code) == 0;
  app->code_used |= good;
  return good;
}

typedef enum { NO_GRANT, BY_CODE, BY_REFRESH, BY_CLIENT } grant;

static grant grant_of(const portal_call *call, const portal_form *form) {
  const char *given = portal_form_value(form, "grant_type");
  if (given && strcmp(given, "authorization_code") == 0) return BY_CODE;
  if (given && strcmp(given, "refresh_token") == 0) return BY_REFRESH;
  bool client = given && strcmp(given, "client_credentials") == 0;
  return client && call->request->version != PORTAL_2026_09 ? BY_CLIENT : NO_GRANT;
}

/* NULL: a token may be given. */
static const refusal *fault_of(portal_app *app, grant kind, const portal_form *form) {
  switch (kind) {
  case BY_CODE:
    return takes_code(app, form) ? NULL : &bad_code;
  case BY_REFRESH:
    return portal_is_refresh_token(app, portal_form_value(form, "refresh_token")) ? NULL : &bad_refresh;
  case BY_CLIENT:
    return app->client_secret ? NULL : &bad_secret;
  default:
    return &bad_grant;
  }
}

/* -- giving ------------------------------------------------------------------------------------------------------- */

/* The refresh token that goes with an access token: the one that was brought, the portal's own, or a new one. */
static json_t *refresh_token_of(portal_app *app, grant kind, const portal_form *form) {
  if (kind == BY_CLIENT) return NULL;
  if (kind == BY_REFRESH) return json_string(portal_form_value(form, "refresh_token"));
  bool own = app->refresh_token && !app->refresh_revoked;
  return json_string(own ? app->refresh_token : portal_tokens_issue_refresh(&app->tokens));
}

/* Access tokens last 30 minutes. */
bool portal_oauth_token(portal_call *call) {
  portal_app *app = call->app;
  portal_form form;
  if (!portal_read_form(call, &form)) return false;
  grant kind = grant_of(call, &form);
  if (kind != NO_GRANT && !portal_check_client(call, &form)) return true;
  const refusal *fault = fault_of(app, kind, &form);
  if (fault) return refuse(call, &form, fault), true;
  json_t *refresh = refresh_token_of(app, kind, &form);
  const char *token = portal_tokens_issue(&app->tokens, portal_now_ms(&call->store->clock));
  portal_form_free(&form);
  call->answer->status = 200;
  call->answer->body = json_pack("{s:s, s:o*, s:i, s:s, s:s}", "access_token", token, "refresh_token", refresh,
                                 "expires_in", PORTAL_TOKEN_SECONDS, "token_type", "bearer", "token_use",
                                 kind == BY_CLIENT ? "client_credentials" : "access_token");
  return true;
}
