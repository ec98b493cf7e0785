--- Help as text: of all commands, of a noun, or of one command. It is made from the commands' tables.
local command_of = require("tether.cli.line.command").load
local names = require "tether.cli.line.names"
local nearest = require "tether.nearest"

local M = {}

local WIDTH, LEFT = 100, 30 -- characters of a line, and of the column of names

--- Wraps a text into lines of at most `width` characters.
-- @tparam string text
-- @tparam integer width
-- @treturn {string,...}
function M.wrapped(text, width)
  local lines, line = {}, ""
  for word in text:gmatch "%S+" do
    if line ~= "" and utf8.len(line) + 1 + (utf8.len(word) or #word) > width then
      lines[#lines + 1], line = line, ""
    end
    line = line == "" and word or line .. " " .. word
  end
  lines[#lines + 1] = line
  return lines
end

-- A line "  left    right", with the right side wrapped in its own column.
local function row(left, right)
  local head, margin = "  " .. left, "\n" .. (" "):rep(LEFT)
  local gap = #head + 2 > LEFT and margin or (" "):rep(LEFT - #head)
  return head .. gap .. table.concat(M.wrapped(right, WIDTH - LEFT), margin) .. "\n"
end

--- An argument as usage shows it: FROM, [FILE], [OBJECT …].
-- @treturn string
function M.argument(argument)
  local name = argument[1]:upper() .. (argument.many and " …" or "")
  return (argument.optional or argument.many == "*") and "[" .. name .. "]" or name
end

--- An option as help shows it: --ids FILE.
-- @treturn string
function M.option(option)
  return table.concat(option.names, ", ") .. (option.value and " " .. option.value or "")
end

--- The usage line of a command.
-- @treturn string
function M.usage(command)
  local parts = { "tether", command.name }
  for _, argument in ipairs(command.arguments) do parts[#parts + 1] = M.argument(argument) end
  return table.concat(parts, " ") .. " [OPTIONS]"
end

local function section(title, rows)
  return #rows > 0 and ("\n%s:\n%s"):format(title, table.concat(rows)) or ""
end

local function option_rows(list)
  local rows = {}
  for i, option in ipairs(list) do
    local text = option.choices and ("%s (%s)"):format(option.text, table.concat(option.choices, ", ")) or option.text
    rows[i] = row(M.option(option), text)
  end
  return rows
end

local function argument_rows(list)
  local rows = {}
  for i, argument in ipairs(list) do rows[i] = row(argument[1]:upper(), argument[2]) end
  return rows
end

local function example_rows(list)
  local rows = {}
  for i, example in ipairs(list) do rows[i] = "  " .. example .. "\n" end
  return rows
end

--- The notes of a command: a text, or what the command's function makes from the tables that the notes are about.
-- @treturn ?string
function M.notes(command)
  if type(command.notes) == "function" then return command.notes() end
  return command.notes
end

local function of_command(command)
  local notes = M.notes(command)
  local json = command.json and require("tether.cli.line.shape").describe(command.json)
  local summary = command.summary:gsub("^%l", string.upper)
  return table.concat { summary, ".\n\nUsage: ", M.usage(command), "\n",
    section("Arguments", argument_rows(command.arguments)), section("Options", option_rows(command.options)),
    section("Options that commands share", option_rows(command.shared)), notes and "\n" .. notes .. "\n" or "",
    json and "\nJSON:\n  " .. table.concat(M.wrapped(json, WIDTH - 2), "\n  ") .. "\n" or "",
    section("Examples", example_rows(command.examples)) }
end

local function summaries(list)
  local rows = {}
  for i, name in ipairs(list) do rows[i] = row(name, command_of(name).summary) end
  return rows
end

local function of_noun(noun)
  return ("Usage: tether %s VERB [OPTIONS]\n%s\nMore: tether help %s VERB\n"):format(noun,
    section("Verbs", summaries(names.of_noun(noun))), noun)
end

local END = [[

Exit codes: 0 fine, 1 some rows or checks failed, 2 wrong usage, 3 could not run, 130 ended by Ctrl-C.
The account is that of $HUBSPOT_TOKEN at $TETHER_URL, of --profile, or a fresh portal with --portal.
More: tether help COMMAND, tether explain CODE, man tether
]]

local function of_all()
  local parts = { "Ties CRM records together: HubSpot associations and labels.\n\nUsage: tether COMMAND [OPTIONS]\n" }
  for _, group in ipairs(names.groups) do
    parts[#parts + 1] = section(group[1], summaries(table.move(group, 2, #group, 1, {})))
  end
  return table.concat(parts) .. END
end

--- The commands that some words name: all, those of a noun, or one.
-- @tparam {string,...} words
-- @treturn {string,...} names
-- @raise BAD_ARGUMENT: they name no command
local function named(words)
  local asked = table.concat(words, " ")
  if asked == "" then return names.all() end
  local name, count = names.find(words)
  if name and count == #words then return { name } end
  local of_a_noun = #words == 1 and names.of_noun(asked) or {}
  if #of_a_noun > 0 then return of_a_noun end
  local known = table.move(names.first(), 1, #names.first(), #names.all() + 1, names.all())
  require("tether.error").raise("BAD_ARGUMENT", ("there is no command %q%s"):format(asked,
    nearest.sentence(asked, known)), { hint = "tether help lists the commands" })
end

--- The commands that some words name.
-- @tparam {string,...} words none: all of them
-- @treturn {table,...}
-- @raise BAD_ARGUMENT: they name no command
function M.commands(words)
  local list = {}
  for i, name in ipairs(named(words)) do list[i] = command_of(name) end
  return list
end

--- The help for some words: none, a noun, or a command.
-- @tparam {string,...} words
-- @treturn string
-- @raise BAD_ARGUMENT: they name no command
function M.text(words)
  if not words[1] then return of_all() end
  local found, asked = named(words), table.concat(words, " ")
  return found[1] == asked and of_command(command_of(asked)) or of_noun(asked)
end

return M
