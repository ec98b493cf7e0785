--- tether import --dry-run: makes a plan and shows it. The account is read; nothing is written to it or to a file.
local plain = require "tether.plain"
local plan_shown = require "tether.cli.shown.plan"

local M = {}

local TOLD, SHOWN = 10, 20 -- shown at most: rows that cannot be imported; changes

-- Counts rows that cannot be imported, and rows whose records --missing create would make, since a plan makes none.
local function counter(options, shown)
  local count = { lost = 0, records = 0 }
  return count, function(row)
    if options.missing == "create" and row.error.code == "NOT_FOUND" then
      count.records = count.records + 1
      return
    end
    count.lost = count.lost + 1
    if count.lost > TOLD then return end
    local text = row.error.message
    shown:say(row.line and not text:find(", line %d") and ("line %d: %s"):format(row.line, text) or text)
  end
end

local function text_of(plan, count)
  local parts = { tostring(plan) }
  if #plan.imagined > 0 then parts[#parts + 1] = "labels to be made: " .. table.concat(plan.imagined, ", ") end
  if count.records > 0 then parts[#parts + 1] = ("%d rows name records to be made"):format(count.records) end
  if count.lost > 0 then parts[#parts + 1] = ("%d rows cannot be imported"):format(count.lost) end
  return table.concat(parts, "; ")
end

--- Plans an import, and shows it.
-- @tparam hub hub
-- @tparam table shown the command's progress
-- @tparam table options the command's
-- @tparam table given how the file is read, as hub:import takes it
-- @param out
-- @treturn boolean whether every row can be imported
-- @treturn table the facts, for programs
function M.show(hub, shown, options, given, out)
  local count, lose = counter(options, shown)
  given.lost, given.imagine_labels = lose, options.create_labels
  if options.missing == "create" then given.keys.none = "error" end
  local plan <close> = hub:plan(options.file, given)
  local facts = { dry_run = true, rows = plan.wanted + count.lost + count.records, fine = count.lost == 0,
    linked = plan.link + plan.relabel, unchanged = plan.right, refused = count.lost, calls = plan.calls,
    text = plain.lines(text_of(plan, count)) }
  if not options.json then plan_shown.write({ list = SHOWN }, out, facts.text, nil, plan:changes()) end
  return facts.fine, facts
end

return M
