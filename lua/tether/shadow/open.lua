--- Opens a shadow: a hub whose requests go to a portal in this process, which first learns what they need.
--
-- Each request, whatever verb it comes from, passes here once before it is sent. What it reads or changes is read from
-- the account and put into the portal. The account is only read.
local answers = require "tether.shadow.answers"
local before = require "tether.shadow.before"
local definitions = require "tether.shadow.definitions"
local json = require "tether.json"
local lookup = require "tether.names.lookup"
local native = require "tether.native"
local portals = require "tether.portal"
local routes = require "tether.shadow.routes"
local seed = require "tether.shadow.seed"

local M = {}

-- The records of rows, each once for each side.
local function sides_of(links, rows)
  local froms, tos, seen_from, seen_to = {}, {}, {}, {}
  for i = 1, #rows do
    local from, to = links:row(rows:at(i))
    if not seen_from[from] then froms[#froms + 1], seen_from[from] = from, true end
    if not seen_to[to] then tos[#tos + 1], seen_to[to] = to, true end
  end
  return { froms = froms, tos = tos }
end

-- Reads a request, with the shadow's names of object types.
local function read_request(self, method, path)
  local asked = routes.find(method, path)
  if not asked then return nil end
  asked.f = asked.f and definitions.type(self, asked.f)
  asked.t = asked.t and definitions.type(self, asked.t)
  return asked
end

-- Called by the session before a request is queued.
local function gate(self)
  return function(kind, method, path, ...)
    local asked = read_request(self, method, path)
    if not asked then return end
    if kind == "submit_rows" then
      local _, links, rows = ...
      asked.rows = sides_of(links, rows)
    else
      local body = ...
      asked.body = type(body) == "string" and body ~= "" and json.decode(body) or nil
    end
    before.run(self, asked)
  end
end

-- The other object type of an association that a record is made with; the association's type tells it.
local function target_finder(self)
  local function of_own(from, id)
    for _, pair in pairs(self.pairs) do
      local other = pair.from == from and pair.to or pair.to == from and pair.from
      for _, known in ipairs(other and lookup.types_anew(self.inner, from, other) or {}) do
        if known.category ~= "HUBSPOT_DEFINED" and known.id == id then return other end
      end
    end
  end
  return function(from, association)
    for _, asked in ipairs(type(association.types) == "table" and association.types or {}) do
      local id = math.tointeger(tonumber(asked.associationTypeId))
      local known = id and asked.associationCategory == "HUBSPOT_DEFINED" and native.type_by_id(id)
      local other = known and known.to or id and of_own(from, id)
      if other then return definitions.type(self, other) end
    end
  end
end

-- Tells each sentence once.
local function teller(notices)
  local told = {}
  return function(text)
    if not told[text] then notices[#notices + 1] = "shadow: " .. text end
    told[text] = true
  end
end

local function connect(portal, account)
  return portal:connect { version = account.version, routes = account.routes, concurrency = account.concurrency }
end

--- Opens a shadow of an account.
-- @tparam table account hub; it stays the caller's, and must be open as long as the shadow is used
-- @treturn hub
function M.open(account)
  local portal = portals()
  local hub = connect(portal, account)
  local self = { account = account, portal = portal, inner = connect(portal, account), books = {}, pairs = {},
    links = {}, sets = {}, set_numbers = {}, tied = {}, walks = {}, searches = {}, type_names = {},
    dropped_labels = {}, sequence = 0, requests = account:stats().requests, tell = teller(hub.notices) }
  self.type = function(segment) return definitions.type(self, segment) end
  self.type_of_target = target_finder(self)
  self.answer = function(request) return answers.answer(self, request) end
  self.close = function()
    if self.kept then return end
    self.inner:close()
    portal:close()
  end
  seed.begin(self)
  hub.shadowed, hub.session.before = self, gate(self)
  return hub
end

--- Makes a further hub of a shadow. What one hub writes the other reads, as with two connections to one account.
-- @tparam table self the shadow
-- @tparam table account a hub of the account, whose version and routes the new one has
-- @treturn hub
function M.join(self, account)
  local hub = connect(self.portal, account)
  hub.shadowed, hub.session.before = self, gate(self)
  return hub
end

return M
