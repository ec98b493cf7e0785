--- Completes the table of a command with the options that all commands of its kind share.
local common = require "tether.cli.line.common"
local names = require "tether.cli.line.names"

local M = {}

-- Splits "-o --output" into names; derives the key under which `run` finds the value.
local function complete(option)
  if option.names then return option end
  option.names = {}
  for name in option[1]:gmatch "%S+" do option.names[#option.names + 1] = name end
  local last = option.names[#option.names]
  option.key = option.key or last:gsub("^%-+", ""):gsub("%-", "_")
  option.text = option[2]
  return option
end

local function names_of(options)
  local taken = {}
  for _, option in ipairs(options) do
    for _, name in ipairs(option.names) do taken[name] = true end
  end
  return taken
end

-- Adds shared options; an option of the command's own replaces a shared one of the same name.
local function add_shared(command, list)
  local taken = names_of(command.options)
  for _, option in ipairs(list) do
    complete(option)
    local is_taken = false
    for _, name in ipairs(option.names) do is_taken = is_taken or taken[name] end
    if not is_taken then command.shared[#command.shared + 1] = option end
  end
end

--- Completes the table of a command.
-- @tparam table command as lua/tether/cli/README.md describes it
-- @treturn table the same table, with options[i].names, .key, .text, and `shared`: the options that come from
--   common.lua
function M.complete(command)
  if command.shared then return command end
  command.arguments, command.options, command.shared = command.arguments or {}, command.options or {}, {}
  for _, option in ipairs(command.options) do complete(option) end
  if command.writes then add_shared(command, common.writing) end
  if command.json then add_shared(command, common.printing) end
  if command.account then add_shared(command, common.account) end
  add_shared(command, common.all)
  return command
end

--- Loads a command.
-- @tparam string name "labels list"
-- @treturn table
function M.load(name)
  return M.complete(require(names.module(name)))
end

return M
