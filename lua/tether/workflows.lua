--- Workflows: jobs that teams often need. Each is a function of a hub and options. It reads the account, finds out
-- which links there should be, and returns a plan; nothing is written until the plan is applied.
--
--     print(tether.workflows.inherit(hub, { from = "deals", via = "contacts", to = "companies" }):apply())
local nearest = require "tether.nearest"

local NAMES = { "inherit", "orphans", "match", "primary", "relabel", "move", "copy", "split", "tree", "limits",
  "labels", "snapshot", "keep" }

local M = {}

local known = {}
for _, name in ipairs(NAMES) do
  known[name] = function(...) return require("tether.workflows." .. name).plan(...) end
end

--- The names of all workflows, in the order of help.
-- @treturn {string,...}
function M.names()
  return table.move(NAMES, 1, #NAMES, 1, {})
end

known.copy = function(...) return require("tether.workflows.move").copy(...) end

for name, run in pairs(known) do M[name] = run end

return setmetatable({}, { __index = nearest.index(M, "tether.workflows") })
