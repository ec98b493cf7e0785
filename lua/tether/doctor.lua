--- The doctor checks everything that stands between a script and an account, and says what to mend.
--
--     for _, check in ipairs(tether.doctor({}, { objects = { "contacts", "companies" } }).checks) do … end
-- It only reads: the account's details, the token's scopes and, where the account does not tell scopes, one record of
-- each object type. The question which routes exist is asked without the token, so that nothing can be written.
local check = require "tether.check"
local day = require "tether.connection.day"
local ending = require "tether.connection.ending"
local environment = require "tether.connection.environment"
local errors = require "tether.error"
local hubs = require "tether.hub"
local routes = require "tether.doctor.routes"
local scopes = require "tether.doctor.scopes"

local M = {}

local LOW = 0.1 -- of the day's calls
local SKEW_S, SKEW_MOST_S = 5, 300 -- an answer's date has whole seconds; webhooks are refused beyond five minutes
local SHOWN = 8 -- scopes in a line

local Report = { __name = "tether.doctor.report" }
Report.__index = Report

local function add(report, name, state, message, remedy)
  report.checks[#report.checks + 1] = { name = name, state = state, message = message, remedy = remedy }
end

local function add_error(report, name, problem, remedy)
  if not errors.is(problem) then error(problem, 0) end
  report.facts.code = report.facts.code or problem.code
  add(report, name, "fail", problem.message, remedy or problem.hint)
end

local function skip(report, names, because)
  for _, name in ipairs(names) do add(report, name, "skip", "not looked at, because of " .. because) end
end

-- -- the checks, one by one
-- --------------------------------------------------------------------------------------------

local function at(url, region)
  return region and not url:find("api-" .. region, 1, true) and not region:match "^na%d"
end

-- The remedy of a 401 depends on whether the token has expired and on the region that it belongs to.
local function remedy_of_401(hub, url, problem)
  if problem.category == "EXPIRED_AUTHENTICATION" then return "fetch another token, or connect with oauth = { … }" end
  local region = hub.session:region()
  if at(url, region) then
    return ('the token is of region %s: try url = "https://api-%s.hubapi.com" or region = "auto"; else copy the token '
      .. "again from the app's page"):format(region, region)
  end
  return "copy the token again from the app's or the service key's page: it may have been rotated or revoked"
end

local function names_of(list)
  local shown = table.concat(list, ", ", 1, math.min(#list, SHOWN))
  return #list > SHOWN and ("%s and %d more"):format(shown, #list - SHOWN) or shown
end

local function look_at_scopes(report, hub, needed)
  local held = scopes.held(hub)
  report.facts.scopes = held
  if held and #needed == 0 then
    return add(report, "scopes", "ok", ("%d held: %s"):format(#held, names_of(held)),
      "name object types or scopes to have them compared")
  end
  local missing, untried
  if held then missing = scopes.missing(needed, held) else missing, untried = scopes.probe(hub, needed) end
  report.facts.missing_scopes = missing
  if #missing > 0 then
    add(report, "scopes", "fail", "missing: " .. names_of(missing), "grant them to the app or service key; an app "
      .. "whose scopes were changed hands out another token, or is to be installed again")
  elseif not held and #needed == 0 then
    add(report, "scopes", "warn", "the server does not tell which ones are held",
      "name object types to have them tried")
  elseif untried and #untried > 0 then
    add(report, "scopes", "warn", "the server does not tell which ones are held; not tried: " .. names_of(untried),
      "look the scopes up on the app's page")
  else
    add(report, "scopes", "ok", ("%d needed, all held"):format(#needed))
  end
end

-- Checks which of the two forms of the batches' routes the account knows. The verbs answer the other open questions by
-- themselves.
local function look_at_routes(report, hub)
  local known = routes.known(hub)
  report.facts.routes = known
  local described, overview, typed = known.described, known.overview, known.typed
  local wanted = hub.routes == "overview" and overview or hub.routes ~= "overview" and (described or overview)
  local says = { [true] = "known", [false] = "unknown" }
  local message = ("batches: described form %s, overview's form %s; type id in a path %s"):format(
    says[described] or "unclear", says[overview] or "unclear", says[typed] or "unclear")
  if wanted then
    add(report, "routes", "ok", message)
  elseif described == nil and overview == nil then
    add(report, "routes", "warn", message, "look at url: the server does not answer as HubSpot does")
  elseif described and hub.routes == "overview" then
    add(report, "routes", "fail", message, 'leave routes = "overview" out')
  else
    add(report, "routes", "fail", message, "check version and url: no batch of links would be taken")
  end
end

local function thousands(number)
  local text = ("%d"):format(number):reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", "")
  return text
end

local function look_at_window(report, quota)
  if not quota.window_most then
    return add(report, "window", "warn", "the answers name no limit", "nothing, if the account has none: 100 in ten "
      .. "seconds are kept until an answer names another number")
  end
  local state = quota.window_left > 0 and "ok" or "warn"
  add(report, "window", state, ("%s of %s calls left in %g seconds"):format(thousands(quota.window_left),
    thousands(quota.window_most), quota.window_ms / 1000),
    state == "warn" and "another program uses this token: give it one of its own" or nil)
end

local function look_at_day(report, quota)
  if not quota.daily then
    return add(report, "day", "ok", "no daily limit is named (OAuth apps have none)")
  end
  local message = ("%s of %s calls left today"):format(thousands(quota.daily_left), thousands(quota.daily))
  if quota.day_ends_ms then
    message = ("%s, new at %s"):format(message, os.date("!%Y-%m-%dT%H:%M:%SZ", quota.day_ends_ms // 1000))
  end
  local state = quota.daily_left == 0 and "fail" or quota.daily_left < quota.daily * LOW and "warn" or "ok"
  add(report, "day", state, message, state ~= "ok" and "wait for the new day, or raise the account's limit; "
    .. "daily_reserve = N keeps calls for other apps" or nil)
end

local function look_at_clock(report, skew_ms)
  if not skew_ms then return add(report, "clock", "warn", "the server tells no time") end
  local seconds = math.abs(skew_ms) / 1000
  local state = seconds <= SKEW_S and "ok" or seconds <= SKEW_MOST_S and "warn" or "fail"
  if state == "ok" then return add(report, "clock", "ok", "within seconds of the server's") end
  local way = skew_ms > 0 and "behind" or "ahead of"
  add(report, "clock", state, ("%d seconds %s the server's"):format(math.floor(seconds), way), "set this machine's "
    .. "clock, for example with timedatectl set-ntp true: certificates, tokens and webhooks depend on it")
end

-- -- all checks -------------------------------------------------------------------------------------------------------

local function remedy_of_host(problem)
  local proxy = environment.proxy()
  return proxy and ("%s; $%s names a proxy"):format(problem.hint, proxy) or problem.hint
end

-- Sends the first request, which tells whether host, TLS and token are fine.
local function reach(report, hub, url)
  local ok, details = pcall(hub.account, hub)
  local secure = url:match "^https:" ~= nil
  local problem = not ok and details or nil
  if problem and not errors.is(problem) then error(problem, 0) end
  local code = problem and problem.code
  if code == "TLS_FAILED" then
    add(report, "host", "ok", url .. " answers")
    add_error(report, "tls", problem)
    return false, "tls"
  elseif problem and not problem.status and code ~= "UNAUTHENTICATED" then
    add_error(report, "host", problem, remedy_of_host(problem))
    return false, "host"
  end
  add(report, "host", "ok", url .. " answers")
  if secure then
    add(report, "tls", "ok", "the certificate is verified")
  else
    local loopback = url:match "^http://127%." or url:match "^http://localhost" or url:match "^http://%[::1%]"
    add(report, "tls", loopback and "ok" or "warn", loopback and "none, on the loopback" or "none: plain http",
      not loopback and "take https: the token goes in the clear" or nil)
  end
  if code == "UNAUTHENTICATED" then
    add_error(report, "token", problem, remedy_of_401(hub, url, problem))
    return false, "token"
  elseif problem and code ~= "MISSING_SCOPES" and code ~= "DAILY_LIMIT" then
    add_error(report, "token", problem)
    return false, "token"
  end
  report.facts.account = ok and details.portalId or nil
  add(report, "token", "ok", ok and ("accepted by account %s"):format(details.portalId) or "accepted")
  return true, nil, ok and details
end

-- Tells whether the quota is shared through Redis, and how many programs share it.
local function look_at_redis(report, quota)
  local losses = (quota.losses or 0) > 0 and ("; lost %d times"):format(quota.losses) or ""
  if quota.unshared then
    add(report, "quota", "warn", "not shared with other machines: " .. quota.unshared .. losses,
      "see that Redis runs and can be reached; it is tried again by itself")
  else
    add(report, "quota", "ok", ("shared through Redis at %s by %d processes%s"):format(quota.where, quota.sharers or 1,
      losses))
  end
end

local function look_at_settings(report, hub)
  local ends, quota = ending.notice(hub.version), hub:stats().quota
  add(report, "settings", ends and "warn" or "ok", ends or ("version %s"):format(hub.version))
  if quota.through == "redis" then
    look_at_redis(report, quota)
  elseif quota.unshared then
    add(report, "quota", "warn", "not shared with other processes: " .. quota.unshared, "mend that, or name another "
      .. "folder with share = \"folder\": else processes that run side by side get each other refused")
  else
    add(report, "quota", "ok", quota.shared and "shared with the other processes of this machine" or
      "this process's alone")
  end
end

local function examine(report, hub, url, needed)
  local going, because, details = reach(report, hub, url)
  if going then
    if details then day.take(hub, details) end
    local ok, problem = pcall(look_at_scopes, report, hub, needed)
    if not ok then add_error(report, "scopes", problem) end
  else
    local rest = { host = { "tls", "token", "scopes", "routes" }, tls = { "token", "scopes", "routes" },
      token = { "scopes" } }
    skip(report, rest[because], because)
  end
  local stats = hub:stats() -- of answers to the token's own requests
  if going or because == "token" then look_at_routes(report, hub) end
  report.facts.quota, report.facts.skew_ms, report.facts.round_trip_ms = stats.quota, stats.skew_ms, stats.round_trip_ms
  if not going then return skip(report, { "window", "day", "clock" }, because) end
  look_at_window(report, stats.quota)
  look_at_day(report, stats.quota)
  look_at_clock(report, stats.skew_ms)
end

local known = { objects = "table", scopes = "table", write = "boolean" }

local function needed_of(wanted)
  wanted = check.options("doctor", wanted, known)
  local needed = scopes.of(wanted.objects or {}, wanted.write)
  for _, name in ipairs(wanted.scopes or {}) do
    needed[#needed + 1] = { name = check.type("doctor.scopes", name, "string") }
  end
  return needed
end

--- Checks settings, host, TLS, token, scopes, routes, limits and clock. No request is repeated, so this takes seconds
-- at the most.
-- @tparam[opt] table options as for tether.connect
-- @tparam[opt] table wanted what the token must be good for: { objects = { "contacts", … }, write = boolean,
--   scopes = { "crm.lists.read", … } }
-- @treturn table report: `fine` (no check failed), `checks` = array of { name, state = "ok", "warn", "fail" or
--   "skip", message, remedy }, `facts` = { account, scopes, missing_scopes, quota, skew_ms, round_trip_ms, code,
--   routes = { described, overview, typed } }
-- @raise BAD_ARGUMENT, OBJECT_TYPE_UNKNOWN, OPTION_UNKNOWN for wrong arguments; every other problem stands in the
--   report
function M.examine(options, wanted)
  local needed = needed_of(wanted)
  local report = setmetatable({ checks = {}, facts = {}, fine = true }, Report)
  local given = environment.complete(options)
  given.retry_for = 0
  local ok, hub = pcall(hubs.new, given)
  if not ok then
    if not errors.is(hub) or hub.code == "BAD_ARGUMENT" or hub.code == "OPTION_UNKNOWN" then error(hub, 0) end
    add_error(report, "settings", hub)
    skip(report, { "quota", "host", "tls", "token", "scopes", "routes", "window", "day", "clock" }, "settings")
  else
    local closing <close> = hub -- luacheck: ignore
    look_at_settings(report, hub)
    examine(report, hub, hub.url, needed)
  end
  for _, done in ipairs(report.checks) do report.fine = report.fine and done.state ~= "fail" end
  return report
end

--- One line for each check: state, name, what was found, and what to mend.
function Report:__tostring()
  local lines = {}
  for i, done in ipairs(self.checks) do
    lines[i] = ("%-4s  %-8s  %s%s"):format(done.state, done.name, done.message:gsub("%s+", " "),
      done.remedy and ("; to do: " .. done.remedy) or "")
  end
  return table.concat(lines, "\n")
end

return M
