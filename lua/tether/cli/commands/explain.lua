--- tether explain CODE: what an error code means, with an example and what to do, offline.
local answer = require "tether.cli.answer"
local guide = require "tether.guide"
local shape = require "tether.cli.shape"

local M = { name = "explain", summary = "tell what an error code means, and what to do",
  arguments = { { "code", "Error code, such as BAD_ID; without one, all codes are listed.", optional = true,
    type = "CODE" } },
  examples = { "tether explain BAD_ID" },
  json = shape.list(shape.object { { "code", "string" }, { "page", "string" } }) }

--- Prints the page of the code.
-- @treturn integer exit code
-- @raise BAD_ARGUMENT there is no such code
function M.run(options, out)
  local codes = options.code and { options.code } or guide.codes()
  if options.json then
    for i, code in ipairs(codes) do codes[i] = { code = code, page = guide.plain(guide.code(code)) } end
    answer.json(out, codes, M.json)
    return 0
  end
  out:write(options.code and guide.plain(guide.code(options.code)) or table.concat(codes, "\n") .. "\n")
  return 0
end

return M
