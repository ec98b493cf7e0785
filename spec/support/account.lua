--- A portal and a hub that is connected to it, as most specs want them anew for each test:
--
--     before_each(function() portal, hub = account.open() end)
--     after_each(account.close)
local given = require "spec.support.portal"
local tether = require "tether"

local M = {}

local opened = {}

--- Opens both.
-- @tparam[opt] table|string facts what the portal is seeded with; left out: the records of spec/support/portal.lua
-- @tparam[opt] table connection options of portal:connect
-- @tparam[opt] table options of tether.portal
-- @treturn table portal
-- @treturn table hub
function M.open(facts, connection, options)
  local portal = facts and tether.portal(options) or given.open(options)
  if facts then portal:seed(facts) end
  local hub = portal:connect(connection)
  opened[#opened + 1] = { portal = portal, hub = hub }
  return portal, hub
end

--- The whole account as text, without the times of its records.
-- @tparam table|string portal or what its dump is
-- @treturn string
function M.state(portal)
  return ((type(portal) == "string" and portal or portal:dump()):gsub('"%a+ed":%d+', ""))
end

--- Records with ids that follow each other, to seed a portal with: numbered { contacts = { 1, 60 } } are 60 contacts.
-- @tparam {[string]={integer,integer}} ranges of each object type the first id, and the last one
-- @treturn table
function M.numbered(ranges)
  local facts = {}
  for object_type, range in pairs(ranges) do
    facts[object_type] = {}
    for id = range[1], range[2] do table.insert(facts[object_type], { id = id }) end
  end
  return facts
end

--- The texts of the account's own labels of a pair, sorted.
-- @treturn {string,...}
function M.labels(hub, from, to)
  local texts = {}
  for _, type in ipairs(hub.labels:list(from, to)) do
    if type.category == "USER_DEFINED" then texts[#texts + 1] = type.label end
  end
  table.sort(texts)
  return texts
end

--- Closes all that was opened.
function M.close()
  for _, both in ipairs(opened) do
    both.hub:close()
    both.portal:close()
  end
  opened = {}
end

return M
