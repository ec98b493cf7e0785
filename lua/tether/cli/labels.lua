--- Labels for completion, kept in a file in the user's cache: those of the account that commands have used last.
local M = {}

local MOST = 1000 -- texts; with more, the file begins anew

local function folder()
  local cache = os.getenv "XDG_CACHE_HOME"
  local home = os.getenv "HOME"
  if cache and cache ~= "" then return cache .. "/tether" end
  return home and home ~= "" and home .. "/.cache/tether" or nil
end

local function is_text(label)
  return type(label) == "string" and label ~= "" and not label:find "%c"
end

-- Labels of the account's own that a hub has read: text -> true.
local function seen_by(hub)
  local labels = {}
  for _, types in pairs(hub.known_types or {}) do
    for _, type in ipairs(types) do
      if type.category ~= "HUBSPOT_DEFINED" and is_text(type.label) then labels[type.label] = true end
    end
  end
  return labels
end

--- The labels that the cache has.
-- @treturn {table,...} { label }, sorted
function M.read()
  local path, list = folder(), {}
  local file <close> = path and io.open(path .. "/labels", "r")
  for line in file and file:lines() or function() end do
    if is_text(line) then list[#list + 1] = { line } end
  end
  return list
end

local function open(path)
  local file = io.open(path .. "/labels", "w")
  if file then return file end
  os.execute(("mkdir -p -m 700 '%s' 2>/dev/null"):format((path:gsub("'", "'\\''"))))
  return io.open(path .. "/labels", "w")
end

-- Whether the labels of a hub are kept. A portal on the loopback address is a test: its labels are kept only where the
-- user has named the cache.
local function is_wanted(hub)
  local host = (hub.url or ""):match "^%l+://([^/]*)" or ""
  local loopback = host:find "^127%." or host:find "^localhost" or host:find("[::1]", 1, true)
  return not loopback or (os.getenv "XDG_CACHE_HOME" or "") ~= ""
end

--- Adds the labels that a hub has read to the cache. When that fails, completion only knows less.
-- @tparam hub hub
function M.keep(hub)
  local path, labels, names = folder(), seen_by(hub), {}
  if not path or not next(labels) or not is_wanted(hub) then return end
  local before = M.read()
  for _, label in ipairs(#before < MOST and before or {}) do labels[label[1]] = true end
  for name in pairs(labels) do names[#names + 1] = name end
  if #names == #before then return end
  table.sort(names)
  local file <close> = open(path)
  if file then file:write(table.concat(names, "\n"), "\n") end
end

return M
