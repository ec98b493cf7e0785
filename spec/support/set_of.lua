--- A set of links from contacts to companies.
-- @tparam {table,...} rows { contact, company, types }, types as of links:add
-- @treturn table links
local tether = require "tether"

return function(rows)
  local set = tether.links("contacts", "companies")
  for _, row in ipairs(rows) do set:add(row[1], row[2], row[3]) end
  return set
end
