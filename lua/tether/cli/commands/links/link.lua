--- tether link FROM TO: links two records, or adds labels to their link.
local account = require "tether.cli.account"
local pair = require "tether.cli.shared.pair"

local M = { name = "link", summary = "link two records, or add labels to their link", account = true, writes = true,
  arguments = pair.arguments, options = { pair.label "Label of the link; again for several." },
  notes = "What the link has stays: labels are added, the primary is not moved.",
  examples = { "tether link contacts:101 companies:9001",
    'tether link contacts:101 companies:9001 --label "Billing contact"' },
  json = pair.json }

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    if options.dry_run then return pair.plan(hub, options, out, "at least") end
    local from, to = options.from, options.to
    local labels = #options.label > 0 and options.label or nil
    return pair.show(options, out, hub:associate(from.type, from.id, to.type, to.id, labels))
  end)
end

return M
