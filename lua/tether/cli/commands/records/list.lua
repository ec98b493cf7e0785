--- tether records list TYPE: records of a type, page after page.
local account = require "tether.cli.account"
local common = require "tether.cli.line.common"
local records = require "tether.cli.shared.records"
local shape = require "tether.cli.line.shape"

local M = { name = "records list", summary = "list the records of a type", account = true,
  arguments = { records.type },
  options = { records.properties,
    { "--limit", "So many records at most; 30 when left out, 0 for all.", value = "N", default = 30,
      convert = common.number(math.tointeger) },
    { "--archived", "List the archived records." } },
  examples = { "tether records list contacts --properties email --limit 10" },
  json = shape.lines(records.json) }

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    records.print(options, out, hub:records(options.type, { properties = options.properties,
      archived = options.archived }), M.json)
    return 0
  end)
end

return M
