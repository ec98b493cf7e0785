--- tether records search TYPE: records by what their properties say.
local account = require "tether.cli.account"
local common = require "tether.cli.line.common"
local records = require "tether.cli.shared.records"
local shape = require "tether.cli.line.shape"

-- "amount GT 1000", "state IN a,b", "email HAS_PROPERTY" -> a filter of hub:search.
local function filter(text)
  local property, operator, value = text:match "^%s*(%S+)%s+(%S+)%s*(.-)%s*$"
  if not property then return nil, ("a property, an operator and a value are needed, got %q"):format(text) end
  operator = operator:upper()
  if operator == "BETWEEN" then
    local low, high = value:match "^(%S+)%s+(%S+)$"
    return { property, operator, low, high }
  end
  if operator ~= "IN" and operator ~= "NOT_IN" then return { property, operator, value ~= "" and value or nil } end
  local values = {}
  for item in value:gmatch "[^,]+" do values[#values + 1] = item end
  return { property, operator, values }
end

local M = { name = "records search", summary = "find records by what their properties say", account = true,
  arguments = { records.type, { "words", "Words that stand somewhere in the record.", many = "*" } },
  options = { { "-f --filter", 'What must hold, such as "amount GT 1000"; again for several.', value = "FILTER",
      many = true, convert = filter },
    records.properties,
    { "--sort", "Property to sort by, with - before it the other way round.", value = "PROPERTY" },
    { "--limit", "So many records at most; 30 when left out, 0 for all.", value = "N", default = 30,
      convert = common.number(math.tointeger) } },
  notes = [[
Operators: EQ, NEQ, LT, LTE, GT, GTE, BETWEEN (two values), IN and NOT_IN (values joined by commas), HAS_PROPERTY,
NOT_HAS_PROPERTY, CONTAINS_TOKEN, NOT_CONTAINS_TOKEN. A search lags behind what has been written by some seconds.]],
  examples = { 'tether records search contacts --filter "email EQ jane@example.com"' },
  json = shape.lines(records.json) }

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    local words = table.concat(options.words, " ")
    records.print(options, out, hub:search(options.type, { query = words ~= "" and words or nil,
      filters = #options.filter > 0 and options.filter or nil, sorts = options.sort and { options.sort } or nil,
      properties = options.properties }), M.json)
    return 0
  end)
end

return M
