--- tether labels create FROM TO LABEL: a label of the account's own.
local account = require "tether.cli.account"
local common = require "tether.cli.line.common"
local definitions = require "tether.cli.shared.definitions"
local errors = require "tether.error"
local shape = require "tether.cli.line.shape"

local M = { name = "labels create", summary = "create a label", account = true, writes = true,
  arguments = common.joined(definitions.sides, { { "label", "Text that people see." } }),
  options = { { "--inverse", "Text of the other direction; the same one when left out.", value = "TEXT" },
    { "--name", "Internal name; made of the text when left out.", value = "NAME" } },
  examples = { 'tether labels create contacts companies "Decision maker"',
    "tether labels create contacts companies Manages --inverse 'Managed by'" },
  json = shape.object { { "category?", "string" }, { "id?", "integer" }, { "label", "string" },
    { "dry_run?", "boolean" } } }

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    local from, to, facts = options.from, options.to, { label = options.label }
    if not options.dry_run then
      facts = hub.labels:create(from, to, { label = options.label, inverse = options.inverse, name = options.name })
    elseif definitions.find(hub, from, to, options.label) then
      errors.raise("LABEL_EXISTS", ("%s to %s has the label %q already"):format(from, to, options.label))
    end
    definitions.tell(options, out, facts, M.json, ("created the label %q%s"):format(options.label,
      facts.id and (", type id %d"):format(facts.id) or ""))
    return 0
  end)
end

return M
