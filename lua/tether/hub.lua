--- A hub: a connection to one account, and the verbs on it.
local native = require "tether.native"
local check = require "tether.check"
local errors = require "tether.error"
local json = require "tether.json"
local labels = require "tether.hub.labels"
local limits = require "tether.hub.limits"
local links = require "tether.links"
local lookup = require "tether.hub.lookup"
local primary = require "tether.hub.primary"
local send = require "tether.send"

local Hub = { __name = "tether.hub" }
Hub.__index = Hub

for _, room in ipairs { "associations", "records", "account", "schema_file" } do
  for verb, run in pairs(require("tether.hub." .. room)) do Hub[verb] = run end
end

local M = {}

local HOST = "https://api.hubapi.com" -- the only server that HubSpot's API description names

local known = { token = "string", url = "string", version = "string", concurrency = "integer", timeout = "number",
  connect_timeout = "number", ca_file = "string", routes = "string" }

local function milliseconds(name, seconds)
  if seconds == nil then return nil end
  if seconds <= 0 or seconds > 86400 then check.refuse(name, "a number of seconds above 0 and up to a day", seconds) end
  return math.max(1, math.floor(seconds * 1000))
end

--- Connects. Nothing is sent yet.
-- @tparam table options token, url, version ("2026-03"), concurrency (8 requests in flight), timeout (30 seconds),
--   connect_timeout (10 seconds), ca_file (PEM), routes ("overview": the overview's batch paths alone)
-- @treturn hub
-- @raise TOKEN_MISSING, TOKEN_MALFORMED, URL_BAD, OPTION_UNKNOWN, BAD_ARGUMENT
function M.new(options)
  check.options("connect", options, known)
  local version = options.version or "2026-03"
  if not native.version_known(version) then
    check.refuse("connect.version", "v4, 2025-09, 2026-03 or 2026-09", version)
  end
  if options.routes and options.routes ~= "overview" then check.refuse("connect.routes", "overview", options.routes) end
  local concurrency = check.count("connect.concurrency", options.concurrency, 1, true) or 8
  local session, err = require("tether.session.native").open {
    url = options.url or HOST,
    token = options.token,
    ca_file = options.ca_file,
    concurrency = concurrency,
    timeout_ms = milliseconds("connect.timeout", options.timeout),
    connect_timeout_ms = milliseconds("connect.connect_timeout", options.connect_timeout),
  }
  if not session then error(errors.adopt(err), 0) end
  local hub = setmetatable({ session = session, version = version, concurrency = concurrency, routes = options.routes,
    form = options.routes == "overview" and "overview" or "described", settled = {}, known_types = {}, ceilings = {},
    notices = {} }, Hub)
  hub.labels, hub.limits, hub.primary = labels.new(hub), limits.new(hub), primary.new(hub)
  hub.types = {
    id = function(_, from, to, which)
      from, to = hub:object_type(from), hub:object_type(to)
      return (which == nil and lookup.plain(hub, from, to) or lookup.type(hub, from, to, which)).id
    end,
  }
  return hub
end

--- An object type's name as the wire takes it.
-- @tparam string name singular, plural, alias, type id, `p_name`, or a custom object's own name or label; any case
-- @treturn string
-- @raise OBJECT_TYPE_UNKNOWN with the nearest names
function Hub:object_type(name)
  return lookup.segment(self, name)
end

--- Remembers that the account takes fewer inputs in a request than was thought, and notes it once for each operation:
-- `hub.notices` is an array of sentences.
function Hub:learn_ceiling(operation, most)
  if not self.ceilings[operation] then
    self.notices[#self.notices + 1] = ("%s: the account refuses %d inputs in a request; fewer are sent from now on")
      :format(operation, most * 2)
  end
  self.ceilings[operation] = math.max(1, math.min(most, self.ceilings[operation] or most))
end

--- An empty links set; a custom object may go by its label, which only an account knows.
-- @treturn links
function Hub:links(from, to)
  return links.new(self:object_type(from), self:object_type(to))
end

--- Any request of the account, with the same transport and error handling.
-- @tparam string method
-- @tparam string path with its query, beginning with a slash
-- @tparam[opt] table|string body a table is sent as JSON
-- @return the decoded answer, true when it has no body
-- @treturn integer status
-- @raise as every verb. Nothing is sent a second time
function Hub:request(method, path, body)
  check.type("request: method", method, "string")
  if check.type("request: path", path, "string"):sub(1, 1) ~= "/" then
    check.refuse("request: path", "a path that begins with a slash", path)
  end
  if type(body) == "table" then body = json.encode(body) end
  return send.request(self, method:upper(), path, check.type("request: body", body, "string", true))
end

--- Gives up what is in flight and frees the connections. May be called twice.
function Hub:close()
  self.session:close()
end

Hub.__close = Hub.close

return M
