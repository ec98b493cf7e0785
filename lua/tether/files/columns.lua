--- Roles of a file's columns: headers of CSV and keys of JSON, found by the rules of column_names.
--
-- Rules are tried from the first to the last; the first name that the file has is taken.
local check = require "tether.check"
local column_names = require "tether.files.column_names"
local errors = require "tether.error"
local native = require "tether.native"
local nearest = require "tether.nearest"

local M = {}

local RULES, names_of, words_of = column_names.RULES, column_names.names_of, column_names.words_of
local NAMED = { "from", "to", "label", "primary" } -- roles whose column the caller can name
local OPTIONAL = { "label", "type_id", "category", "type_name", "from_type", "to_type" }
-- The columns of a file of failures. Tether wrote this file, so its names are known.
local FAILURES = { "from", "to", "line", "code", "reason" }

local Plan = { __name = "tether.columns" }
Plan.__index = Plan

-- The positions at which a name stands.
local function positions(self, wanted)
  local found = {}
  for i, text in ipairs(self.names) do
    if column_names.plain(text) == wanted and not self.taken[i] then found[#found + 1] = i end
  end
  return found
end

local function shown(text)
  return '"' .. native.show(text) .. '"'
end

local function take(self, role, position, several)
  self.places[role] = position
  self.taken[position] = role
  if several then self.several[role] = true end
end

local function twice(self, role, found)
  errors.raise("CSV_COLUMN_MISSING", ("%s: %s for %s stands twice in the first line, as columns %d and %d"):format(
    self.file, shown(self.names[found[1]]), role, found[1], found[2]),
    { place = self.line, hint = "name it by its position" })
end

-- Gives the role to the first of the names that the file has; answers whether there is one.
local function find(self, role, names)
  for _, spelling in ipairs(names) do
    local found = positions(self, spelling.name)
    if #found > 1 and self.is_csv then twice(self, role, found) end
    if found[1] then
      take(self, role, found[1], spelling.several)
      return true
    end
  end
end

local function missing(self, role, wanted)
  local listed, names = {}, {}
  for i, name in ipairs(self.names) do
    names[i] = native.show(name)
    if i <= 30 then listed[i] = shown(#name > 40 and name:sub(1, 40) .. "..." or name) end
  end
  if #names > 30 then listed[31] = ("and %d more"):format(#names - 30) end
  local where = self.is_csv and "the first line" or "the rows"
  local found = #names > 0 and where .. (self.is_csv and " has " or " have ") .. table.concat(listed, ", ") or
    "the file is empty"
  errors.raise("CSV_COLUMN_MISSING", ("%s: no column %s for %s; %s%s"):format(self.file, wanted, role, found,
    nearest.sentence(wanted:gsub('"', ""), names)), { place = self.line, hint = self.suggest and self.suggest() })
end

local function check_name(role, name)
  if type(name) == "string" then return end
  check.refuse("columns." .. role, "a header name, a list of them or a position", name)
end

local function find_asked(self, role, wanted)
  if math.type(wanted) == "integer" and wanted > 0 then
    if wanted > self.width then
      errors.raise("CSV_COLUMN_MISSING", ("%s: no column %d for %s; the first line has %d"):format(self.file, wanted,
        role, self.width), { place = self.line })
    end
    return take(self, role, wanted, self.names[wanted] and column_names.plain(self.names[wanted]):match "ids$" ~= nil)
  end
  local list, said = type(wanted) == "table" and wanted or { wanted }, {}
  for i, name in ipairs(list) do
    check_name(role, name)
    if find(self, role, column_names.spellings(name, role)) then return end
    said[i] = ("%q"):format(name)
  end
  if #list == 0 then check_name(role, wanted) end
  return missing, table.concat(said, " or ")
end

local function is_failures(self)
  local known = {}
  for _, name in ipairs(self.names) do known[column_names.plain(name)] = true end
  for _, name in ipairs(FAILURES) do
    if not known[name] then return false end
  end
  return true
end

-- Finds the column of the records' own ids, in an export of one object type that has its associations beside it.
local function find_own(self)
  local side = not self.places.from and "from" or "to"
  if (self.places.from or self.places.to) and not (self.places.from and self.places.to) then
    find(self, side, names_of(RULES.own))
  end
end

local function find_typed(self, side)
  if self.places[side] then return end
  find(self, side, names_of(RULES.typed, self[side]))
end

-- Inside one object type the other record stands in the column whose name has the type in it.
local function is_one_type(self)
  local from, to = words_of(self.from), words_of(self.to)
  return from[1] ~= nil and from[1] == to[1]
end

local function find_sides(self, asked)
  local lacked, wanted
  for _, side in ipairs { "from", "to" } do
    if asked[side] then
      local absent, text = find_asked(self, side, asked[side])
      if absent then return side, text end
    end
  end
  for _, side in ipairs { "from", "to" } do
    if not self.places[side] then find(self, side, names_of(RULES[side], self[side], self.keys[side])) end
  end
  if not is_one_type(self) then find_typed(self, "from") end
  find_typed(self, "to")
  find_own(self)
  for _, side in ipairs { "from", "to" } do
    if not self.places[side] and not lacked then
      lacked, wanted = side, ('"%s"'):format(side) .. (self[side] and (' or "%s id"'):format(words_of(self[side])[1])
        or "")
    end
  end
  return lacked, wanted
end

local function find_others(self, asked)
  if asked.label then
    local absent, text = find_asked(self, "label", asked.label)
    if absent and type(asked.label) ~= "table" then return "label", text end
  end
  for _, role in ipairs(OPTIONAL) do
    local skipped = role == "label" and asked.label ~= nil
    if not self.places[role] and not skipped then find(self, role, names_of(RULES[role])) end
  end
  if asked.primary then
    local absent, text = find_asked(self, "primary", asked.primary)
    if absent then return "primary", text end
  else
    find(self, "primary", names_of(RULES.primary))
  end
  if self.primary then
    find(self, "primary_ids", names_of(RULES.primary_ids, self.to))
  end
  if self.failures then find(self, "raw", { { name = "raw" } }) end
end

local function new(names, options)
  return setmetatable({ names = names, places = {}, taken = {}, several = {}, from = options.from, to = options.to,
    keys = options.keys or {}, primary = options.primary, width = options.width or #names, file = options.file,
    line = options.line, is_csv = options.is_csv, suggest = options.suggest }, Plan)
end

--- Finds the columns of a CSV file.
-- @tparam {string,...} names of the header line; {} when there is none
-- @tparam table options from, to = object types or nil; keys = { from =, to = } properties; primary = whether it is
--   asked for; columns = { from =, to =, label = } as for tether.rows; file, line: for messages; width; suggest: called
--   for the remedy when a column is missing
-- @treturn plan `places`: role -> position, `several`: role -> true, `failures`: whether it is a file of failures
-- @raise CSV_COLUMN_MISSING
function M.of_header(names, options)
  local self = new(names, options)
  self.is_csv = true
  self.failures = is_failures(self)
  local asked = self.failures and { label = options.columns.label == false and false or nil } or options.columns
  local by_position = #names == 0
  local role, wanted = find_sides(self, asked)
  if role then missing(self, role, wanted) end
  if not by_position or asked.label then
    role, wanted = find_others(self, asked)
    if role then missing(self, role, wanted) end
  end
  return self
end

--- Whether a line could be the header: it has a column for each side.
function M.fits(names, options)
  local self = new(names, options)
  local fine, lacked = pcall(find_sides, self, options.columns)
  return fine and lacked == nil
end

-- -- keys of JSON ----------------------------------------------------------------------------------------------------

--- A plan for JSON rows, whose keys come one row after the other.
-- @tparam table options as for of_header
-- @tparam string bytes the first bytes of the file, which tell whether it is a file of failures
function M.of_keys(options, bytes)
  local self = new({}, options)
  local line = bytes:match "^[^\n]*"
  self.failures = line:find '"line":' and line:find '"code":"%u' and line:find '"reason":"' and true
  self.asked, self.seen = self.failures and {} or options.columns, {}
  return self
end

local function first_of(wanted)
  return type(wanted) == "table" and wanted or { wanted }
end

local function is_asked(self, role, key)
  local plain = column_names.plain
  for _, name in ipairs(first_of(self.asked[role])) do
    if type(name) == "string" and (key == name or plain(key) == plain(name)) then return true end
  end
end

local function note(self, roles, key, role)
  roles[key] = role
  if self.places[role] == nil then self.places[role] = key end
  self.seen[role] = true
end

local function has_name(names, key)
  for rank, spelling in ipairs(names) do
    if spelling.name == column_names.plain(key) then return rank end
  end
end

-- Among the new keys, the key that comes first in the rules.
local function best(keys, roles, names)
  local found, rank
  for _, key in ipairs(keys) do
    local mine = not roles[key] and has_name(names, key)
    if mine and (not rank or mine < rank) then found, rank = key, mine end
  end
  return found
end

local function name_side(self, keys, roles, side, rule)
  if self.places[side] or self.asked[side] then return end
  local key = best(keys, roles, names_of(rule, self[side], self.keys[side]))
  if key then note(self, roles, key, side) end
end

local function name_sides(self, keys, roles)
  for _, side in ipairs { "from", "to" } do name_side(self, keys, roles, side, RULES[side]) end
  if not is_one_type(self) then name_side(self, keys, roles, "from", RULES.typed) end
  name_side(self, keys, roles, "to", RULES.typed)
  for _, side in ipairs { "from", "to" } do
    local other = side == "from" and "to" or "from"
    if self.places[other] then name_side(self, keys, roles, side, RULES.own) end
  end
end

local JSON_ROLES = { "label", "types", "type_id", "category", "type_name", "from_type", "to_type", "primary" }

--- Gives roles to keys that no earlier row had.
-- @tparam {string,...} keys
-- @treturn {[string]=string} key -> role
function Plan:name_keys(keys)
  local roles = {}
  for _, key in ipairs(keys) do
    self.names[#self.names + 1] = key
    for _, role in ipairs(NAMED) do
      if not roles[key] and self.asked[role] and is_asked(self, role, key) then note(self, roles, key, role) end
    end
  end
  name_sides(self, keys, roles)
  for _, key in ipairs(keys) do
    for _, role in ipairs(JSON_ROLES) do
      local free = self.asked[role] == nil
      if not roles[key] and free and has_name(names_of(RULES[role]), key) then note(self, roles, key, role) end
    end
    if not roles[key] and key == "raw" then roles[key] = "raw" end
    roles[key] = roles[key] or "none"
  end
  return roles
end

--- Notes keys that rows have, without giving them a role.
function Plan:see(keys)
  for _, key in ipairs(keys) do
    for _, role in ipairs(NAMED) do
      if self.asked[role] and is_asked(self, role, key) then self.seen[role] = true end
    end
  end
end

--- The first role whose key the caller has named and no row has had; nil: there is none.
function Plan:unseen()
  if not self.asked then return nil end
  for _, role in ipairs(NAMED) do
    if self.asked[role] and not self.seen[role] then return role end
  end
end

--- Refuses a file in which a key that the caller has named never appears.
-- @raise CSV_COLUMN_MISSING
function Plan:refuse_unseen(role)
  local said = {}
  for i, name in ipairs(first_of(self.asked[role])) do said[i] = ("%q"):format(name) end
  missing(self, role, table.concat(said, " or "))
end

-- -- text ------------------------------------------------------------------------------------------------------------

local TOLD = { "from", "to", "label", "types", "type_id", "category", "type_name", "from_type", "to_type", "primary",
  "primary_ids" }

--- Tells in one line which column was taken for which role.
function Plan:__tostring()
  local parts = {}
  for _, role in ipairs(TOLD) do
    local place = self.places[role]
    local name = type(place) == "string" and place or self.names[place]
    if place then
      parts[#parts + 1] = ("%s = %s%s"):format(role:gsub("_", " "), name and shown(name) or "column " .. place,
        self.several[role] and " (ids)" or self.keys[role] and (" (%s)"):format(self.keys[role]) or "")
    end
  end
  local text = table.concat(parts, ", ")
  if self.places.type_name and not self.places.label then
    text = ("%s; %s is no label unless it is named (--label-column)"):format(text,
      shown(self.names[self.places.type_name] or self.places.type_name))
  end
  return text
end

return M
