--- tether records get TYPE ID: records by their ids, or by a key.
local account = require "tether.cli.account"
local records = require "tether.cli.shared.records"
local shape = require "tether.cli.line.shape"

local M = { name = "records get", summary = "read records by their ids, or by a key", account = true,
  arguments = { records.type, { "id", "Record ids; with --key values of that property.", many = "+" } },
  options = { records.properties,
    { "--key", "Property that the ids are values of, such as email or domain.", value = "PROPERTY" },
    { "--archived", "Look among the archived records." } },
  notes = "Exit code: 1 when some are not there.",
  examples = { "tether records get contacts 101 --properties email,lastname",
    "tether records get contacts jane@example.com --key email" },
  json = shape.lines(records.json) }

local function found(list, count)
  local at = 0
  return function()
    while at < count do
      at = at + 1
      if list[at] then return list[at] end
    end
  end
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub, shown)
    local list, failures = hub:get(options.type, options.id, { properties = options.properties,
      id_property = options.key, archived = options.archived })
    records.print(options, out, found(list, #options.id), M.json)
    for _, failure in ipairs(failures or {}) do
      shown:say(("%s: %s"):format(options.id[failure.row], failure.error.message))
    end
    return #(failures or {}) > 0 and 1 or 0
  end)
end

return M
