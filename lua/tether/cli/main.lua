--- The command line: chooses the subcommand and the exit code.
local argparse = require "argparse"
local tether = require "tether"
local account = require "tether.cli.account"
local plain = require "tether.plain"
local run = require "tether.cli.commands.run"

local M = {}

-- In the order of `tether --help`.
local commands = {}
local names = { "run", "import", "export", "count", "doctor", "portal", "types", "explain", "plan", "apply", "undo",
  "job" }
for _, name in ipairs(names) do
  commands[#commands + 1] = require("tether.cli.commands." .. name)
end

local COMPLETE = "__complete" -- what the shells' completions ask with

local OK, SOME_FAILED, USAGE, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 3, 130

-- What an error of ours means for the one who typed the command; any other one: it could not run.
local codes = { ROWS_FAILED = SOME_FAILED, BAD_ARGUMENT = USAGE, OBJECT_TYPE_UNKNOWN = USAGE, OPTION_UNKNOWN = USAGE,
  CSV_COLUMN_MISSING = USAGE }

-- An option that means one value is refused when it is given twice, instead of keeping the last one.
local function refuse_repeats(parser)
  for _, option in ipairs(parser._options) do
    if option._maxargs > 0 and option._maxcount == 1 then option:overwrite(false) end
  end
end

--- The command line as argparse reads it: completion and the manual are made of it as well.
-- @return parser
-- @treturn table name -> command
function M.parser()
  local parser = argparse("tether", "Ties CRM records together: HubSpot associations and labels.")
  parser:flag("--version", "Print the version.")
  parser:require_command(false)
  parser:command_target "command"
  parser:epilog("Exit codes: 0 fine, 1 some rows or checks failed, 2 wrong usage, 3 could not run, " ..
    "130 ended by Ctrl-C.")
  local by_name = {}
  for _, command in ipairs(commands) do
    local mine = parser:command(command.name, command.summary)
    command.arguments(mine)
    refuse_repeats(mine)
    by_name[command.name] = command
  end
  return parser, by_name
end

local function failed(err, problem)
  if account.is_interrupt(problem) then
    err:write "tether: interrupted\n"
    return INTERRUPTED
  end
  err:write("tether: ", plain.lines(tostring(problem)), "\n")
  return tether.error.is(problem) and codes[problem.code] or COULD_NOT_RUN
end

-- A full disk shows when what was printed leaves memory.
local function finish(code, out, err)
  local fine, problem = out:flush()
  if fine then return code end
  return failed(err, tether.error.new("FILE_FAILED", "cannot write standard output: " .. problem))
end

--- Runs the command.
-- @tparam {string,...} arguments as in the global `arg`
-- @param out where data goes
-- @param err where messages go
-- @treturn integer exit code
function M.run(arguments, out, err)
  local parser, by_name = M.parser()
  local rest = {}
  if arguments[1] == COMPLETE then
    local words = table.move(arguments, 2, #arguments, 1, {})
    return finish(require("tether.cli.completion").run(parser, words, out), out, err)
  end
  if arguments[1] == run.name then arguments, rest = run.split(arguments) end
  local fine, options = parser:pparse(arguments)
  if not fine then
    err:write("tether: ", tostring(options), "\nTry: tether --help\n")
    return USAGE
  end
  if options.version then
    out:write("tether ", tether.version, "\n")
    return finish(OK, out, err)
  end
  local command = by_name[options.command]
  if not command then
    err:write(parser:get_help(), "\n")
    return USAGE
  end
  options.rest = rest
  local ran, code = pcall(command.run, options, out, err)
  account.ended()
  return ran and finish(code, out, err) or failed(err, code)
end

return M
