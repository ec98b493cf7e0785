--- What may stand where the cursor is: asked by the shells' completions (`tether __complete WORDS`), answered from the
-- same tables as the command line is read by.
local labels = require "tether.cli.labels"

local M = {}

local function object_types()
  local types, seen, names = require "tether.types", {}, {}
  for _, one in ipairs(types.all()) do
    local name = types.object(one.from).plural
    if not seen[name] then
      seen[name] = true
      names[#names + 1] = { name }
    end
  end
  table.sort(names, function(a, b) return a[1] < b[1] end)
  return names
end

local function switches()
  local names = {}
  for _, row in ipairs(require("tether.portal").switches()) do names[#names + 1] = { row.name .. "=", row.help } end
  return names
end

local function codes()
  local errors, names = require "tether.error", {}
  for _, name in ipairs(require("tether.guide").codes()) do names[#names + 1] = { name, errors.codes[name] } end
  return names
end

-- What a value may be, by the name that help shows for it; nothing is known of others.
local values = { TYPE = object_types, FROM = object_types, TO = object_types, OBJECT = object_types,
  LABEL = labels.read, CODE = codes, ["NAME=VALUE"] = switches }
local files = { FILE = true, SCRIPT = true, ARGS = true, FOLDER = true }

local function candidates_of(element)
  local name = (type(element._argname) == "string" and element._argname or element._name):upper()
  if element._choices then
    local list = {}
    for _, choice in ipairs(element._choices) do list[#list + 1] = { choice } end
    return list
  end
  if files[name] then return nil, "files" end
  return values[name] and values[name]() or {}
end

local function option_named(parser, name)
  for _, option in ipairs(parser._options) do
    for _, alias in ipairs(option._aliases) do
      if alias == name then return option end
    end
  end
end

local function command_named(parser, name)
  for _, command in ipairs(parser._commands) do
    for _, alias in ipairs(command._aliases) do
      if alias == name then return command end
    end
  end
end

-- A word as the shell will take it: bash hands it over as it is typed.
local function unquoted(word)
  return (word:gsub("^[\"']", ""):gsub("\\(.)", "%1"))
end

-- Bash takes `--format=c` for three words.
local function rejoined(words)
  local list, i = {}, 1
  while i <= #words do
    local word = unquoted(words[i])
    if words[i + 1] == "=" and word:sub(1, 2) == "--" then
      if i + 2 <= #words then list[#list + 1] = word end
      word = words[i + 2] and unquoted(words[i + 2]) or ""
      i = i + 2
    end
    list[#list + 1] = word
    i = i + 1
  end
  return list
end

-- Where the words before the last one lead: the command, how many of its arguments are there, an option that waits for
-- its value.
local function place(parser, words)
  local at, i = { parser = parser, arguments = 0, only = false }, 1
  while i < #words do
    local word = words[i]
    local option = not at.only and word:sub(1, 1) == "-" and option_named(at.parser, word)
    local command = not option and at.arguments == 0 and command_named(at.parser, word)
    if word == "--" then
      at.only = true
    elseif option and option._maxargs > 0 then
      i = i + 1
      if i >= #words then at.option = option end
    elseif command then
      at.parser = command
    elseif word:sub(1, 1) ~= "-" or word == "-" then
      at.arguments = at.arguments + 1
    end
    i = i + 1
  end
  return at
end

local function first_sentence(text)
  return (text or ""):gsub("%s+", " "):match "^(.-)%.?$" or ""
end

local function options_of(parser)
  local list = {}
  for _, option in ipairs(parser._options) do
    for _, alias in ipairs(option._hidden and {} or option._aliases) do
      list[#list + 1] = { alias, first_sentence(option._description) }
    end
  end
  return list
end

local function commands_of(parser)
  local list = {}
  for _, command in ipairs(parser._commands) do
    local about = first_sentence(command._summary or command._description)
    if not command._hidden then list[#list + 1] = { command._name, about } end
  end
  return list
end

-- The argument at a position; the last one may be given again.
local function argument_at(parser, position)
  local list = parser._arguments
  local last = list[#list]
  return list[position] or (last and last._maxargs > 1 and last) or nil
end

local function answers(at, word)
  if at.option then return candidates_of(at.option) end
  local name = not at.only and word:match "^(%-%-[%w-]+)="
  local option = name and option_named(at.parser, name)
  if option then
    local list, kind = candidates_of(option)
    for _, one in ipairs(list or {}) do one[1] = name .. "=" .. one[1] end
    return list, kind
  end
  if word:sub(1, 1) == "-" and not at.only then return options_of(at.parser) end
  local list, argument = commands_of(at.parser), argument_at(at.parser, at.arguments + 1)
  if not argument or #list > 0 then return list end
  return candidates_of(argument)
end

--- What may stand in the place of the last word.
-- @param parser of argparse
-- @tparam {string,...} words behind the command's name; the last one is being typed and may be empty
-- @treturn string "words" or "files"
-- @treturn {table,...} { word, what it is }, those alone that begin as the last word does
function M.of(parser, words)
  words = rejoined(words)
  local word = words[#words] or ""
  local list, kind = answers(place(parser, words), word)
  local fitting = {}
  for _, one in ipairs(list or {}) do
    if one[1]:sub(1, #word) == word then fitting[#fitting + 1] = one end
  end
  return kind or "words", fitting
end

--- Prints it: the kind, then a line each of word, tab and what it is.
-- @treturn integer exit code
function M.run(parser, words, out)
  local kind, list = M.of(parser, words)
  out:write(kind, "\n")
  for _, one in ipairs(list) do out:write(one[1], "\t", one[2] or "", "\n") end
  return 0
end

return M
