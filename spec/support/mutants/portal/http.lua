-- Slips in the portal as a server.
return {
  folder = "csrc/portal/http/",
  slow = { "portal" },
  specs = { "portal/noticed_spec", "portal/routes_spec", "portal/grants_spec", "portal/rate_limits_spec", "portal/server_spec", "portal/boundaries_spec",
    "portal/operations_spec", "portal/neighbours_spec", "portal/account_spec", "portal/strangers_spec", "portal/switches_spec" },
  slips = {
    { "app.c", "strncmp(token, \"pat-eu1\", 7) == 0 &&", "strncmp(token, \"pat-na1\", 7) == 0 &&", "constant: a region" },
    { "app.c", "strncasecmp(given, \"Bearer \", 7) == 0", "strncmp(given, \"bearer \", 7) == 0", "condition: how a token is sent" },
    { "gate.c", "|| (length && coding))", ")", "condition dropped: two lengths" },
    { "gate.c", "if (coding && strcasecmp(coding, \"chunked\") != 0)", "if (false)", "rule dropped: an unknown coding" },
    { "gate.c", "if (*value && strcmp(*value, request->headers[i].value) != 0) return false;", "", "rule dropped: a header twice" },
    { "limiter.c", "if (kind.search) return;", "", "rule dropped: searches name no window" },
    { "limiter.c", "if (!allowance.burst || kind.exempt) return;", "if (!allowance.burst) return;", "condition dropped: what is exempt" },
    { "limiter.c", "if (PORTAL_IS(call->store, RETRY_AFTER, on))", "if (true)", "rule dropped: a switch" },
    { "limiter.c", "* 60000;", "* 1000;", "constant: minutes" },
    { "route.c", "if (query) *query++ = '\\0';", "if (query) *query = '\\0';", "boundary: the query" },
    { "scopes.c", "strstr(route->name, \"_read\") ||", "", "condition dropped: reads by POST" },
    { "scopes.c", "if (one == length && strncmp(list, wanted, length) == 0) return true;", "if (strncmp(list, wanted, length) == 0) return true;", "boundary: a scope's name" },
    { "scopes.c", "granted(app, \"oauth\") || refuse(call, \"oauth\");", "true;", "rule dropped: the scope of the account" },
  },
}
