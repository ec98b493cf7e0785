--- tether relabel FROM TO: leaves exactly these labels on a link.
local account = require "tether.cli.account"
local pair = require "tether.cli.shared.pair"

local M = { name = "relabel", summary = "leave exactly these labels on the link of two records", account = true,
  writes = true, arguments = pair.arguments,
  options = { pair.label "Label that the link shall have; again for several, left out for none." },
  notes = "Labels that are not named go. The link itself and its primary stay.",
  examples = { 'tether relabel contacts:101 companies:9001 --label "Billing contact"' },
  json = pair.json }

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    if options.dry_run then return pair.plan(hub, options, out, "exactly") end
    local from, to = options.from, options.to
    return pair.show(options, out, hub:relabel(from.type, from.id, to.type, to.id, options.label))
  end)
end

return M
