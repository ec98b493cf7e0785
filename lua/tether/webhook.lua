--- Webhooks: verifies what HubSpot sends to a host's HTTP server, reads it, and gives each event once.
--
--     local receiver = tether.webhook { secret = os.getenv "HUBSPOT_APP_SECRET", url = "https://example.com/crm" }
--     local events, err = receiver:receive { method = "POST", uri = "/crm", headers = headers, body = body }
--     if not events then return answer(err.status) end
--
-- It has no server and no socket: the host reads the request and answers it with any 2xx within 5 seconds (wire.md,
-- 13.2).
--
-- Anybody may send anything to a public address. So whatever a stranger can cause is answered as `nil, err` and never
-- raised, because a raised error could end the host's loop; `err.status` is the HTTP status to answer with. What only
-- the host's author can get wrong (an option, a request without a method) raises, as everywhere in Tether.
local native = require "tether.webhook.native"
local check = require "tether.check"
local errors = require "tether.error"
local event = require "tether.webhook.event"
local seen = require "tether.webhook.seen"

local Receiver = { __name = "tether.webhook" }
Receiver.__index = Receiver

local M = { key = event.key }

local known_options = { secret = "any", url = "any", window = "number", remember = "integer", accept = "table",
  most_bytes = "integer", most_events = "integer", clock = "function" }

local statuses = { SIGNATURE_MISSING = 401, SIGNATURE_WRONG = 401, SIGNATURE_OLD = 401, EVENTS_MALFORMED = 400,
  TOO_LARGE = 413 }

local function refuse(err)
  err.status = statuses[err.code] or 500
  return nil, err
end

-- Messages do not show values, because a value in the wrong place may be the secret.
local function check_secrets(options)
  if type(options) ~= "table" then
    errors.raise("BAD_ARGUMENT", "webhook: a table is needed, such as { secret = ... }")
  end
  if type(options.secret) ~= "string" or options.secret == "" then
    errors.raise("BAD_ARGUMENT", "webhook.secret: the app's client secret is needed, a string that is not empty")
  end
  if options.url ~= nil and (type(options.url) ~= "string" or not options.url:match "^https?://[^/?#]+[^#%s]*$") then
    errors.raise("BAD_ARGUMENT", "webhook.url: the address that HubSpot calls is needed, beginning with https://")
  end
end

local function accepted(list)
  local versions = {}
  for _, version in ipairs(list or { "v3" }) do
    if version ~= "v1" and version ~= "v2" and version ~= "v3" then
      check.refuse("webhook.accept", 'a list of "v1", "v2" and "v3"', version)
    end
    versions[version] = true
  end
  if not next(versions) then check.refuse("webhook.accept", 'a list of "v1", "v2" and "v3"', "an empty one") end
  return versions
end

local function window_ms(seconds)
  if seconds == nil then return native.WINDOW_MS end
  if not (seconds >= 0 and seconds <= 1e9) then check.refuse("webhook.window", "a number of seconds", seconds) end
  return math.floor(seconds * 1000)
end

--- Makes a receiver.
-- @tparam table options
--   secret: the app's client secret;
--   url: the address that HubSpot calls, as set in the app, when the host behind a proxy sees another one. Without a
--   path it takes the path of each request. Left out: each request's `uri` must be the whole address;
--   window: seconds that a signature may be old or ahead (300);
--   remember: how many of the last events are known again (10000; 0: none);
--   accept: versions of the signature ({ "v3" }). v1 and v2 have no time in them: whoever has seen a request with one
--   can send it again for ever, also by leaving the v3 header out, so they are taken only when they are named here;
--   most_bytes (16 MiB), most_events (1000): of one delivery;
--   clock: a function that returns milliseconds since 1970, for tests
-- @treturn receiver
-- @raise BAD_ARGUMENT, OPTION_UNKNOWN; the secret is in no message
function M.new(options)
  check_secrets(options)
  check.options("webhook", options, known_options)
  return setmetatable({
    secret = native.key(options.secret),
    url = options.url and options.url:gsub("^(https?://[^/?]+)/$", "%1"),
    window_ms = window_ms(options.window),
    versions = accepted(options.accept),
    most_bytes = check.count("webhook.most_bytes", options.most_bytes, 1, true) or native.MOST_BYTES,
    most_events = check.count("webhook.most_events", options.most_events, 1, true) or native.MOST_EVENTS,
    seen = seen.new(check.count("webhook.remember", options.remember, 0, true) or 10000),
    keys = setmetatable({}, { __mode = "k" }), -- event -> its key as it came, whatever the host makes of the table
    clock = options.clock or native.now_ms,
  }, Receiver)
end

-- The value of a header whose name may be in any letter case; nil when it is missing or has two different values.
local function header(headers, name)
  local found
  if type(headers) == "function" then
    found = headers(name)
  else
    for key, value in pairs(headers) do
      if type(key) == "string" and key:lower() == name then
        if found ~= nil and found ~= value then return nil end
        found = value
      end
    end
  end
  if type(found) == "table" then found = #found == 1 and found[1] or nil end
  return math.type(found) == "integer" and tostring(found) or type(found) == "string" and found or nil
end

