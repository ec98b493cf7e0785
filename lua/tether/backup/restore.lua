--- Makes a plan of a backup: labels go by their names, records by their ids or, in another account, by a key.
local backup_file = require "tether.backup.file"
local check = require "tether.check"
local diff = require "tether.backup.diff"
local errors = require "tether.error"
local imagine = require("tether.names.definitions").imagine
local keys = require "tether.backup.keys"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local native = require "tether.native"
local types = require "tether.types"

local M = {}

local known = { key = "any", create_labels = "boolean", imagine_labels = "boolean",
  pairs = "table", scope = "string", prune = "boolean",
  most_removals = "any", skip_unknown = "boolean", on_progress = "function" }

-- -- what the file has ---------------------------------------------------------------------------------------------

-- The types that links of a pair have: "USER_DEFINED:42" -> true.
local function used_types(pair)
  local used, rows = {}, 0
  for set in pair.next do
    rows = rows + #set
    for index in pairs(native.tally(set.native)) do
      for _, type in ipairs(set.native:set(index)) do used[types.key(type)] = true end
    end
    set.native:close()
  end
  return used, rows
end

local function chosen(options, file)
  if not options.pairs then return nil end
  local wanted, has = {}, {}
  for _, pair in ipairs(file.facts.pairs) do has[pair[1] .. ":" .. pair[2]] = true end
  for _, text in ipairs(options.pairs) do
    if not has[text] then
      errors.raise("BAD_ARGUMENT", ("%s has no pair %s"):format(file.path, text),
        { hint = "it has " .. diff.names(file.facts.pairs) })
    end
    wanted[text] = true
  end
  return wanted
end

