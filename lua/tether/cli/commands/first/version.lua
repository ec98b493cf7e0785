--- tether version: the version of Tether.
local shape = require "tether.cli.line.shape"

local M = { name = "version", summary = "print the version", examples = { "tether version" },
  json = shape.object { { "version", "string" } } }

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out)
  local version = require "tether.version"
  if options.json then
    require("tether.cli.shown.answer").json(out, { version = version }, M.json)
  else
    out:write("tether ", version, "\n")
  end
  return 0
end

return M
