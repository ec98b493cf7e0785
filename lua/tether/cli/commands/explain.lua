--- tether explain CODE: what an error code means, with an example and what to do, offline.
local guide = require "tether.guide"

local M = { name = "explain", summary = "tell what an error code means, and what to do" }

--- Declares the arguments.
function M.arguments(parser)
  parser:argument("code", "Error code, such as BAD_ID; without one, all codes are listed."):args "?"
  parser:epilog "Example: tether explain BAD_ID"
end

--- Prints the page of the code.
-- @treturn integer exit code
-- @raise BAD_ARGUMENT there is no such code
function M.run(options, out)
  out:write(options.code and guide.plain(guide.code(options.code)) or table.concat(guide.codes(), "\n") .. "\n")
  return 0
end

return M
