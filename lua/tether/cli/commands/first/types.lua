--- tether types FROM TO: the built-in association types of a pair, both directions.
local answer = require "tether.cli.shown.answer"
local shape = require "tether.cli.line.shape"
local types = require "tether.types"

local M = { name = "types", summary = "list the built-in association types of a pair, offline",
  arguments = { { "from", "Object type: contacts, company, 0-3, …", type = "TYPE" },
    { "to", "Object type.", type = "TYPE" } },
  examples = { "tether types contacts companies" },
  json = shape.list(shape.object { { "id", "integer" }, { "from", "string" }, { "to", "string" }, { "kind", "string" },
    { "inverse?", "integer" }, { "name", "string" } }) }

local function found(from, to)
  local list = types.of_pair(from, to)
  if types.object(from).singular ~= types.object(to).singular then
    local back = types.of_pair(to, from)
    table.move(back, 1, #back, #list + 1, list)
  end
  return list
end

--- Prints a line for each type: id, from, to, kind, inverse id, name.
-- @treturn integer exit code: 1 when there are none
function M.run(options, out)
  local list, rows = found(options.from, options.to), {}
  if options.json then
    answer.json(out, list, M.json)
    return #list > 0 and 0 or 1
  end
  if #list == 0 then
    out:write(("no built-in types between %s and %s\n"):format(options.from, options.to))
    return 1
  end
  for i, known in ipairs(list) do
    rows[i] = { known.id, known.from, known.to, known.kind, known.inverse or "-", known.name }
  end
  answer.rows(out, { "id", "from", "to", "kind", "inverse", "name" }, rows)
  return 0
end

return M
