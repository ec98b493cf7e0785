--- The columns of the fault matrix: what goes wrong with one operation, and what a client can know of it.
--
-- Fields: `name`; `key` for the printed table; `rule` for portal:fault (nil: nothing is struck), `switches` of the
-- portal; `lost`: nobody can know whether the request was applied; `lands`: it was; `code` of the error that tells of
-- it; `final`: it is not asked again; `harmless`: it changes nothing; `in_body`: it strikes answers that have a body
-- alone; `timeout` of the hub in seconds.
local M = {}

local TIMEOUT = 0.5 -- seconds, which a busy machine keeps for everything else; the delays below are longer

local function limited(policy, message, headers)
  return { status = 429, headers = headers, body = { status = "error", errorType = "RATE_LIMIT", policyName = policy,
    message = message, correlationId = "c", requestId = "c" } }
end

-- A window of 50 milliseconds, so that waiting for it takes no time.
local WINDOW = { ["X-HubSpot-RateLimit-Interval-Milliseconds"] = "50", ["X-HubSpot-RateLimit-Max"] = "100",
  ["X-HubSpot-RateLimit-Remaining"] = "0" }
local AT_ONCE = { ["Retry-After"] = "0" }

local list = {
  { name = "reset before the request is read", key = "rb", rule = { reset = "before" }, lost = true,
    code = "CONNECTION_LOST" },
  { name = "reset after it is applied", key = "ra", rule = { reset = "after" }, lost = true, lands = true,
    code = "CONNECTION_LOST" },
  { name = "reset in the middle of the answer", key = "rm", rule = { reset = "middle" }, lost = true, lands = true,
    code = "CONNECTION_LOST", in_body = true },
  { name = "a slow answer", key = "sl", rule = { delay = 0.02 }, harmless = true },
  { name = "an answer that trickles", key = "tr", rule = { trickle = 0.001, chunk = 200 }, harmless = true },
  { name = "timeout, not applied", key = "tb", rule = { status = 503, delay = 2 * TIMEOUT }, lost = true,
    code = "TIMED_OUT", timeout = TIMEOUT },
  { name = "timeout, applied", key = "ta", rule = { delay = 2 * TIMEOUT }, lost = true, lands = true,
    code = "TIMED_OUT", timeout = TIMEOUT },
  { name = "423", key = "423", rule = { status = 423, headers = AT_ONCE }, code = "LOCKED" },
  { name = "429 of the ten-second window", key = "42w", rule = limited("TEN_SECONDLY_ROLLING",
    "You have reached your ten_secondly_rolling limit.", WINDOW), code = "RATE_LIMITED" },
  { name = "429 of a second", key = "42s", rule = limited("SECONDLY", "You have reached your secondly limit.", AT_ONCE),
    code = "RATE_LIMITED" },
  { name = "429 of the day", key = "42d", rule = limited("DAILY", "You have reached your daily limit."), final = true,
    code = "DAILY_LIMIT" },
  { name = "401", key = "401", rule = { status = 401 }, final = true, code = "UNAUTHENTICATED" },
  { name = "403", key = "403", rule = { status = 403 }, final = true, code = "MISSING_SCOPES" },
  { name = "488", key = "488", rule = { status = 488 }, final = true, code = "WRONG_REGION" },
  { name = "477", key = "477", rule = { status = 477, refusal = "migrating", headers = AT_ONCE }, code = "MIGRATING" },
  { name = "a truncated body", key = "cut", rule = { truncate = true }, lost = true, lands = true, in_body = true,
    code = "ANSWER_MALFORMED" },
  { name = "a malformed body", key = "mal", rule = { malformed = true }, lost = true, lands = true, in_body = true,
    code = "ANSWER_MALFORMED" },
  { name = "404 with an HTML page", key = "h4", rule = { status = 404, html = true }, final = true,
    code = "ROUTE_UNKNOWN" },
}

-- Each of these once when the request was not applied, and once when it was.
for _, case in ipairs {
  { "408", "408", { status = 408 }, "TIMED_OUT" },
  { "500", "500", { status = 500 }, "SERVER_ERROR" },
  { "502", "502", { status = 502 }, "SERVER_ERROR" },
  { "502 with an HTML page", "h5", { status = 502, html = true }, "SERVER_ERROR" },
  { "503", "503", { status = 503 }, "SERVER_ERROR" },
  { "504", "504", { status = 504 }, "SERVER_ERROR" },
  { "200 with an HTML page", "h2", { status = 200, html = true }, "ANSWER_MALFORMED" },
  { "an empty 200", "e2", { status = 200, body = "" }, "ANSWER_MALFORMED" },
} do
  local name, key, rule, code = table.unpack(case)
  list[#list + 1] = { name = name .. ", not applied", key = key, rule = rule, lost = true, code = code }
  local applied = { applied = true }
  for field, value in pairs(rule) do applied[field] = value end
  list[#list + 1] = { name = name .. ", applied", key = key .. "+", rule = applied, lost = true, lands = true,
    code = code }
end

-- What a proxy in front of HubSpot says of itself: the same to a client.
for i, status in ipairs { 520, 521, 522, 523, 524 } do
  local applied = i % 2 == 0
  list[#list + 1] = { name = ("%d, %s"):format(status, applied and "applied" or "not applied"),
    key = status .. (applied and "+" or ""), lost = true, lands = applied, code = "SERVER_ERROR",
    rule = { status = status, html = true, applied = applied } }
end

-- Reads that show what was written only later; the second with an answer that is lost as well.
list[#list + 1] = { name = "stale reads", key = "st", stale = true }
list[#list + 1] = { name = "stale reads, and reset after it is applied", key = "sra", stale = true,
  rule = { reset = "after" }, lost = true, lands = true, code = "CONNECTION_LOST" }

M.list = list

return M
