--- Errors that a test expects.
local tether = require "tether"

--- Calls a function that must fail with an error of Tether's.
-- @tparam function run
-- @param ... its arguments
-- @treturn table the error
return function(run, ...)
  local fine, problem = pcall(run, ...)
  assert(not fine, "it went well, and should have failed")
  assert(tether.error.is(problem), tostring(problem))
  return problem
end
