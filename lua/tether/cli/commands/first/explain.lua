--- tether explain CODE: what an error code means, with an example and what to do, offline.
local answer = require "tether.cli.shown.answer"
local guide = require "tether.guide"
local help = require "tether.cli.line.help"
local shape = require "tether.cli.line.shape"

local M = { name = "explain", summary = "tell what an error code means, and what to do",
  arguments = { { "code", "Error code, such as BAD_ID; without one, all codes are listed.", optional = true,
    type = "CODE" } },
  examples = { "tether explain BAD_ID" },
  json = shape.list(shape.object { { "code", "string" }, { "page", "string" } }) }

local WIDTH = 80

-- Wraps prose to the width; code stays as it is.
local function folded(page)
  return (page:gsub("[^\n]+", function(line)
    return line:sub(1, 4) ~= "    " and table.concat(help.wrapped(line, WIDTH), "\n") or nil
  end))
end

--- Runs the command.
-- @treturn integer exit code
-- @raise BAD_ARGUMENT there is no such code
function M.run(options, out)
  local codes = options.code and { options.code } or guide.codes()
  if options.json then
    for i, code in ipairs(codes) do codes[i] = { code = code, page = guide.plain(guide.code(code)) } end
    answer.json(out, codes, M.json)
    return 0
  end
  out:write(options.code and folded(guide.plain(guide.code(options.code))) or table.concat(codes, "\n") .. "\n")
  return 0
end

return M
