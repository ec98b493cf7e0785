--- The labels of the account that commands have seen last, for completion: a file of texts in the user's cache.
local M = {}

local MOST = 1000 -- texts; then the file begins anew

local function folder()
  local cache = os.getenv "XDG_CACHE_HOME"
  local home = os.getenv "HOME"
  if cache and cache ~= "" then return cache .. "/tether" end
  return home and home ~= "" and home .. "/.cache/tether" or nil
end

local function is_text(label)
  return type(label) == "string" and label ~= "" and not label:find "%c"
end

-- label -> true, of the account's own types that a hub has read.
local function seen_by(hub)
  local labels = {}
  for _, types in pairs(hub.known_types or {}) do
    for _, type in ipairs(types) do
      if type.category ~= "HUBSPOT_DEFINED" and is_text(type.label) then labels[type.label] = true end
    end
  end
  return labels
end

--- The labels that are kept.
-- @treturn {table,...} { label }, in order
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

-- A portal on the loopback is nobody's account: what tries and tests put into it is kept where the cache was named
-- alone.
local function is_wanted(hub)
  local host = (hub.url or ""):match "^%l+://([^/]*)" or ""
  local loopback = host:find "^127%." or host:find "^localhost" or host:find("[::1]", 1, true)
  return not loopback or (os.getenv "XDG_CACHE_HOME" or "") ~= ""
end

--- Adds the labels that a hub has read to those that are kept. That it fails is no harm.
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
