--- The command line: chooses the subcommand and the exit code.
--
-- Exit codes: 0 fine, 1 some rows failed or nothing was found, 2 wrong usage, 3 could not run.
local argparse = require "argparse"
local tether = require "tether"

local M = {}

local commands = { (require "tether.cli.types") } -- in brackets: require answers two values

local function build()
  local parser = argparse("tether", "Ties CRM records together: HubSpot associations and labels.")
  parser:flag("--version", "Print the version.")
  parser:require_command(false)
  parser:command_target "command"
  local by_name = {}
  for _, command in ipairs(commands) do
    command.arguments(parser:command(command.name, command.summary))
    by_name[command.name] = command
  end
  return parser, by_name
end

--- Runs the command.
-- @tparam {string,...} arguments as in the global `arg`
-- @param out where data goes
-- @param err where messages go
-- @treturn integer exit code
function M.run(arguments, out, err)
  local parser, by_name = build()
  local ok, options = parser:pparse(arguments)
  if not ok then
    err:write("tether: ", tostring(options), "\nTry: tether --help\n")
    return 2
  end
  if options.version then
    out:write("tether ", tether.version, "\n")
    return 0
  end
  local command = by_name[options.command]
  if not command then
    out:write(parser:get_help(), "\n")
    return 2
  end
  local ran, code = pcall(command.run, options, out, err)
  if ran then return code end
  err:write("tether: ", tostring(code), "\n")
  return tether.error.is(code) and code.code ~= "NO_MEMORY" and 2 or 3
end

return M
