--- Connects a links set to the account whose types it has, so that it can still ask it.
local definitions = require "tether.names.definitions"
local lookup = require "tether.names.lookup"
local mirror = require "tether.links.mirror"

local M = {}

--- Lets a set ask its account: for labels that none of its links has, and inside one object type for the inverses of
-- labels.
-- @tparam links set
-- @tparam table hub
function M.know(set, hub)
  local from, to = set.from, set.to
  set.account_types = function() return lookup.types(hub, from, to) end
  set.inverse = mirror.is_one_type(from, to) and
    function(type) return definitions.inverse(hub, from, lookup.type(hub, from, to, type)) end or nil
end

return M
