/* The account itself, and its OAuth tokens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/form.h"
#include "portal/handlers.h"
#include "portal/tokens.h"

bool portal_account(portal_call *call) {
  int64_t minutes = call->app->switches[PORTAL_UTC_OFFSET];
  long long hours = minutes / 60, rest = llabs(minutes % 60);
  char zone[40] = "UTC", offset[60];
  if (minutes) snprintf(zone, sizeof zone, "Etc/GMT%+lld", -hours);
  snprintf(offset, sizeof offset, "%c%02lld:%02lld", minutes < 0 ? '-' : '+', llabs(hours), rest);
  call->answer->body = json_pack(
      "{s:i, s:s, s:s, s:s, s:[], s:s, s:I, s:s, s:s}", "portalId", PORTAL_ACCOUNT, "accountType", "DEVELOPER_TEST",
      "timeZone", zone, "companyCurrency", "USD", "additionalCurrencies", "utcOffset", offset, "utcOffsetMilliseconds",
      (json_int_t)(minutes * 60000), "uiDomain", "app.hubspot.com", "dataHostingLocation", "na1");
  call->answer->status = 200;
  return true;
}

/* -- OAuth -------------------------------------------------------------------------------------------------------- */

static bool refuse_refresh(portal_call *call) {
  call->answer->body =
      json_pack("{s:s, s:s}", "status", "BAD_REFRESH_TOKEN", "message", "missing or invalid refresh token");
  call->answer->status = 400;
  return true;
}

/* Access tokens last 30 minutes; the refresh token is the one that the portal was opened with. */
bool portal_oauth_token(portal_call *call) {
  portal_form form;
  if (!portal_form_read(&form, call->request->body, call->request->length)) {
    portal_form_free(&form);
    return portal_refuse(call->problem, 400, NULL, "The form of the body cannot be read");
  }
  const char *grant = portal_form_value(&form, "grant_type"), *refresh = portal_form_value(&form, "refresh_token");
  bool known = grant && (strcmp(grant, "refresh_token") == 0 || strcmp(grant, "authorization_code") == 0 ||
                         (strcmp(grant, "client_credentials") == 0 && call->request->version != PORTAL_2026_09));
  bool good = !grant || strcmp(grant, "refresh_token") != 0 ||
              (refresh && call->app->refresh_token && strcmp(refresh, call->app->refresh_token) == 0);
  portal_form_free(&form);
  if (!known) return portal_refuse(call->problem, 400, NULL, "missing or unknown grant_type");
  if (!good) return refuse_refresh(call);
  const char *token = portal_tokens_issue(&call->app->tokens, portal_now_ms(call->app));
  call->answer->body =
      json_pack("{s:s, s:s?, s:i, s:s, s:s}", "access_token", token, "refresh_token", call->app->refresh_token,
                "expires_in", PORTAL_TOKEN_SECONDS, "token_type", "bearer", "token_use", "access_token");
  call->answer->status = 200;
  return true;
}
