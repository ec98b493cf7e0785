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

--- Closes all that was opened.
function M.close()
  for _, both in ipairs(opened) do
    both.hub:close()
    both.portal:close()
  end
  opened = {}
end

return M
