--- The embedded portal: a HubSpot account of your own behind HTTP on the loopback, in this process.
--
--     local portal <close> = tether.portal()
--     portal:seed { contacts = { { id = 101, properties = { firstname = "Jane" } } }, companies = { { id = 9001 } } }
--     local hub = portal:connect()
local native = require "tether.portal.native" -- the server: loaded by the first portal, so that others map none
local check = require "tether.check"
local errors = require "tether.error"
local json = require "tether.json"

local Portal = { __name = "tether.portal" }
Portal.__index = require("tether.nearest").index(Portal, "portal")

local M = {}

local known = { path = "string", token = "string", client_id = "string", client_secret = "string", code = "string",
  refresh_token = "string", admin = "boolean", page = "boolean", scopes = "table",
  port = "integer", host = "string", allow_hosts = "table", deliver_to = "table", switches = "table" }

-- A token of the form that private apps have: region, then a UUID.
local function token_of_our_own()
  local digits = ("xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx"):gsub("x", function()
    return ("%x"):format(math.random(0, 15))
  end)
  return "pat-na1-" .. digits
end

--- Lists the switches: open questions and sizes.
-- @treturn {table,...} { name =, default =, choices = "a,b" or nil for a number, help = }
function M.switches()
  return native.switches()
end

--- Lists the operations: the names of requests in faults, counters and the log.
-- @treturn {table,...} { name =, method =, versions = { "v4", "2026-03" } or {} for the routes under /portal }
function M.operations()
  return native.operations()
end

-- Checks a host name. One with a port, a path or a comma could never match.
local function host_names(option, names)
  for i, name in ipairs(names or {}) do
    if type(name) ~= "string" or not name:match "^[%w._-]+$" then
      check.refuse(("portal.%s[%d]"):format(option, i), "a host name without a port", name)
    end
  end
  return names and table.concat(names, ",")
end

