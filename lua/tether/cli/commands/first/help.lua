--- tether help [COMMAND]: what commands there are, or how one is used.
local answer = require "tether.cli.shown.answer"
local help = require "tether.cli.line.help"
local shape = require "tether.cli.line.shape"

local M = { name = "help", summary = "show the commands, or how one is used",
  arguments = { { "command", "A command (labels list), or a noun (labels).", many = "*", type = "COMMAND" } },
  examples = { "tether help", "tether help labels list" },
  json = shape.list(shape.object { { "name", "string" }, { "summary", "string" }, { "usage", "string" },
    { "options", shape.list "string" }, { "examples", shape.list "string" } }) }

local function described(command)
  local options = {}
  for _, list in ipairs { command.options, command.shared } do
    for _, option in ipairs(list) do options[#options + 1] = help.option(option) end
  end
  return { name = command.name, summary = command.summary, usage = help.usage(command), options = options,
    examples = command.examples }
end

local function print_json(words, out)
  local list = {}
  for i, command in ipairs(help.commands(words)) do list[i] = described(command) end
  answer.json(out, list, M.json)
  return 0
end

--- Runs the command.
-- @treturn integer exit code
-- @raise BAD_ARGUMENT there is no such command
function M.run(options, out)
  if options.json then return print_json(options.command, out) end
  out:write(help.text(options.command))
  return 0
end

return M
