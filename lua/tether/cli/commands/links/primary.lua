--- tether primary RECORD TYPE|RECORD: the primary record of a record.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local records = require "tether.cli.shared.records"
local reference = require "tether.cli.shared.reference"
local shape = require "tether.cli.line.shape"

local M = { name = "primary", summary = "tell, set or clear the primary record of a record", account = true,
  writes = true,
  arguments = { { "record", "Record: contacts:101.", type = "RECORD", convert = reference.convert.record },
    { "to", "Object type, to tell which it is; or record that becomes it: companies:9001.", type = "TYPE",
      convert = reference.convert.side } },
  options = { { "--clear", "Take the primary away; its link and labels stay." } },
  examples = { "tether primary contacts:101 companies", "tether primary contacts:101 companies:9001" },
  json = shape.object { { "before?", "integer" }, { "primary?", "integer" }, { "dry_run?", "boolean" } } }

-- The record that shall be the primary after the command.
local function wanted(options, before, id)
  if options.clear then return nil end
  return id or before
end

local function write(hub, options, id, before, to_id)
  local record, to = options.record, options.to
  if options.clear and before then
    hub.primary:clear(record.type, id, to.type, before)
  elseif to_id and to_id ~= before then
    hub.primary:set(record.type, id, to.type, to_id)
  end
end

local function show(options, out, facts)
  if options.json then return answer.json(out, facts, M.json) end
  local text = facts.primary and tostring(facts.primary) or "none"
  if facts.primary == facts.before then
    out:write(text, "\n")
  else
    out:write(("%s%s, before: %s\n"):format(options.dry_run and "would be " or "", text, facts.before or "none"))
  end
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    local record, to = options.record, options.to
    local id = records.id(hub, record)
    local before = hub.primary:get(record.type, id, to.type)
    local to_id = to.id and records.id(hub, to)
    if not options.dry_run then write(hub, options, id, before, to_id) end
    show(options, out, { before = before, primary = wanted(options, before, to_id), dry_run = options.dry_run })
    return 0
  end)
end

return M
