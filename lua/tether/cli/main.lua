--- The command line: finds the command, runs it, and chooses the exit code. It loads only what the command needs.
local names = require "tether.cli.line.names"

local M = {}

local OK, SOME_FAILED, USAGE, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 3, 130

-- Exit codes of Tether's errors for the person who typed the command. Any other error means that the command could not
-- run.
local codes = { ROWS_FAILED = SOME_FAILED, BAD_ARGUMENT = USAGE, OBJECT_TYPE_UNKNOWN = USAGE, OPTION_UNKNOWN = USAGE,
  CSV_COLUMN_MISSING = USAGE }

local COMPLETE = "__complete" -- the word with which the completions of shells ask

-- Other spellings of commands, as in other command lines and in earlier versions of this one.
local aliases = { ["--version"] = "version", ["-V"] = "version", ["--help"] = "help", ["-h"] = "help" }

local function failed(err, problem)
  local errors = require "tether.error"
  if require("tether.cli.account").is_interrupt(problem) then
    err:write "tether: interrupted\n"
    return INTERRUPTED
  end
  err:write("tether: ", require("tether.plain").lines(errors.text(problem)), "\n")
  return errors.is(problem) and codes[problem.code] or COULD_NOT_RUN
end

-- Writes what is still in memory. A full disk shows only then, or earlier when the output was larger than the buffer.
-- Commands with that much output have loaded the core, apart from help.
local function finish(code, out, err)
  local fine, problem = out:flush()
  local native = package.loaded["tether.native"]
  if fine and not (native and io.type(out) and native.has_failed(out)) then return code end
  return failed(err, require("tether.error").new("FILE_FAILED", "cannot write standard output: " ..
    (problem or "not all of it could be written")))
end

local function refuse_usage(err, text, more)
  err:write("tether: ", text, "\nTry: tether ", more, "\n")
  return USAGE
end

-- Tells that some words are no command.
local function unknown(words, err)
  local nearest, noun = require "tether.nearest", names.of_noun(words[1])
  if #noun == 0 then
    return refuse_usage(err, ("there is no command %q%s"):format(words[1], nearest.sentence(words[1], names.first())),
      "help")
  end
  local verbs = {}
  for i, name in ipairs(noun) do verbs[i] = name:match "%S+$" end
  if not words[2] then
    return refuse_usage(err, ("%s needs a verb: %s"):format(words[1], table.concat(verbs, ", ")), "help " .. words[1])
  end
  return refuse_usage(err, ("%s has no verb %q%s"):format(words[1], words[2], nearest.sentence(words[2], verbs)),
    "help " .. words[1])
end

local function show_help(words, out)
  local fine, problem = out:write(require("tether.cli.line.help").text(words))
  if not fine then require("tether.error").raise("FILE_FAILED", "cannot write standard output: " .. problem) end
  return OK
end

local function is_help(word)
  return word == "--help" or word == "-h"
end

-- Runs a command whose name is known.
local function run(name, first, words, out, err)
  local command = require("tether.cli.line.command").load(name)
  local options, problem = require("tether.cli.line.read").options(command, words, first)
  if not options then return refuse_usage(err, problem, name .. " --help") end
  if options.help then return show_help({ name }, out) end
  local code = command.run(options, out, err)
  if command.account then require("tether.cli.account").ended() end
  return code
end

local function dispatch(words, out, err)
  local first = aliases[words[1]] or words[1]
  if not first then
    err:write(require("tether.cli.line.help").text {})
    return USAGE
  end
  words = table.move(words, 2, #words, 2, { first })
  local name, count = names.find(words)
  if first == COMPLETE then return require("tether.cli.completion").run(table.move(words, 2, #words, 1, {}), out) end
  if name then return run(name, count + 1, words, out, err) end
  if is_help(words[2]) and #names.of_noun(first) > 0 then return show_help({ first }, out) end
  return unknown(words, err)
end

--- Runs the command.
-- @tparam {string,...} words as in the global `arg`
-- @param out where data goes
-- @param err where messages go
-- @treturn integer exit code
function M.run(words, out, err)
  local ran, code = pcall(dispatch, words, out, err)
  return ran and finish(code, out, err) or failed(err, code)
end

return M
