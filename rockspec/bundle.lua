-- Writes the modules of lua/tether, precompiled, into one file that is read instead of a file a module
-- (lua/tether/precompiled.lua).
--
--     lua5.4 rockspec/bundle.lua lua build/lua/tether/modules.luac
--
-- First stands the length of the index and the index itself: a program reads it, and then of the rest what it uses.
-- Line numbers stay in. Places are counted from the end, since the index's own length is not known.
local TEXTS <const> = 16 -- as in precompiled.lua
local source, target = arg[1], arg[2]
local slim = dofile(arg[0]:gsub("bundle%.lua$", "slim.lua"))

local function name_of(path)
  return (path:sub(#source + 2):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", "."))
end

local function content(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

-- As add_sum of csrc/binding/values/terminal/loading.c.
local function add_sum(sum, text)
  for word in text:gmatch ".?.?.?.?.?.?.?.?" do
    if word ~= "" then
      sum = (sum ~ string.unpack("=i8", word .. ("\0"):rep(8 - #word))) * 0x2545F4914F6CDD1D
      sum = sum ~ sum >> 29
    end
  end
  return sum ~ #text
end

local function modules()
  local list = {}
  local found = ("find %s/tether -name '*.lua' ! -path '*/meta/*' | LC_ALL=C sort"):format(source)
  for path in assert(io.popen(found)):lines() do
    local text = content(path)
    local code = slim(string.dump(assert(load(text, "@" .. path:sub(#source + 2)))))
    list[#list + 1] = { name = name_of(path), code = code, sum = add_sum(add_sum(0, text), code) }
  end
  return list
end

-- Where each module stands, and the sum of its source and its code: a line a module, in sixteen texts by the lengths of
-- names. A table of all modules would take as long to make as reading three of them, and a search in one text alone
-- would meet half of them.
local function index_of(list)
  local texts, from_end = {}, 0
  for i = 1, TEXTS do texts[i] = "\n" end
  for i = #list, 1, -1 do
    local module = list[i]
    from_end = from_end + #module.code
    local at = #module.name % TEXTS + 1
    texts[at] = texts[at] .. ("%s %d %d %d\n"):format(module.name, from_end, #module.code, module.sum)
  end
  return (("<" .. ("s4"):rep(TEXTS)):pack(table.unpack(texts)))
end

local list = modules()
local index = index_of(list)
local file <close> = assert(io.open(target, "wb"))
assert(file:write(#index, "\n", index))
for _, module in ipairs(list) do assert(file:write(module.code)) end
