--- tether links RECORD TYPE: what a record is linked to.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local reference = require "tether.cli.shared.reference"
local records = require "tether.cli.shared.records"
local shape = require "tether.cli.line.shape"

local M = { name = "links", summary = "list what a record is linked to", account = true,
  arguments = { { "record", "Record: contacts:101.", type = "RECORD", convert = reference.convert.record },
    { "to", "Object type of the other side.", type = "TYPE" } },
  examples = { "tether links contacts:101 companies" },
  json = shape.list(shape.object { { "from", "integer" }, { "to", "integer" }, { "labels", shape.list "string" },
    { "primary", "boolean" } }) }

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    local record, list = options.record, {}
    local id = records.id(hub, record)
    for link in hub:associations(record.type, id, options.to):rows() do
      list[#list + 1] = { from = link.from, to = link.to, labels = link.labels, primary = link.primary or false }
    end
    if options.json then return answer.json(out, list, M.json) or 0 end
    for i, link in ipairs(list) do
      list[i] = { link.to, link.primary and "primary" or "", table.concat(link.labels, "; ") }
    end
    answer.rows(out, { "to", "primary", "labels" }, list)
    return 0
  end)
end

return M
