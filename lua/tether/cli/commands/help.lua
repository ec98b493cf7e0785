--- tether help [COMMAND]: what commands there are, or how one is used.
local M = { name = "help", summary = "show the commands, or how one is used",
  arguments = { { "command", "A command (labels list), or a noun (labels).", many = "*", type = "COMMAND" } },
  examples = { "tether help", "tether help labels list" } }

--- Prints it.
-- @treturn integer exit code
-- @raise BAD_ARGUMENT there is no such command
function M.run(options, out)
  out:write(require("tether.cli.help").text(options.command))
  return 0
end

return M
