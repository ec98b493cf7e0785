/* Limiter: the throttle as requests meet it: the account's tier, the headers of answers, the bodies of 429. */
#ifndef TETHER_PORTAL_LIMITER_H
#define TETHER_PORTAL_LIMITER_H
#include "portal/http/app.h"

/* Counts the request of a call and adds the rate limit headers to its answer. False: refused with 429. */
bool portal_limiter_pass(portal_call *call);

/* The limits as they fill: { window: { used, most, span_ms }, second: { used, most, span_ms }, day: { used, most,
 * resets_ms } }; most 0: none. NULL: no memory. */
json_t *portal_limiter_json(portal_app *app, int64_t now_ms);
#endif
