-- Slips in switches, faults, limits and the log of the portal.
return {
  folder = "csrc/portal/lab/",
  c = { "throttle" },
  slow = { "portal" },
  specs = { "portal/rate_limits_spec", "portal/faults_spec", "portal/grants_spec", "portal/boundaries_spec", "portal/server_spec",
    "portal/process_spec", "portal/strangers_spec" },
  slips = {
    { "throttle.c", "span->times[span->first] <= than_ms) {", "span->times[span->first] < than_ms) {", "boundary: ten seconds later" },
    { "throttle.c", "throttle->day_count >= allowance.daily) return", "throttle->day_count > allowance.daily) return", "boundary: the day's budget" },
    { "throttle.c", "throttle->day_count = 0;", "", "rule dropped: the next day" },
    { "throttle.c", "allowance.burst && !kind.search && !kind.exempt,", "allowance.burst && !kind.search,", "condition dropped: what is exempt" },
    { "throttle.c", "[PORTAL_TIER_professional] = {{190, 625000}", "[PORTAL_TIER_professional] = {{200, 625000}", "constant: a tier" },
    { "throttle.c", "return left > 0 ? left : 0;\n}\n\nint64_t portal_throttle_wait_ms", "return left;\n}\n\nint64_t portal_throttle_wait_ms", "sign: what is left of the day",
      survives = "a day's budget that is made smaller in the middle of the day alone leaves less than nothing" },
    { "tokens.c", "*tokens->list[place].text = '\\0';", ";", "close forgotten: a token is revoked" },
    { "tokens.c", "now_ms + PORTAL_TOKEN_SECONDS * 1000);", "now_ms + PORTAL_TOKEN_SECONDS);", "constant: how long a token lasts" },
    { "log.c", "if (strcasecmp(request->headers[i].name, \"Authorization\") == 0) continue;", "", "rule dropped: a token in the log" },
    { "log.c", "entry->length = request->secret ? 0 : request->length;", "entry->length = request->length;", "flag forgotten: secret bodies" },
    { "log.c", "log->bytes -= size_of(entry);", "", "sign: bytes of the log" },
    { "clock.c", "if (now_ms < 0 || now_ms >= LAST_MS)", "if (now_ms >= LAST_MS)", "bound dropped: before 1970" },
    { "refusals.c", "X(\"locked\", 423,", "X(\"locked\", 429,", "one status for another" },
  },
}
