-- Prints the type ids between two object types, in both directions: lua5.4 type_ids.lua contacts companies
local tether = require "tether"

local from, to = arg[1] or "contacts", arg[2] or "companies"
for _, pair in ipairs { { from, to }, { to, from } } do
  for _, found in ipairs(tether.types.of_pair(pair[1], pair[2])) do
    print(("%5d  %s"):format(found.id, found.name))
  end
end
