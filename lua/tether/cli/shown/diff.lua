--- How the commands of backups show what has changed.
local plan_shown = require "tether.cli.shown.plan"
local shape = require "tether.cli.line.shape"

local M = {}

local LINKS = { { "added", "integer" }, { "removed", "integer" }, { "relabeled", "integer" }, { "primary", "integer" },
  { "same", "integer" } }

local pair = shape.object { { "from", "string" }, { "to", "string" }, table.unpack(LINKS) }

local definition = shape.object { { "action", "string" }, { "what", "string" }, { "from_type", "string" },
  { "to_type", "string" }, { "before?", "any" }, { "after?", "any" } }

local fields = table.move(LINKS, 1, #LINKS, 1, {})
for _, field in ipairs { { "pairs", shape.list(pair) }, { "definitions", shape.list(definition) },
  { "only_old", shape.list "string" }, { "only_new", shape.list "string" }, { "left_out", "integer" } } do
  fields[#fields + 1] = field
end

--- The counts of a difference as JSON.
M.counts = shape.object(fields)

--- The JSON of a difference: the counts, then each change that was asked for.
M.json = shape.lines(plan_shown.change, M.counts)

--- Writes a difference.
-- @tparam table options of the command: list, json
-- @param out
-- @tparam table found a diff
function M.write(options, out, found)
  local at = 0
  plan_shown.write(options, out, tostring(found), found, function()
    at = at + 1
    return found.changes[at]
  end, M.json)
  if not options.json and found.left_out > 0 and options.list ~= 0 then
    out:write(("  and %d more\n"):format(found.left_out))
  end
end

return M
