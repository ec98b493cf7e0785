--- Stands for a module and loads it at its first use, so that unused modules cost a script's start nothing.
--
--    local rows = lazy "tether.files.rows"
--    rows.read(path)                          -- loads it
-- `make layers` treats it as a `require`.
-- @tparam string name of a module that is a table of functions
-- @treturn table that stands for it
return function(name)
  return setmetatable({}, { __index = function(found, field)
    local value = require(name)[field]
    rawset(found, field, value) -- later uses find it without this function
    return value
  end })
end
