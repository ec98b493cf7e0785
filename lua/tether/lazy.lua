--- A module that is loaded by its first use: what a script never asks for costs its start nothing.
--
--    local rows = lazy "tether.files.rows"
--    rows.read(path)                          -- loads it
-- `make layers` checks the arrow as that of a `require`.
-- @tparam string name of a module that is a table of functions
-- @treturn table that stands for it
return function(name)
  return setmetatable({}, { __index = function(found, field)
    local value = require(name)[field]
    rawset(found, field, value) -- from then on it is as near as in the module itself
    return value
  end })
end
