--- What link, unlink and relabel share: two records, labels, and the way results are shown.
local answer = require "tether.cli.shown.answer"
local plain = require "tether.plain"
local plan_shown = require "tether.cli.shown.plan"
local reference = require "tether.cli.shared.reference"
local shape = require "tether.cli.line.shape"

local M = {}

--- The arguments.
M.arguments = {
  { "from", "Record: contacts:101, or by a key contacts:email=jane@example.com.", type = "RECORD",
    convert = reference.convert.record },
  { "to", "Record that it is linked to: companies:9001.", type = "RECORD", convert = reference.convert.record },
}

--- An option for labels.
-- @tparam string text what it does
function M.label(text)
  return { "-l --label", text, value = "LABEL", many = true }
end

--- Their JSON: what became of the pair, or with --dry-run what would change.
M.json = shape.object { { "linked?", "integer" }, { "removed?", "integer" }, { "unchanged?", "integer" },
  { "dry_run?", "boolean" }, { "changes?", shape.list(plan_shown.json.of) } }

--- Shows an outcome.
-- @treturn integer exit code
function M.show(options, out, outcome)
  local facts = { linked = not outcome.removes and outcome.linked or nil, removed = outcome.removes and outcome.removed,
    unchanged = outcome.unchanged }
  if options.json then
    answer.json(out, facts, M.json)
  else
    out:write(plain.line(tostring(outcome)), "\n")
  end
  return 0
end

--- Shows what would change.
-- @tparam table options the command's
-- @param out
-- @tparam {table,...} changes as a plan tells them
-- @treturn integer exit code
function M.preview(options, out, changes)
  if options.json then
    answer.json(out, { dry_run = true, changes = changes }, M.json)
    return 0
  end
  if #changes == 0 then out:write "nothing would change\n" end
  for _, change in ipairs(changes) do out:write("would ", plan_shown.line(change), "\n") end
  return 0
end

--- Plans a pair, and shows the plan.
-- @tparam table hub
-- @tparam table options the command's
-- @param out
-- @tparam string labels "at least" or "exactly"
-- @treturn integer exit code
function M.plan(hub, options, out, labels)
  local from, to, list = options.from, options.to, {}
  local set = hub:links(from.type, to.type):add(from.id, to.id, #options.label > 0 and options.label or nil)
  local plan <close> = hub:plan(set, { labels = labels })
  for change in plan:changes() do list[#list + 1] = change end
  return M.preview(options, out, list)
end

return M
