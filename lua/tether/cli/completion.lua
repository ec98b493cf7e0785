--- Completion: what may stand at the cursor. The shells ask with `tether __complete WORDS`; the answer comes from the
-- tables by which the command line is read.
local labels = require "tether.cli.labels"
local load = require("tether.cli.line.command").load
local names = require "tether.cli.line.names"

local M = {}

local function object_types()
  local types, seen, list = require "tether.types", {}, {}
  for _, type in ipairs(types.all()) do
    local name = types.object(type.from).plural
    if not seen[name] then
      seen[name] = true
      list[#list + 1] = { name }
    end
  end
  table.sort(list, function(a, b) return a[1] < b[1] end)
  return list
end

local function records()
  local list = object_types()
  for _, proposal in ipairs(list) do proposal[1] = proposal[1] .. ":" end
  return list
end

local function switches()
  local list = {}
  for _, row in ipairs(require("tether.portal").switches()) do list[#list + 1] = { row.name .. "=", row.help } end
  return list
end

local function codes()
  local errors, list = require "tether.error", {}
  for _, name in ipairs(require("tether.guide").codes()) do list[#list + 1] = { name, errors.codes[name] } end
  return list
end

-- What a value may be, by the name that help shows for it. A name that is missing here has no proposals.
local values = { TYPE = object_types, RECORD = records, LABEL = labels.read, CODE = codes, ["NAME=VALUE"] = switches }
local files = { FILE = true, JOB = true, FOLDER = true }

-- The proposals for the value of an argument or an option.
local function candidates_of(element)
  local name = element.value or element.type
  if element.choices then
    local list = {}
    for _, choice in ipairs(element.choices) do list[#list + 1] = { choice } end
    return list
  end
  if files[name] then return nil, "files" end
  return values[name] and values[name]() or {}
end

local function option_named(command, name)
  for _, list in ipairs { command.options, command.shared } do
    for _, option in ipairs(list) do
      for _, alias in ipairs(option.names) do
        if alias == name then return option end
      end
    end
  end
end

-- A word without its quotes; bash passes words on as they were typed.
local function unquoted(word)
  return (word:gsub("^[\"']", ""):gsub("\\(.)", "%1"))
end

-- Joins what bash has split: `--format=c` comes as three words, and `contacts:101` as well.
local function rejoined(words)
  local list, i = {}, 1
  while i <= #words do
    local word = unquoted(words[i])
    if words[i + 1] == "=" and word:sub(1, 2) == "--" then
      if i + 2 <= #words then list[#list + 1] = word end
      word = words[i + 2] and unquoted(words[i + 2]) or ""
      i = i + 2
    elseif words[i + 1] == ":" then
      word = word .. ":" .. unquoted(words[i + 2] or "")
      i = i + 2
    end
    list[#list + 1] = word
    i = i + 1
  end
  return list
end

-- Reads the words before the last: how many arguments the command has, and which option waits for its value.
local function place(command, words, first)
  local at, i = { command = command, arguments = 0, only = false }, first
  while i < #words do
    local word = words[i]
    local option = not at.only and word:sub(1, 1) == "-" and option_named(command, word)
    if word == "--" then
      at.only = true
    elseif option and option.value then
      i = i + 1
      if i >= #words then at.option = option end
    elseif word:sub(1, 1) ~= "-" or word == "-" then
      at.arguments = at.arguments + 1
    end
    i = i + 1
  end
  return at
end

local function first_sentence(text)
  return text:gsub("%s+", " "):match "^(.-)%.?$" or ""
end

local function options_of(command)
  local list = {}
  for _, options in ipairs { command.options, command.shared } do
    for _, option in ipairs(options) do
      for _, name in ipairs(option.names) do list[#list + 1] = { name, first_sentence(option.text) } end
    end
  end
  return list
end

-- What may stand first, or after a noun.
local function commands_of(noun)
  local list = {}
  for _, name in ipairs(noun and names.of_noun(noun) or names.first()) do
    local is_noun = not noun and #names.of_noun(name) > 0
    list[#list + 1] = { name:match "%S+$", is_noun and "its verbs: tether help " .. name or load(name).summary }
  end
  return list
end

-- What may stand after `tether help`.
values.COMMAND = function() return commands_of() end

-- The argument at a position; the last argument of a command may be given several times.
local function argument_at(command, position)
  local list = command.arguments
  local last = list[#list]
  return list[position] or (last and last.many and last) or nil
end

local function answers(at, word)
  if at.option then return candidates_of(at.option) end
  local name = not at.only and word:match "^(%-%-[%w-]+)="
  local option = name and option_named(at.command, name)
  if option then
    local list, kind = candidates_of(option)
    for _, proposal in ipairs(list or {}) do proposal[1] = name .. "=" .. proposal[1] end
    return list, kind
  end
  if word:sub(1, 1) == "-" and not at.only then return options_of(at.command) end
  local argument = argument_at(at.command, at.arguments + 1)
  if argument then return candidates_of(argument) end
end

-- The proposals while the command is not known yet.
local function of_line(words, word)
  if #words <= 1 then return commands_of() end
  local name, count = names.find(words)
  if name and count < #words then return answers(place(load(name), words, count + 1), word) end
  if #words == 2 then return commands_of(words[1]) end
end

--- The proposals for the last word.
-- @tparam {string,...} words behind `tether`; the last one is being typed and may be empty
-- @treturn string "words" or "files"
-- @treturn {table,...} { word, what it is }: the proposals that begin with the last word
function M.of(words)
  words = rejoined(words)
  local word = words[#words] or ""
  local list, kind = of_line(words, word)
  local fitting = {}
  for _, proposal in ipairs(list or {}) do
    if proposal[1]:sub(1, #word) == word then fitting[#fitting + 1] = proposal end
  end
  return kind or "words", fitting
end

--- Prints the proposals: first their kind, then for each a line of word, tab and what it is.
-- @treturn integer exit code
function M.run(words, out)
  local kind, list = M.of(words)
  out:write(kind, "\n")
  for _, proposal in ipairs(list) do out:write(proposal[1], "\t", proposal[2] or "", "\n") end
  return 0
end

return M
