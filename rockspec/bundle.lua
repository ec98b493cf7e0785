-- Writes the modules of lua/tether, precompiled, into one file that is read instead of a file a module
-- (lua/tether/precompiled.lua).
--
--     lua5.4 rockspec/bundle.lua lua build/modules.luac             what is installed
--     lua5.4 rockspec/bundle.lua lua build/…/modules.luac checked   for the tree: changed modules are read as they are
--
-- First stands a function: it finds a module by its name, and reads it from behind itself. So a program pays for
-- what it uses. Line numbers stay in. Places are counted from the end, since the function's own length is not known.
local source, target, checked = arg[1], arg[2], arg[3]
local slim = dofile(arg[0]:gsub("bundle%.lua$", "slim.lua"))

local function name_of(path)
  return (path:sub(#source + 2):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", "."))
end

local function content(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

-- A file's stamp is what native.file_facts tells of it: when it was written, and its size.
local function modules()
  local found = ("find %s/tether -name '*.lua' ! -path '*/meta/*' -printf '%%T@ %%s %%p\n' | LC_ALL=C sort -k 3")
    :format(source)
  local list = {}
  for line in assert(io.popen(found)):lines() do
    local written, size, path = line:match "^(%d+%.%d%d%d%d%d%d%d%d%d)%d* (%d+) (.+)$"
    list[#list + 1] = { name = name_of(path), path = path, stamp = written .. " " .. size,
      code = slim(string.dump(assert(load(content(path), "@" .. path:sub(#source + 2))))) }
  end
  return list
end

-- Where each module stands, and in the tree what it was made of: a line a module. A text, since a table of all modules
-- would take as long to make as reading three of them.
local function index_of(list)
  local lines, from_end = { "" }, 0
  for i = #list, 1, -1 do
    local module = list[i]
    from_end = from_end + #module.code
    lines[#lines + 1] = ("%s %d %d%s"):format(module.name, from_end, #module.code,
      checked and (" %s %s"):format(module.path, module.stamp) or "")
  end
  return table.concat(lines, "\n") .. "\n"
end

local HEAD = [[
local bundle, index = ..., %s
local root = bundle:match "^(.*)/build/" or "."
local file <close> = io.open(bundle, "rb")
local size = file:seek "end"

-- A module of C: looked for among the sources first, it would cost ten files that are not there.
local function find_native(name)
  local path = package.searchpath(name, package.cpath)
  return path and package.loadlib(path, "luaopen_" .. name:gsub("%%.", "_")), path
end

local function search(name)
  if name:find "^tether%%..*native$" then return find_native(name) end
  local _, last = index:find("\n" .. name .. " ", 1, true)
  local found, native = pcall(require, "tether.native")
  if not last or not found then return nil end
  local from_end, length, path, stamp = index:match("^(%%d+) (%%d+) ?(%%S*) ?([^\n]*)", last + 1)
  local is_same = path == "" or select(3, native.file_facts(root .. "/" .. path)) == stamp
  return is_same and native.load_piece(bundle, size, tonumber(from_end), tonumber(length), name) or nil,
    "tether/modules.luac"
end

table.insert(package.searchers, 2, search)]]

local list = modules()
local file <close> = assert(io.open(target, "wb"))
assert(file:write(string.dump(assert(load(HEAD:format(("%q"):format(index_of(list))), "=command")), true)))
for _, module in ipairs(list) do assert(file:write(module.code)) end
