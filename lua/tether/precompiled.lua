--- Reads precompiled modules from one file beside the core: parsing their sources takes three times as long as
-- everything else that a short script does. `rockspec/bundle.lua` writes the file. It replaces a source only when
-- `package.path` finds exactly the source that was precompiled, byte for byte. So an edited module, and a module in a
-- folder that comes earlier in the path, is read from its source. The same goes for every module when the file is
-- missing, damaged or of another Lua, and in a host that has removed `io` or parts of `package`.
local TEXTS <const> = 16 -- entries of the index, as in bundle.lua
local bundle, index

-- Finds a module of C. Searching the sources first would try ten files that do not exist.
local function find_native(name)
  local path = package.searchpath(name, package.cpath)
  return path and package.loadlib(path, "luaopen_" .. name:gsub("%.", "_")), path
end

local function search(name)
  if name:find "^tether%..*native$" then return find_native(name) end
  local text = index[#name % TEXTS + 1]
  local _, last = text:find("\n" .. name .. " ", 1, true)
  local found, native = pcall(require, "tether.native")
  local source = last and found and package.searchpath(name, package.path)
  if not source then return nil end
  return native.load_piece(bundle, source, text:match("^(%d+) (%d+) (%-?%d+)\n", last + 1)), source
end

-- The file begins with its index: the index's length, and texts with a line for each module.
local function open()
  bundle = assert(package.searchpath("tether.modules", (package.cpath:gsub("%.so", ".luac"))))
  local file <close> = assert(io.open(bundle, "rb"))
  local head = assert(file:read(assert(tonumber((file:read "l")))))
  index = { ("<" .. ("s4"):rep(TEXTS)):unpack(head) }
  assert(package.loadlib)
  table.insert(package.searchers, 2, search)
end

return pcall(open)
