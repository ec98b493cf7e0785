--- Precompiled code without the names of local variables and upvalues, which are a third of what is read of it; line
-- numbers stay. Of Lua 5.4's format alone (ldump.c, version 0x54, format 0); any other code stays as it is.
local HEAD = "\27LuaT\0\25\x93\r\n\26\n\4\8\8" -- instructions of 4 bytes, integers and numbers of 8
local HEAD_LENGTH = #HEAD + 8 + 8 + 1 -- an integer and a number to compare, and the count of upvalues
local FLOAT, INTEGER, SHORT, LONG = 0x13, 0x03, 0x04, 0x14
local NONE = "\x80" -- a count of 0

-- A count in groups of seven bits, the last one marked; and where it ends.
local function count(code, at)
  local value = 0
  while true do
    local byte = code:byte(at)
    value, at = value << 7 | byte & 0x7f, at + 1
    if byte & 0x80 ~= 0 then return value, at end
  end
end

local function after_text(code, at)
  local length
  length, at = count(code, at) -- one more than it has; 0: none
  return at + math.max(length - 1, 0)
end

local function after_list(code, at, after)
  local length
  length, at = count(code, at)
  for _ = 1, length do at = after(code, at) end
  return at
end

local function after_constant(code, at)
  local kind = code:byte(at)
  if kind == FLOAT or kind == INTEGER then return at + 9 end
  if kind == SHORT or kind == LONG then return after_text(code, at + 1) end
  return at + 1
end

local function after_bytes(size)
  return function(_, at) return at + size end
end

local function after_place(code, at) -- an instruction and its line
  return select(2, count(code, select(2, count(code, at))))
end

local function after_local(code, at)
  return after_place(code, after_text(code, at))
end

-- Adds a function to `pieces`, and answers where it ends.
local function slim(code, first, pieces)
  local at = after_place(code, after_text(code, first)) + 3 -- name, lines; parameters, varargs, registers
  at = after_list(code, at, after_bytes(4))
  at = after_list(code, at, after_constant)
  at = after_list(code, at, after_bytes(3)) -- upvalues
  local functions, from = count(code, at)
  pieces[#pieces + 1] = code:sub(first, from - 1)
  for _ = 1, functions do from = slim(code, from, pieces) end
  at = after_list(code, after_list(code, from, after_bytes(1)), after_place) -- lines
  pieces[#pieces + 1] = code:sub(from, at - 1) .. NONE .. NONE
  return after_list(code, after_list(code, at, after_local), after_text)
end

--- @tparam string code as string.dump makes it
-- @treturn string
return function(code)
  if code:sub(1, #HEAD) ~= HEAD then return code end
  local pieces = { code:sub(1, HEAD_LENGTH) }
  assert(slim(code, HEAD_LENGTH + 1, pieces) == #code + 1)
  return table.concat(pieces)
end
