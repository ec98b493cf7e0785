--- Has the modules read precompiled from one file beside the core: parsing their sources takes three times as long as
-- all else that a short script does. `rockspec/bundle.lua` writes it. It replaces a source alone that `package.path`
-- finds and that is what was precompiled, byte by byte: an edited module, and one of a folder that stands earlier in
-- the path, is read as it is. So is every module where the file is missing, damaged or of another Lua, and in a host
-- that has taken `io` or parts of `package` away.
local TEXTS <const> = 16 -- of the index, as in bundle.lua
local bundle, index

-- A module of C: looked for among the sources first, it would cost ten files that are not there.
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

-- The index stands first: its length, and the texts that have a line for each module.
local function open()
  bundle = assert(package.searchpath("tether.modules", (package.cpath:gsub("%.so", ".luac"))))
  local file <close> = assert(io.open(bundle, "rb"))
  local head = assert(file:read(assert(tonumber((file:read "l")))))
  index = { ("<" .. ("s4"):rep(TEXTS)):unpack(head) }
  assert(package.loadlib)
  table.insert(package.searchers, 2, search)
end

return pcall(open)
