-- Writes the modules of lua/tether, precompiled, into one file that the command reads instead of a file a module.
--
--     lua5.4 rockspec/bundle.lua lua build/modules.luac             what is installed
--     lua5.4 rockspec/bundle.lua lua build/…/modules.luac checked   for the tree: changed modules are read as they are
--
-- First stands a function: it finds a module by its name, and reads it from behind itself. So a command pays for
-- what it uses. Line numbers stay in. Places are counted from the end, since the function's own length is not known.
local source, target, checked = arg[1], arg[2], arg[3]

local function name_of(path)
  return (path:sub(#source + 2):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", "."))
end

local function content(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local function modules()
  local found = ("find %s/tether -name '*.lua' ! -path '*/meta/*' | LC_ALL=C sort"):format(source)
  local list = {}
  for path in assert(io.popen(found)):lines() do
    local text = content(path)
    list[#list + 1] = { name = name_of(path), path = path, text = checked and text or "",
      code = string.dump(assert(load(text, "@" .. path:sub(#source + 2)))) }
  end
  return list
end

-- Where each module stands: its text, if that is checked, and its code behind it.
local function rows_of(list)
  local rows, from_end = {}, 0
  for i = #list, 1, -1 do
    local module = list[i]
    from_end = from_end + #module.text + #module.code
    rows[i] = ("[%q]={%d,%d,%d,%q}"):format(module.name, from_end, #module.text, #module.code,
      checked and module.path or "")
  end
  return table.concat(rows, ",")
end

local HEAD = [[
local bundle = ...
local rows, root = { %s }, bundle:match "^(.*)/build/" or "."
local file = io.open(bundle, "rb")

-- Whether a source still is what was precompiled.
local function is_same(row)
  local source <close> = io.open(root .. "/" .. row[4], "rb")
  return source and source:read "a" == file:read(row[2])
end

table.insert(package.searchers, 2, function(name)
  local row = rows[name]
  if not row then return nil end
  if not file:seek("end", -row[1]) or (row[2] > 0 and not is_same(row)) then return nil end
  return load(file:read(row[3]) or "", name, "b"), "tether/modules.luac"
end)]]

local list = modules()
local file <close> = assert(io.open(target, "wb"))
assert(file:write(string.dump(assert(load(HEAD:format(rows_of(list)), "=command")), true)))
for _, module in ipairs(list) do assert(file:write(module.text, module.code)) end
