/* Grants: what OAuth gives tokens for. Each is compared with what the portal was told: a portal that was told no secret
 * gives no tokens. */
#ifndef TETHER_PORTAL_GRANTS_H
#define TETHER_PORTAL_GRANTS_H
#include "portal/api/call.h"
#include "portal/message/form.h"

/* Reads the form of the body. The caller frees it by portal_form_free. False: the request is refused. */
bool portal_read_form(portal_call *call, portal_form *form);

/* Whether the form brings the app's id and secret, as far as the portal was told them. False: the answer says so, and
 * the form is freed. */
bool portal_check_client(portal_call *call, portal_form *form);

/* Whether a refresh token is good: it is the portal's own, or a grant brought it. NULL is not. */
bool portal_is_refresh_token(const portal_app *app, const char *token);
#endif
