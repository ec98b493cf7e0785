--- Has the modules read precompiled from one file beside the core: parsing their sources takes three times as long as
-- all else that a short script does. `rockspec/bundle.lua` writes it. It replaces a source alone that `package.path`
-- finds and that is what was precompiled, byte by byte: an edited module, and one of a folder that stands earlier in
-- the path, is read as it is. So is every module where the file is missing, damaged or of another Lua, and in a host
-- that has taken `io` or parts of `package` away.
local bundle, index

-- A module of C: looked for among the sources first, it would cost ten files that are not there.
local function find_native(name)
  local path = package.searchpath(name, package.cpath)
  return path and package.loadlib(path, "luaopen_" .. name:gsub("%.", "_")), path
end

local function search(name)
  if name:find "^tether%..*native$" then return find_native(name) end
  local _, last = index:find("\n" .. name .. " ", 1, true)
  local found, native = pcall(require, "tether.native")
  local source = last and found and package.searchpath(name, package.path)
  if not source then return nil end
  return native.load_piece(bundle, source, index:match("^(%d+) (%d+) (%-?%d+)\n", last + 1)), source
end

-- The index stands first, a line a module, and an empty line behind it.
local function open()
  bundle = assert(package.searchpath("tether.modules", (package.cpath:gsub("%.so", ".luac"))))
  local file <close> = assert(io.open(bundle, "rb"))
  local head = assert(file:read(assert(tonumber((file:read "l")))))
  index = "\n" .. head
  assert(package.loadlib)
  table.insert(package.searchers, 2, search)
end

return pcall(open)
