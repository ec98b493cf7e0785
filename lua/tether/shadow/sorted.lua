--- The keys of a table in order, so that a plan is the same whenever it is made.
-- @tparam table map
-- @treturn table
return function(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end
