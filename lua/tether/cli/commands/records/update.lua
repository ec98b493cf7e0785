--- tether records update TYPE ID NAME=VALUE: changes properties of a record.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local plain = require "tether.plain"
local records = require "tether.cli.shared.records"
local shape = require "tether.cli.line.shape"

local change = shape.object { { "property", "string" }, { "before", "string" }, { "after", "string" } }

local M = { name = "records update", summary = "change properties of a record", account = true, writes = true,
  arguments = { records.type, { "id", "Record id; with --key a value of that property." },
    { "property", "NAME=VALUE; an empty value clears.", many = "+", convert = records.assignment } },
  options = { { "--key", "Property that the id is a value of, such as email or domain.", value = "PROPERTY" } },
  notes = "Many records are changed by `tether records import --key`.",
  examples = { "tether records update contacts 101 lastname=Doe --dry-run",
    "tether records update contacts jane@example.com lastname=Doe --key email" },
  json = shape.object { { "id", "integer" }, { "properties?", shape.map "any" }, { "dry_run?", "boolean" },
    { "changes?", shape.list(change) } } }

-- The record as it is, with the properties that are to change.
local function read(hub, options)
  local names = {}
  for i, given in ipairs(options.property) do names[i] = given[1] end
  return hub:get(options.type, options.id, { properties = names, id_property = options.key })
end

local function preview(options, out, record)
  local changes = {}
  for _, given in ipairs(options.property) do
    local before = tostring(record.properties[given[1]] or "")
    if before ~= given[2] then changes[#changes + 1] = { property = given[1], before = before, after = given[2] } end
  end
  if options.json then return answer.json(out, { id = record.id, dry_run = true, changes = changes }, M.json) end
  if #changes == 0 then out:write "nothing would change\n" end
  for _, planned in ipairs(changes) do
    out:write(plain.line(("would set %s: %q => %q"):format(planned.property, planned.before, planned.after)), "\n")
  end
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    if options.dry_run then return preview(options, out, read(hub, options)) or 0 end
    local id = options.key and read(hub, options).id or options.id
    local record = hub:update(options.type, id, records.assigned(options.property))
    if options.json then
      answer.json(out, { id = record.id, properties = record.properties }, M.json)
    else
      out:write(("updated %d\n"):format(record.id))
    end
    return 0
  end)
end

return M
