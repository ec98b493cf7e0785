#include "portal/http/guard.h"

/* The page's markup holds neither script nor style, so both can be forbidden there. Trusted Types see to it that texts
 * are never put in as markup. */
static const char page_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

static const char data_policy[] = "default-src 'none'; frame-ancestors 'none'";

_Static_assert(sizeof page_policy <= PORTAL_HEADER_VALUE, "a header has room for the policy");

void portal_guard(const portal_route *route, portal_answer *answer) {
  portal_answer_header(answer, "Content-Security-Policy", "%s",
                       route->flags & PORTAL_ROUTE_PAGE ? page_policy : data_policy);
  portal_answer_header(answer, "X-Content-Type-Options", "nosniff");
  portal_answer_header(answer, "Cache-Control", "no-store");
  portal_answer_header(answer, "Referrer-Policy", "no-referrer");
  portal_answer_header(answer, "Cross-Origin-Resource-Policy", "same-origin");
}