-- Reads the whole file first, so that no plan is made from a file that is cut off.
local function scan(self)
  local file <close> = backup_file.open(self.path)
  self.facts, self.found, self.maps = file.facts, {}, {}
  self.wanted = chosen(self.options, file)
  for pair in function() return file:pair() end do
    local definitions = pair.definitions
    if not self.wanted or self.wanted[definitions.from .. ":" .. definitions.to] then
      local used, rows = used_types(pair)
      self.found[#self.found + 1] = { definitions = definitions, names = pair.names, used = used, rows = rows }
    end
  end
  file:finish()
end

-- -- labels --------------------------------------------------------------------------------------------------------

local function account_has(hub, from, to, text)
  for _, type in ipairs(lookup.types_anew(hub, from, to)) do
    if type.label and type.label:lower() == text:lower() then return true end
  end
  return false
end

-- The labels of a pair: text -> { name =, inverse = }. Inside one object type both directions of a label are labels of
-- the pair, but the list has only one of them.
local function told_labels(definitions)
  local told = {}
  for _, label in ipairs(definitions.labels or {}) do
    if definitions.from == definitions.to and label.inverse then
      told[label.inverse] = { name = label.name, inverse = label.label }
    end
  end
  for _, label in ipairs(definitions.labels or {}) do told[label.label] = label end
  return told
end

-- Labels of links that the account lacks: { from =, to =, label =, name =, inverse = }.
local function missing_labels(self)
  local missing = {}
  for _, pair in ipairs(self.found) do
    local from, to, told = pair.definitions.from, pair.definitions.to, told_labels(pair.definitions)
    for key in pairs(pair.used) do
      local text = pair.names[key]
      if text and key:sub(1, 16) ~= "HUBSPOT_DEFINED:" and not account_has(self.hub, from, to, text) then
        local label = told[text] or {}
        missing[#missing + 1] = { from = from, to = to, label = text, name = label.name, inverse = label.inverse }
      end
    end
  end
  table.sort(missing, function(a, b) return a.from .. a.to .. a.label < b.from .. b.to .. b.label end)
  return missing
end

local function ensure_labels(self)
  local missing, names = missing_labels(self), {}
  for i, label in ipairs(missing) do names[i] = ("%q (%s to %s)"):format(label.label, label.from, label.to) end
  if #missing == 0 then return {} end
  if not (self.options.create_labels or self.options.imagine_labels) then
    errors.raise("LABEL_UNKNOWN", ("restore: the account lacks %d label%s: %s"):format(#missing,
      #missing == 1 and "" or "s", table.concat(names, ", ")),
      { hint = "make them, or let them be made with create_labels = true (--create-labels); nothing was written" })
  end
  for _, label in ipairs(missing) do
    if self.options.imagine_labels then
      if not account_has(self.hub, label.from, label.to, label.label) then
        imagine(self.hub, label.from, label.to, label.label, label.inverse)
      end
    else
      self.hub.labels:ensure(label.from, label.to, { label = label.label, name = label.name, inverse = label.inverse })
    end
  end
  return names
end

-- -- records -------------------------------------------------------------------------------------------------------

local function check_account(self)
  local mine = tostring(self.hub:account().portalId)
  if self.options.key or self.facts.account == mine then return end
  errors.raise("JOB_ACCOUNT", ("%s is a backup of the account %s, and this is %s, where records have other ids"):format(
    self.path, self.facts.account, mine), { hint = self.facts.keys and
    "pass the key by which the backup knows its records: key = … (--key)" or
    "take the backup with a key (--key email) and restore with the same" })
end

-- Refuses to prune links of records that a partial backup does not have: it does not tell whether they are gone.
local function check_scope(self)
  local scope, is_wide = self.options.scope, { to = true, all = true }
  if not (self.facts.changed_since and self.options.prune and is_wide[scope]) then return end
  errors.raise("BAD_ARGUMENT", ("%s has the links of records that have changed alone: prune with scope %q would " ..
    "remove those of all others"):format(self.path, scope), { hint = 'use scope = "from" (--scope from), or a whole ' ..
    "backup" })
end

-- The types of records in the pairs.
local function record_types(self)
  local list, seen = {}, {}
  for _, pair in ipairs(self.found) do
    for _, name in ipairs { pair.definitions.from, pair.definitions.to } do
      if not seen[name] then list[#list + 1], seen[name] = name, true end
    end
  end
  return list
end

-- Checks that each type has a key in the backup, and that it is the key that was asked for; answers name -> true.
local function check_keys(self)
  local list = record_types(self)
  local properties, has, needed = keys.of(self.hub, self.options.key, list), self.facts.keys or {}, {}
  for _, name in ipairs(list) do
    local property = properties[name] or has[name]
    if not property or has[name] ~= property then
      local what = property and " " .. property or ""
      errors.raise("BAD_ARGUMENT", ("%s has no key%s of %s"):format(self.path, what, name),
        { hint = ("take the backup with --key %s=%s"):format(name, property or "PROPERTY") })
    end
    needed[name] = true
  end
  return needed
end

local function is_shared(map)
  local turned = errors.check(native.links())
  for row = 1, #map do
    local old, new = map:row(row)
    errors.check(turned:add(new, old, 0))
  end
  return #errors.check(turned:distinct_from()) < #turned
end

local function refuse_records(result)
  local all = result.found + result.none + result.several
  local text = "restore: of %d keys of %s (%s), %d have no record here and %d have several; the first: %s"
  errors.raise("PLAN_REFUSED", text:format(all, result.type, result.property, result.none, result.several,
    result.first), { hint = "make these records, or leave their links out with skip_unknown = true (--skip-unknown)" })
end

-- Old id -> new id of the records of a type.
local function map_of(self, records)
  local result = keys.found(self.hub, records)
  if result.none + result.several > 0 and not self.options.skip_unknown then refuse_records(result) end
  if is_shared(result.map) then
    errors.raise("PLAN_REFUSED", ("restore: several %s have the same %s"):format(result.type, result.property),
      { hint = "take the backup with a key that no two records share" })
  end
  errors.check(result.map:compact())
  return result.map
end

-- Finds the records of this account by the keys in the file.
local function find_records(self)
  local needed = check_keys(self)
  local file <close> = backup_file.open(self.path)
  while file:pair() do end -- passes the links over
  for records in function() return file:records() end do
    if needed[records.type] then self.maps[records.type] = map_of(self, records) end
  end
end

local function nobody()
  return (errors.check(native.links()))
end

-- The links of a set with the ids of this account.
local function changed_ids(self, set)
  local from, to = self.maps[set.from] or nobody(), self.maps[set.to] or nobody()
  local core, lost = errors.check(native.change_ids(set.native, from, to))
  self.skipped = self.skipped + lost
  if lost > 0 and not self.options.skip_unknown then
    errors.raise("PLAN_REFUSED", ("restore: %d links of %s to %s have a record without a key"):format(lost, set.from,
      set.to), { hint = "take the backup with a key that every record has, or leave these links out with " ..
      "skip_unknown = true (--skip-unknown)" })
  end
  return links.wrap(set.from, set.to, { native = core, names = set.names })
end

-- -- the plan ------------------------------------------------------------------------------------------------------

-- Iterates over the links of the chosen pairs.
local function each_set(self, file)
  local pair
  return function()
    while true do
      local set = pair and pair.next()
      if set then return self.options.key and changed_ids(self, set) or set end
      pair = file:pair()
      if not pair then return nil end
      local definitions = pair.definitions
      if self.wanted and not self.wanted[definitions.from .. ":" .. definitions.to] then
        pair = nil
      end
    end
  end
end

--- Plans to bring back what a backup has.
-- @tparam table hub
-- @tparam string path
-- @tparam[opt] table options
-- @treturn plan
-- @treturn table { labels = how many were made, skipped = links that were left out }
function M.plan(hub, path, options)
  options = check.options("restore", options, known) or {}
  local self = { hub = hub, path = check.type("restore: file", path, "string"), options = options, skipped = 0 }
  scan(self)
  check_account(self)
  check_scope(self)
  if options.key then find_records(self) end
  local made = ensure_labels(self)
  local file <close>, list = backup_file.open(path), {}
  for i, pair in ipairs(self.found) do list[i] = { pair.definitions.from, pair.definitions.to } end
  local plan = hub:plan({ next_set = each_set(self, file), pairs = list }, { scope = options.scope,
    prune = options.prune, most_removals = options.most_removals, labels = "exactly", primary = "exactly",
    on_progress = options.on_progress })
  plan.imagined = options.imagine_labels and made or {}
  return plan, { labels = #made, skipped = self.skipped }
end

return M
