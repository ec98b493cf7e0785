--- Finds the names that a mistyped name may have meant.
local M = {}

local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal
    diagonal, row[0] = row[0], i
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      diagonal, row[j] = row[j], math.min(row[j] + 1, row[j - 1] + 1, diagonal + cost)
    end
  end
  return row[#b]
end

--- The known names closest to `name`, best first: at most three, none further than a third of its length (at least 2).
-- @tparam string name as it was typed
-- @tparam {string,...} known all valid names
-- @tparam[opt] integer most how many letters may differ instead
-- @treturn {string,...}
function M.names(name, known, most)
  local wanted, found, seen = name:lower(), {}, {}
  for _, candidate in ipairs(known) do
    local far = seen[candidate] and math.huge or distance(wanted, candidate:lower())
    if far <= (most or math.max(2, #wanted // 3)) then found[#found + 1] = { far, candidate } end
    seen[candidate] = true
  end
  table.sort(found, function(a, b) return a[1] < b[1] or (a[1] == b[1] and a[2] < b[2]) end)
  local names = {}
  for i = 1, math.min(3, #found) do names[i] = found[i][2] end
  return names
end

--- The nearest names as a sentence: `; did you mean "a" or "b"?`, or "" when none is near.
function M.sentence(name, known, most)
  local names = M.names(name, known, most)
  if #names == 0 then return "" end
  for i, near in ipairs(names) do names[i] = ("%q"):format(near) end
  return "; did you mean " .. table.concat(names, " or ") .. "?"
end

--- An `__index` for objects that scripts use. It refuses a name that nearly is one of the object's names, because Lua
-- would only say that a nil value was called.
-- @tparam table class with the object's methods
-- @tparam string what it is, for messages: "hub", "hub.labels"
-- @tparam[opt] table optional fields that may be nil: name -> true
-- @tparam[opt] table parts further names of the object: name -> anything
-- @treturn function
function M.index(class, what, optional, parts)
  local strange = {} -- names that no known name is near to
  return function(self, name)
    local found = rawget(class, name)
    local is_free = type(name) ~= "string" or strange[name] or (optional and optional[name])
    if found ~= nil or is_free then return found end
    local known, seen = {}, {}
    for _, names in ipairs { class, self, parts } do
      for key in next, names do
        if type(key) == "string" and key:find "^%a" and not seen[key] then known[#known + 1], seen[key] = key, true end
      end
    end
    local meant = M.sentence(name, known, math.max(1, #name // 3))
    if meant ~= "" then
      require("tether.error").raise("OPTION_UNKNOWN", ("%s has no %q%s"):format(what, name, meant),
        { hint = "correct the name" })
    end
    strange[name] = true
  end
end

--- Does the same for a class whose objects find methods in the class itself; it keeps the quick `__index = class`.
-- @tparam table class
-- @tparam string what
-- @tparam[opt] {string,...} fields that its objects have
-- @treturn table the class
function M.guard(class, what, fields)
  local parts = {}
  for _, name in ipairs(fields or {}) do parts[name] = true end
  class.__index = class
  return setmetatable(class, { __index = M.index(class, what, parts, parts) })
end

return M