-- Reads version, signature and timestamp of a request; answers nil and the error when they are missing or wrong.
local function signature_of(self, headers)
  local v3 = header(headers, "x-hubspot-signature-v3")
  if v3 and self.versions.v3 then return "v3", v3, header(headers, "x-hubspot-request-timestamp") or "" end
  local older = header(headers, "x-hubspot-signature")
  local version = (header(headers, "x-hubspot-signature-version") or ""):lower()
  if older and (version == "v1" or version == "v2") and self.versions[version] then return version, older, "" end
  local wanted = {}
  for name in pairs(self.versions) do wanted[#wanted + 1] = name end
  table.sort(wanted)
  local there = v3 and "v3 only" or older and ("version %q"):format(version:sub(1, 20)) or "none"
  return nil, errors.new("SIGNATURE_MISSING", ("no signature of version %s; the request has %s"):format(
    table.concat(wanted, " or "), there))
end

-- The address as HubSpot called it, which is what HubSpot has signed.
local function address(self, uri)
  if not self.url then
    if not uri:match "^https?://" then
      errors.raise("BAD_ARGUMENT", "request.uri is only a path: the signature is that of the whole address",
        { hint = "pass url = \"https://...\", the address that HubSpot calls, to tether.webhook" })
    end
    return uri
  end
  local target = uri:gsub("^%a[%w+.-]*://[^/?]*", "", 1)
  if not self.url:match "^https?://[^/?]+[/?]" then return self.url .. target end
  return self.url:find("?", 1, true) and self.url or self.url .. (target:match "%?.*" or "")
end

local function check_request(request)
  check.type("request", request, "table")
  if type(request.headers) ~= "function" then check.type("request.headers", request.headers, "table") end
  return check.type("request.body", request.body, "string", true) or ""
end

--- Whether HubSpot signed a request, and, with a version that has a time in it, signed it just now.
-- @tparam table request { method, uri = path and query, or the whole address, headers = a table with names in any
--   letter case (values: strings, or lists of one), or a function that is given a name in small letters, body = the raw
--   bytes; nil: none }
-- @treturn[1] string the version of the signature, "v3"
-- @treturn[2] nil
-- @treturn[2] error SIGNATURE_MISSING, SIGNATURE_WRONG, SIGNATURE_OLD, TOO_LARGE; `status` is the HTTP status that fits
-- @raise BAD_ARGUMENT
function Receiver:verify(request)
  local body = check_request(request)
  if #body > self.most_bytes then
    return refuse(errors.new("TOO_LARGE", ("a body of %d bytes; most_bytes is %d"):format(#body, self.most_bytes)))
  end
  local version, signature, timestamp = signature_of(self, request.headers)
  if not version then return refuse(signature) end
  local method, uri = "", ""
  if version ~= "v1" then
    method = check.type("request.method", request.method, "string")
    uri = address(self, check.type("request.uri", request.uri, "string", self.url ~= nil) or "")
  end
  local fine, err = self.secret:verify(version, method, uri, body, timestamp, signature, self.clock(), self.window_ms)
  if not fine then return refuse(errors.adopt(err)) end
  return version
end

-- The events that have not come before. They are remembered: all of them, or none when memory runs out, because HubSpot
-- then sends them again.
local function unseen(self, events)
  local new = {}
  local fine, problem = pcall(function()
    for _, held in ipairs(events) do
      local key = self.keys[held]
      if not self.seen:has(key) then
        new[#new + 1] = held
        self.seen:add(key)
      end
    end
  end)
  if fine then return new end
  for _, held in ipairs(new) do self.seen:forget(self.keys[held]) end
  error(problem, 0)
end

--- Verifies a request and reads the events that have not come before.
--
-- From now on they count as received. A host that cannot finish them calls `forget` and answers 5xx, and HubSpot sends
-- them again. The memory belongs to this receiver. A host of several processes stores `webhook.key(event)` where all of
-- them look, or makes sure that doing its work twice is harmless, as Tether's writes are.
-- @tparam table request see `verify`
-- @treturn[1] {table,...} see tether.webhook.event; empty when all of them have come before
-- @treturn[2] nil
-- @treturn[2] error those of `verify`, EVENTS_MALFORMED with the place
-- @raise BAD_ARGUMENT
function Receiver:receive(request)
  local version, refused = self:verify(request)
  if not version then return nil, refused end
  local events, err = event.parse(request.body or "", self.most_events)
  if not events then return refuse(err) end
  for _, held in ipairs(events) do self.keys[held] = event.key(held) end
  return unseen(self, events)
end

--- Forgets that events have come, so that HubSpot's next attempt brings them again.
-- @tparam {table,...} events of `receive`
-- @tparam[opt=1] integer first the number of the first event that is not done
function Receiver:forget(events, first)
  check.type("events", events, "table")
  for i = check.count("first", first, 1, true) or 1, #events do
    self.seen:forget(self.keys[events[i]] or event.key(events[i]))
  end
end

--- The events of a body that the caller has verified; repeated events are included.
-- @tparam string body
-- @treturn[1] {table,...} see tether.webhook.event
-- @treturn[2] nil
-- @treturn[2] error EVENTS_MALFORMED with the place, TOO_LARGE
function M.parse(body)
  local events, err = event.parse(check.type("body", body, "string"), native.MOST_EVENTS)
  if not events then return refuse(err) end
  return events
end

return M