--- Opens a portal. It listens until it is closed or collected.
-- @tparam[opt] table options path (":memory:", or a file that keeps the account), token (made up when left out),
--   client_id, client_secret, code, refresh_token (what OAuth's token requests must bring: a portal that was told none
--   gives no token; a code is good once), port (0: a free one), host ("127.0.0.1"),
--   allow_hosts (a list of further host names that requests may call it by; others are strangers'),
--   deliver_to (a list of host names that webhooks may go to, beside this machine),
--   scopes (a list; all when left out), switches ({ name = value }), admin (true: other
--   programs may set it up by the routes under /portal), page (true: a page to look at it with, at /portal, and those
--   routes)
-- @treturn portal with .url and .token
-- @raise OPTION_UNKNOWN, PORT_FAILED, SQL_FAILED
function M.open(options)
  options = check.options("portal", options, known)
  local token = options.token or token_of_our_own()
  local port = options.port or 0
  if port < 0 or port > 65535 then check.refuse("portal.port", "a port from 0 to 65535", port) end
  local box = errors.check(native.open { path = options.path or ":memory:", token = token,
    client_id = options.client_id, client_secret = options.client_secret, code = options.code,
    refresh_token = options.refresh_token, host = options.host, port = port, admin = options.admin, page = options.page,
    scopes = options.scopes and table.concat(options.scopes, ","),
    hosts = host_names("allow_hosts", options.allow_hosts), targets = host_names("deliver_to", options.deliver_to) })
  local portal = setmetatable({ box = box, url = box:url(), token = token }, Portal)
  for name, value in pairs(options.switches or {}) do portal:set(name, value) end
  return portal
end

local function decode_lines(text)
  local values = {}
  for line in text:gmatch "[^\n]+" do values[#values + 1] = json.decode(line) end
  return values
end

local function opened(self)
  return self.box or errors.raise("CLOSED", "this portal is closed")
end

--- Sets a switch.
-- @tparam string name
-- @tparam string|integer value
-- @raise OPTION_UNKNOWN with the nearest names, BAD_ARGUMENT
function Portal:set(name, value)
  local box = opened(self)
  local names = {}
  for _, row in ipairs(native.switches()) do names[row.name] = "any" end
  check.options("portal.switches", { [name] = value }, names)
  errors.check(box:set(name, tostring(value)))
end

local others = { schemas = true, labels = true, limits = true, links = true } -- of seed's table: no records

local function add(lines, kind, facts)
  for _, fact in ipairs(facts or {}) do
    local line = { kind = kind }
    for name, value in pairs(fact) do line[name] = value end
    lines[#lines + 1] = json.encode(line)
  end
end

--- Adds object types, records, labels, limits and links, all or none.
-- @tparam string|table facts lines of JSON, or a table: object types with their records
--   `contacts = { { id = 101, properties = {} } }`, and
--   `schemas = { { name = "pet", number = 33, labels = { singular =, plural = } } }`,
--   `labels = { { from =, to =, label =, inverseLabel =, name =, id =, inverseId = } }`,
--   `limits = { { from =, to =, type = 279, most = 5 } }`,
--   `links = { { from =, fromId =, to =, toId =, types = { 279, "Decision maker" } } }`
-- @tparam[opt] integer id with an object type in `facts`: one empty record
-- @raise INVALID names the line
function Portal:seed(facts, id)
  local box = opened(self)
  if id ~= nil then
    facts = json.encode { kind = "record", type = check.type("seed", facts, "string"), id = check.id("seed: id", id) }
  elseif type(facts) == "table" then
    local lines, names = {}, {}
    add(lines, "schema", facts.schemas)
    for name in pairs(facts) do names[#names + 1] = name end
    table.sort(names)
    for _, name in ipairs(names) do
      if not others[name] then
        for _, record in ipairs(facts[name]) do
          lines[#lines + 1] = json.encode { kind = "record", type = name, id = record.id,
            properties = record.properties }
        end
      end
    end
    add(lines, "label", facts.labels)
    add(lines, "link", facts.links)
    add(lines, "limit", facts.limits)
    facts = table.concat(lines, "\n")
  end
  errors.check(box:seed(check.type("seed", facts, "string")))
end

local PIECE = 1 << 20 -- bytes of a seed that are read at once

-- Reads whole lines, about PIECE bytes of them; nil at the end.
local function read_lines(file)
  local text, problem = file:read(PIECE)
  if problem then errors.raise("FILE_FAILED", "cannot read the seed: " .. problem) end
  return text and text .. (file:read "L" or "")
end

--- Adds the lines of a file, all or none, and reports its progress. Requests to the portal wait meanwhile.
-- @tparam string path of lines of JSON, as `dump` makes them
-- @tparam[opt] function on_progress called with the bytes read, the bytes of the file, and the lines so far
-- @raise FILE_FAILED, INVALID names the line
function Portal:seed_file(path, on_progress)
  local box = opened(self)
  local file <close>, problem = io.open(path, "rb")
  if not file then errors.raise("FILE_FAILED", "cannot read " .. problem) end
  local size, done, lines = file:seek "end", 0, 0
  if not size or not file:seek "set" then
    errors.raise("FILE_FAILED", ("cannot read %s: it is no file"):format(path))
  end
  errors.check(box:begin_seed())
  local ended = false
  local _ <close> = setmetatable({}, { __close = function() if not ended then box:end_seed(false) end end })
  for text in read_lines, file do
    errors.check(box:add_seed(text, lines + 1))
    done = done + #text
    lines = lines + select(2, text:gsub("\n", "")) + (text:sub(-1) == "\n" and 0 or 1)
    if on_progress then on_progress(done, size, lines) end
  end
  ended = true
  errors.check(box:end_seed(true))
end

--- Keeps the state of the portal under a name: the account, switches, faults and clock. An existing name is replaced.
-- @tparam string name 1 to 100 bytes
-- @raise BAD_ARGUMENT also beyond 32 snapshots: each has the size of the account
function Portal:snapshot(name)
  errors.check(opened(self):snapshot(check.type("snapshot", name, "string")))
end

--- The snapshots that are kept, the oldest name first.
-- @treturn {table,...} { name, made = milliseconds since 1970, records, links, bytes }
function Portal:snapshots()
  return json.decode(errors.check(opened(self):snapshots())).snapshots
end

--- Drops a snapshot.
-- @tparam string name
-- @raise BAD_ARGUMENT there is none of that name
function Portal:drop_snapshot(name)
  errors.check(opened(self):drop_snapshot(check.type("drop_snapshot", name, "string")))
end

--- Opens a second portal that begins with the state of this one: in memory, with the same token, on a port of its own.
-- From then on they are independent.
-- @treturn portal
-- @raise PORT_FAILED, SQL_FAILED
function Portal:fork()
  local box = errors.check(opened(self):fork())
  return setmetatable({ box = box, url = box:url(), token = self.token }, Portal)
end

--- With a name alone: brings the portal back to that snapshot, which stays. With an object type and an id: brings back
-- an archived record, as HubSpot's pages do from the recycle bin; its links are shown again.
-- @tparam string object_type or the name of a snapshot
-- @tparam[opt] integer|string id
-- @raise INVALID, BAD_ARGUMENT
function Portal:restore(object_type, id)
  if id == nil then return errors.check(opened(self):restore(check.type("restore", object_type, "string"))) end
  self:seed(json.encode { kind = "restore", type = check.type("restore", object_type, "string"),
    id = check.id("restore: id", id) })
end

--- The whole account as lines of JSON, from which `seed` makes it again.
-- @treturn string
function Portal:dump()
  return errors.check(opened(self):dump())
end

--- Empties the account. Switches, faults, clock, log and counters stay.
function Portal:reset()
  errors.check(opened(self):reset())
end

--- The last requests, the oldest first: at most 1,000, without tokens.
-- @treturn {table,...} { number, at_ms, operation, method, path, status, headers, body }
function Portal:log()
  local box, entries = opened(self), {}
  for i = 1, box:entries() do entries[i] = box:entry(i) end
  return entries
end

--- Empties the log.
function Portal:clear_log()
  opened(self):clear_log()
end

--- The high usage reports that were requested, which HubSpot would mail, the oldest first.
-- @treturn {table,...} { userId, at, records = { { from, to, id, count, limit }, … } }
function Portal:reports()
  return decode_lines(errors.check(opened(self):reports()))
end

--- Adds a fault. The first rule that matches a request is used.
-- @tparam table rule whom: operation, method, path (globs; left out: every request); which: nth (counted from 1, alone
--   unless times says more), times (at most), probability and seed; how: status with body, headers or html = true
--   (applied = true: the request is applied all the same), or refusal (an answer that speaks of the account, by name:
--   unauthenticated, expired, missing_scopes, missing_granular_scopes, user_permissions, edit_associations, locked,
--   migrating, wrong_hublet), delay (seconds), reset ("before" the body is read, "after"
--   the request is applied, in the "middle" of the answer), truncate = true, malformed = true, trickle (seconds before
--   each chunk of `chunk` bytes)
-- @raise OPTION_UNKNOWN, BAD_ARGUMENT
function Portal:fault(rule)
  local copy = {}
  for name, value in pairs(check.type("fault", rule, "table")) do -- 1/3 has more digits than a number of JSON may
    copy[name] = math.type(value) == "float" and tonumber(("%.12g"):format(value)) or value
  end
  errors.check(opened(self):fault(json.encode(copy)))
end

--- Removes all faults.
function Portal:clear_faults()
  opened(self):clear_faults()
end

local subscribing = { url = "string", secret = "string", app = "integer", signatures = "table",
  concurrency = "integer", events = "table" }

-- "contact.associationChange", or { type =, object =, property =, active = }.
local function event_of(given)
  if type(given) == "string" then return { eventType = given } end
  local options = check.options("subscribe.events", given, { type = "string", object = "string", property = "string",
    active = "boolean" })
  return { eventType = options.type, objectTypeId = options.object, propertyName = options.property,
    active = options.active }
end

--- Makes the portal tell an address of its changes, as HubSpot does: in batches, signed, and again when they are not
-- accepted (10 more times in 24 hours of the portal's clock). Changes that set up the account, as `seed` makes, are not
-- told. An address that has a subscription already gets the new events as well.
-- @tparam table options url (of this machine, unless `deliver_to` names its host), secret (the app's; the portal's
--   client_secret when left out), events = { "contact.associationChange", { type = "contact.propertyChange",
--   property = "email" }, { type = "object.associationChange", object = "p_pet" } }, app (an id; 1),
--   signatures (`{ "v3" }`; v1 or v2 beside it or alone), concurrency (10)
-- @treturn {integer,...} ids of the subscriptions
-- @raise OPTION_UNKNOWN, BAD_ARGUMENT
function Portal:subscribe(options)
  local box = opened(self)
  options = check.options("subscribe", options, subscribing)
  local events = {}
  for i, given in ipairs(options.events or {}) do events[i] = event_of(given) end
  return errors.check(box:subscribe(json.encode { url = options.url, secret = options.secret, app = options.app,
    signatures = options.signatures, concurrent = options.concurrency, events = events }))
end

--- Lists the addresses that are told of changes, and their progress.
-- @treturn {table,...} { appId, targetUrl, subscriptions, waiting = events, retrying = deliveries,
--   underWay = deliveries, delivered, givenUp, dropped = events }
function Portal:webhooks()
  return json.decode(errors.check(opened(self):webhooks())).apps
end

--- Removes all subscriptions, and empties the log of deliveries.
function Portal:clear_webhooks()
  opened(self):clear_webhooks()
end

--- The last attempts to deliver, the oldest first: at most 1,000, without secrets and signatures.
-- @treturn {table,...} { number, delivery, appId, url, at_ms, took_ms, attempt (from 0), status (0: no answer, and
--   `problem` says why), count, events, next_ms = when it is tried again, or nil }
function Portal:deliveries()
  return decode_lines(errors.check(opened(self):deliveries()))
end

--- Empties the log of deliveries.
function Portal:clear_deliveries()
  opened(self):clear_deliveries()
end

--- What was counted since the start.
-- @treturn table { requests, rateLimited, faults, linked = pairs of records written,
--   operations = { batch_create = 3 } }
function Portal:counters()
  return json.decode(errors.check(opened(self):counters()))
end

--- The portal's clock, in milliseconds since 1970; it runs on from the time that it is set to.
-- @tparam[opt] integer ms sets it
-- @treturn integer
-- @raise BAD_ARGUMENT before 1970, or in the year 9999
function Portal:clock(ms)
  return errors.check(opened(self):clock(check.type("clock", ms, "integer", true)))
end

--- Moves the clock forward, by ten seconds or a day, without waiting.
-- @tparam number seconds
-- @raise BAD_ARGUMENT
function Portal:advance(seconds)
  local more = math.tointeger(math.floor(check.type("advance", seconds, "number") * 1000.0)) -- an integer would wrap
  if not more or math.abs(more) > 1 << 60 then check.refuse("advance", "a number of seconds", seconds) end
  self:clock(self:clock() + more)
end

--- Connects a hub to it.
-- @tparam[opt] table options as for tether.connect
-- @treturn hub
function Portal:connect(options)
  local given = { url = self.url }
  for name, value in pairs(options or {}) do given[name] = value end
  if not (given.token_file or given.oauth) then given.token = given.token or self.token end
  return require("tether.hub").new(require("tether.connection.environment").complete(given))
end

--- Stops listening. May be called twice.
function Portal:close()
  if self.box then self.box:close() end
  self.box = nil
end

Portal.__close = Portal.close
Portal.__gc = Portal.close

return setmetatable(M, { __call = function(_, options) return M.open(options) end })
