--- tether do limits PAIR…: records that are near their limits.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local common = require "tether.cli.line.common"
local plain = require "tether.plain"
local shape = require "tether.cli.line.shape"

local row = shape.object { { "from", "string" }, { "to", "string" }, { "id", "integer" }, { "label?", "string" },
  { "count", "integer" }, { "max", "integer" }, { "state", "string" } }

local M = { name = "do limits", summary = "find records that are near their limits, or over them", account = true,
  arguments = { { "pair", "contacts:companies, or deals:* for all that deals have associations to.", many = "+" } },
  options = {
    { "--near", "Which part of a limit is near it; 0.8 when left out.", value = "PART", default = 0.8,
      convert = common.number(tonumber, "a number") },
    { "--plan", "Tell as well how many changes of this plan a limit forbids.", value = "JOB" },
    { "--list", "Show so many records; 20 when left out.", value = "N", default = 20,
      convert = common.number(math.tointeger) } },
  notes = "Both directions of each pair are looked at. Exit codes: 0 nothing is at a limit or over it, 1 something is.",
  examples = { "tether do limits contacts:companies" },
  json = shape.object { { "limits", "integer" }, { "pairs", "integer" }, { "over", "integer" }, { "at", "integer" },
    { "near", "integer" }, { "account_at", "integer" }, { "account_near", "integer" }, { "reads", "integer" },
    { "blocked?", "integer" }, { "rows", shape.list(row) } } }

local function show(options, out, report)
  if options.json then return answer.json(out, report, M.json) end
  out:write(plain.lines(tostring(report)), "\n")
  for i = 1, math.min(options.list, #report.rows) do
    local near = report.rows[i]
    out:write("  ", plain.line(("%-5s %s %d: %d of %d %s%s"):format(near.state, near.from, near.id, near.count,
      near.max, near.to, near.label and " as " .. near.label or "")), "\n")
  end
  if #report.rows > options.list then out:write(("  and %d more\n"):format(#report.rows - options.list)) end
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    local report = require("tether.workflows").limits(hub, { pairs = options.pair, near = options.near,
      plan = options.plan })
    show(options, out, report)
    return report.over + report.at > 0 and 1 or 0
  end)
end

return M
