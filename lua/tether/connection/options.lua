--- Checks the options of a connection and translates them for the core.
local check = require "tether.check"
local errors = require "tether.error"
local native = require "tether.native"

local M = {}

local HOST = "https://api.hubapi.com" -- the only server that HubSpot's API description names

local known = { token = "any", token_file = "string", oauth = "table", url = "string", region = "string",
  version = "string", concurrency = "integer", timeout = "number", connect_timeout = "number", ca_file = "string",
  ca_folder = "string", plain_http = "boolean", routes = "string", retry_for = "number", retry_pause = "number",
  daily_reserve = "integer", share = "any", share_lost = "string", share_password_file = "string",
  shared_folder = "string", log = "string", journal = "string" }

local known_oauth = { client_id = "string", client_secret = "string", refresh_token = "string",
  access_token = "string", expires_in = "number", on_renew = "function" }

local function milliseconds(name, seconds, otherwise)
  if seconds == nil then return otherwise end
  if seconds <= 0 or seconds > 86400 then
    check.refuse("connect." .. name, "a number of seconds above 0 and up to a day", seconds)
  end
  return math.max(1, math.floor(seconds * 1000))
end

local function one_of(name, value, choices)
  if value == nil then return end
  for _, choice in ipairs(choices) do
    if value == choice then return end
  end
  check.refuse("connect." .. name, table.concat(choices, " or "), value)
end

-- Tokens look like pat-eu1-…. Their region is used only when the caller asks for that, because sources contradict each
-- other on whether an EU token needs it (wire.md, open question 20).
local function host_of(options)
  if options.url or not options.region then return options.url or HOST end
  local region = options.region
  if region == "auto" then
    if type(options.token) ~= "string" then
      errors.raise("BAD_ARGUMENT", "connect.region: auto reads the prefix of a token that is given as text",
        { hint = 'name the region, as in region = "eu1"' })
    end
    region = options.token:match "^pat%-(%l+%d+)%-" or "na1"
  end
  if not region:match "^%l+%d+$" then check.refuse("connect.region", "auto, or a region such as eu1", region) end
  return region:match "^na%d" and HOST or ("https://api-%s.hubapi.com"):format(region)
end

local function is_loopback(url)
  local host = url:match "^%a+://([^/]*)" or ""
  return host:match "^127%." ~= nil or host:match "^localhost" ~= nil or host:match "^%[::1%]" ~= nil
end

local function is_redis(share)
  return type(share) == "string" and share:match "^%a[%w+.-]*://" ~= nil
end

-- The Redis server through which machines share the quota. The connection to it is tried before anything is sent.
local function redis_of(options)
  one_of("share_lost", options.share_lost, { "alone", "stop" })
  if not is_redis(options.share) then return nil end
  return { url = options.share, lost = options.share_lost or "alone", password_file = options.share_password_file,
    ca_file = options.ca_file, ca_folder = options.ca_folder }
end

-- By default an account's quota is shared with the other processes of this machine. A portal on the loopback address is
-- not shared, because portals come and go with each test.
local function share_of(options, url)
  local share = options.share
  if type(share) == "string" and not share:find("/", 1, true) then -- "false" as a text would name a folder
    check.refuse("connect.share", "a folder with a slash in it, such as ./NAME, or redis://host:6379/0", share)
  end
  if type(share) == "string" then return not is_redis(share) and share or nil end
  if share == nil then share = not is_loopback(url) and options.shared_folder ~= nil end
  if type(share) ~= "boolean" then
    check.refuse("connect.share", "true, false, a folder or redis://host:6379/0", share)
  end
  if share and not options.shared_folder then
    errors.raise("BAD_ARGUMENT", "connect.share: a folder is needed here", { hint = 'pass share = "/some/folder"' })
  end
  return share and options.shared_folder or nil
end

local function add_oauth(into, oauth, version)
  check.options("connect.oauth", oauth, known_oauth)
  for _, name in ipairs { "client_id", "client_secret", "refresh_token" } do
    if not oauth[name] or oauth[name] == "" then check.refuse("connect.oauth." .. name, "a text", oauth[name]) end
    into[name] = oauth[name]
  end
  into.token = oauth.access_token
  into.expires_in_ms = milliseconds("oauth.expires_in", oauth.expires_in)
  -- Version 2025-09 has no path of its own, and v4 uses v3's (wire.md, 12.2).
  local dated = version == "2026-03" or version == "2026-09"
  into.oauth_path = ("/oauth/%s/token"):format(dated and version or "v3")
end

local function add_token(into, options)
  local sources = 0
  for _, name in ipairs { "token", "token_file", "oauth" } do sources = sources + (options[name] ~= nil and 1 or 0) end
  if sources > 1 then
    errors.raise("BAD_ARGUMENT", "connect: token, token_file and oauth exclude each other: pass one of them")
  end
  if options.oauth then return add_oauth(into, options.oauth, options.version or "2026-03") end
  into.token_file = options.token_file
  into.by_host = type(options.token) == "function"
  if not into.by_host then into.token = check.type("connect.token", options.token, "string", true) end
end

--- Checks options, and gives a default to each that is missing.
-- @tparam table options see tether.hub
-- @treturn table for the hub: version, routes, concurrency, journal; redis = { shares = address or nil, password_file,
--   ca_file, ca_folder }
-- @treturn table for the native session
-- @raise OPTION_UNKNOWN, BAD_ARGUMENT
function M.read(options)
  check.options("connect", options, known)
  one_of("version", options.version, { "v4", "2025-09", "2026-03", "2026-09" })
  one_of("routes", options.routes, { "overview" })
  one_of("log", options.log, { "off", "info", "debug" })
  local version, url = options.version or "2026-03", host_of(options)
  assert(native.version_known(version))
  local concurrency = check.count("connect.concurrency", options.concurrency, 1, true) or 8
  local retry_for = options.retry_for == 0 and 0 or milliseconds("retry_for", options.retry_for, 120000)
  local session = { url = url, ca_file = options.ca_file, ca_folder = options.ca_folder,
    plain_http = options.plain_http, concurrency = concurrency,
    timeout_ms = milliseconds("timeout", options.timeout),
    connect_timeout_ms = milliseconds("connect_timeout", options.connect_timeout),
    retry_for_ms = retry_for, retry_pause_ms = milliseconds("retry_pause", options.retry_pause, 500),
    daily_reserve = check.count("connect.daily_reserve", options.daily_reserve, 0, true),
    share = share_of(options, url), redis = redis_of(options), share_by_default = options.share == nil,
    log = options.log }
  add_token(session, options)
  return { version = version, routes = options.routes, concurrency = concurrency, journal = options.journal,
    redis = { shares = session.redis and session.redis.url, password_file = options.share_password_file,
      ca_file = options.ca_file, ca_folder = options.ca_folder } }, session
end

return M
