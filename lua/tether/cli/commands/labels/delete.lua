--- tether labels delete FROM TO LABEL: a label, both directions.
local account = require "tether.cli.account"
local common = require "tether.cli.line.common"
local definitions = require "tether.cli.shared.definitions"
local shape = require "tether.cli.line.shape"

local M = { name = "labels delete", summary = "delete a label that no link bears", account = true, writes = true,
  arguments = common.joined(definitions.sides, { { "label", "The label, or its type id.", type = "LABEL" } }),
  options = { { "--force", "Delete it without counting the links that bear it, which lose it." } },
  notes = "Both directions go. All links of the pair are read before, so that no label is lost unseen.",
  examples = { 'tether labels delete contacts companies "Billing contact"' },
  json = shape.object { { "label", "string" }, { "links?", "integer" }, { "dry_run?", "boolean" } } }

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    local from, to, which, facts = options.from, options.to, definitions.which(options.label), { label = options.label }
    if options.dry_run then
      facts.links = hub.labels:count(from, to, which)
    else
      hub.labels:delete(from, to, which, { force = options.force })
    end
    definitions.tell(options, out, facts, M.json, ("deleted the label %q%s"):format(options.label,
      facts.links and (", which %d links bear"):format(facts.links) or ""))
    return 0
  end)
end

return M
