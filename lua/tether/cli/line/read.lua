--- Reads a command line by the table of a command. This module knows no command and prints nothing.
--
-- It reads `--name value` and `--name=value`, `-o value` and `-ovalue`, and flags of one letter together (`-qv`). `--`
-- ends the options. An option that takes one value is refused when it is given twice.
local nearest = require "tether.nearest"

local M = {}

local Reader = {}
Reader.__index = Reader

-- Reports a mistake with error(), which does not leave this file.
local function refuse(text, ...)
  error({ usage = text:format(...) }, 0)
end

local function index_options(command)
  local by_name, long = {}, {}
  for _, list in ipairs { command.options, command.shared } do
    for _, option in ipairs(list) do
      for _, name in ipairs(option.names) do
        by_name[name], long[#long + 1] = option, name:sub(1, 2) == "--" and name or nil
      end
    end
  end
  return by_name, long
end

local function check_choice(what, value, choices)
  for _, choice in ipairs(choices or { value }) do
    if choice == value then return end
  end
  refuse("%s: %s is needed, got %q%s", what, table.concat(choices, " or "), value, nearest.sentence(value, choices))
end

local function converted(what, entry, text)
  check_choice(what, text, entry.choices)
  if not entry.convert then return text end
  local value, problem = entry.convert(text)
  if value == nil then refuse("%s: %s", what, problem) end
  return value
end

-- Keeps the value of an option; `name` is the option as it was typed.
function Reader:keep(name, option, text)
  local value = true
  if option.value then value = converted(name, option, text) end
  if option.many then
    table.insert(self.options[option.key], value)
  elseif self.given[option] and option.value then
    refuse("%s is given twice", name)
  else
    self.options[option.key] = value
  end
  self.given[option] = true
end

-- Takes the next word as the value of an option.
function Reader:next_word(name)
  self.at = self.at + 1
  local word = self.words[self.at]
  if not word then refuse("%s needs a value", name) end
  return word
end

-- Reads "--name", "--name value" or "--name=value".
function Reader:long(word)
  local name, text = word:match "^(%-%-[^=]+)=(.*)$"
  local option = self.by_name[name or word]
  if not option then
    refuse("there is no option %s%s", name or word, nearest.sentence(name or word, self.names))
  end
  if option.value then return self:keep(name or word, option, text or self:next_word(word)) end
  if text then refuse("%s takes no value", name) end
  self:keep(word, option)
end

-- Reads "-x", "-x value", "-xvalue" or several flags behind one "-".
function Reader:short(word)
  local at = 2
  while at <= #word do
    local name = "-" .. word:sub(at, at)
    local option = self.by_name[name]
    if not option then refuse("there is no option %s", #word > 2 and at == 2 and word or name) end
    if option.value then
      local text = word:sub(at + 1):gsub("^=", "")
      return self:keep(name, option, text ~= "" and text or self:next_word(name))
    end
    self:keep(name, option)
    at = at + 1
  end
end

-- The argument that the next word belongs to. An argument that takes many words is the last one.
function Reader:argument()
  local argument = self.arguments[self.place]
  if argument and not argument.many then self.place = self.place + 1 end
  return argument
end

-- Takes a word as the next argument.
function Reader:positional(word)
  local argument = self:argument()
  if not argument then refuse("%q is more than this command takes", word) end
  local value = converted(argument[1], argument, word)
  if not argument.many then
    self.options[argument.key or argument[1]] = value
    return
  end
  table.insert(self.options[argument.key or argument[1]], value)
  if argument.raw then -- the words after it belong to another program, options included
    for i = self.at + 1, #self.words do table.insert(self.options[argument.key or argument[1]], self.words[i]) end
    self.at = #self.words
  end
end

local function is_number(word)
  return word:match "^%-%d" ~= nil
end

-- Reads the next word, of whatever kind.
function Reader:word()
  local word = self.words[self.at]
  local waiting = self.arguments[self.place]
  local is_raw = waiting and waiting.raw
  if self.ended or is_raw or word == "-" or word:sub(1, 1) ~= "-" or is_number(word) then
    self:positional(word)
  elseif word == "--" then
    self.ended = true
  elseif word:sub(1, 2) == "--" then
    self:long(word)
  else
    self:short(word)
  end
end

-- Refuses a command line in which a required argument is missing.
function Reader:check_whole()
  if self.options.help then return end
  for _, argument in ipairs(self.arguments) do
    local value = self.options[argument.key or argument[1]]
    local is_missing = value == nil or (argument.many == "+" and #value == 0)
    if is_missing and not argument.optional then refuse("%s is missing", argument[1]:upper()) end
  end
end

local function new(command, words, first)
  local by_name, names = index_options(command)
  local self = setmetatable({ words = words, at = first, arguments = command.arguments, place = 1, options = {},
    given = {}, by_name = by_name, names = names }, Reader)
  for _, option in pairs(by_name) do
    self.options[option.key] = option.default
    if option.many then self.options[option.key] = {} end
  end
  for _, argument in ipairs(command.arguments) do
    if argument.many then self.options[argument.key or argument[1]] = {} end
  end
  return self
end

--- Reads the words of a command.
-- @tparam table command completed by tether.cli.line.command
-- @tparam {string,...} words
-- @tparam integer first the first word behind the command's name
-- @treturn[1] table options: values by key, arguments by name
-- @treturn[2] nil
-- @treturn[2] string what is wrong
function M.options(command, words, first)
  local self = new(command, words, first)
  local fine, problem = pcall(function()
    while self.at <= #words do
      self:word()
      self.at = self.at + 1
    end
    self:check_whole()
  end)
  if fine then return self.options end
  if type(problem) == "table" and problem.usage then return nil, problem.usage end
  error(problem, 0)
end

return M
