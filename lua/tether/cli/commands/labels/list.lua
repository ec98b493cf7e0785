--- tether labels list FROM TO: the association types of a direction.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local definitions = require "tether.cli.shared.definitions"
local shape = require "tether.cli.line.shape"

local M = { name = "labels list", summary = "list the labels and types of a pair of object types", account = true,
  arguments = definitions.sides, examples = { "tether labels list contacts companies" },
  json = shape.list(definitions.json) }

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    local list = hub.labels:list(options.from, options.to)
    if options.json then return answer.json(out, list, M.json) or 0 end
    for i, label in ipairs(list) do list[i] = { label.id, label.category, label.label or "(no label)" } end
    answer.rows(out, { "id", "category", "label" }, list)
    return 0
  end)
end

return M
