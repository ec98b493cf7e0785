--- One line of a CSV file.
local check = require "tether.check"

local function quoted(i, value)
  if value == nil then return "" end
  if math.type(value) == "integer" then return ("%d"):format(value) end
  if type(value) ~= "string" then check.refuse(("field %d"):format(i), "text or an integer", value) end
  if not value:find '[",;\t\r\n]' and not value:find "^ " and not value:find " $" then return value end
  return '"' .. value:gsub('"', '""') .. '"'
end

--- Writes one line of a CSV file, with commas between the fields and a line break at the end.
-- @tparam table fields texts and integers; nil (with `n`, as table.pack makes it) is an empty field
-- @treturn string
-- @raise BAD_ARGUMENT
return function(fields)
  local parts = {}
  for i = 1, fields.n or #fields do parts[i] = quoted(i, fields[i]) end
  if #parts == 1 and parts[1] == "" then return '""\n' end -- else it would be a blank line
  return table.concat(parts, ",") .. "\n"
end
