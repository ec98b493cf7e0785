--- tether version: which one this is.
local M = { name = "version", summary = "print the version", examples = { "tether version" } }

--- Prints it.
-- @treturn integer exit code
function M.run(_, out)
  out:write("tether ", require "tether.version", "\n")
  return 0
end

return M
