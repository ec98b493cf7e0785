-- Writes the modules of lua/tether, precompiled, into one file that the installed command reads
-- instead of a file a module.
--
--     lua5.4 rockspec/bundle.lua lua build/modules.luac
--
-- A module stays a text of bytecode until it is required, so that a command pays for what it uses. Line numbers
-- stay in.
local source, target = arg[1], arg[2]

local function name_of(path)
  return (path:sub(#source + 2):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", "."))
end

local pieces = {}
local found = ("find %s/tether -name '*.lua' ! -path '*/meta/*' | LC_ALL=C sort"):format(source)
for path in assert(io.popen(found)):lines() do
  local file <close> = assert(io.open(path, "rb"))
  local chunk = assert(load(file:read "a", "@" .. path:sub(#source + 2)))
  pieces[#pieces + 1] = ("[%q] = %q"):format(name_of(path), string.dump(chunk))
end

local text = ([[
local pieces = { %s }
table.insert(package.searchers, 2, function(name)
  local piece = pieces[name]
  if not piece then return nil end
  return load(piece, name, "b"), "tether/modules.luac"
end)]]):format(table.concat(pieces, ",\n"))

local file <close> = assert(io.open(target, "wb"))
assert(file:write(string.dump(assert(load(text, "=command")), true)))
