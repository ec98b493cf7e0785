--- Preflight: what an import would do, told from its file alone, without network and account.
--
-- Distinct pairs are counted exactly. That needs memory: 20 bytes a row, and as much again while they are sorted. With
-- `distinct = false` they are not counted, and memory is constant.
local check = require "tether.check"
local errors = require "tether.error"
local mirror = require "tether.links.mirror"
local native = require "tether.native"
local plain = require "tether.plain"
local rows = require "tether.files.rows"
local tiers = require "tether.files.tiers"
local types = require "tether.types"

local SHOWN = 5 -- lines that are told of each kind

local Preflight = { __name = "tether.preflight" }
Preflight.__index = Preflight

local known = { tier = "string", distinct = "boolean", piece = "integer" }
for name, wanted in pairs(rows.options) do known[name] = wanted end

local function note(list, value)
  if #list < SHOWN then list[#list + 1] = value end
end

-- Labels that differ in case only are one label; it is told in the spelling that came first.
local function add_label(self, name, count)
  local lower = name:lower()
  self.spelling[lower] = self.spelling[lower] or name
  name = self.spelling[lower]
  self.labels[name] = (self.labels[name] or 0) + count
end

local function count_labels(self, set)
  for index, count in pairs(native.tally(set.native)) do
    local list = set.given[index] or {}
    for _, item in ipairs(list) do
      add_label(self, type(item) == "string" and item or type(item) == "table" and
        ("%s:%s"):format(item.category, item.id) or ("type %d"):format(item), count)
    end
    if #list == 0 then self.unlabeled = self.unlabeled + count end
  end
end

local function count_keys(self, set)
  for _, key in pairs(set.keyed) do
    self.keyed = self.keyed + 1
    for _, side in ipairs { "from", "to" } do
      local name = key[side] and ("%s %s"):format(set[side], key[side]:lower())
      if name and not self.seen_keys[name] then
        self.seen_keys[name] = true
        self.keys = self.keys + 1
      end
    end
  end
end

local function count_selves(self, set)
  if not mirror.is_one_type(set.from, set.to) then return end
  local found = native.selves(set.native)
  for i = 1, #found do
    if not set.keyed[found:at(i)] then
      self.selves = self.selves + 1
      note(self.self_lines, set.lines[found:at(i)])
    end
  end
end

-- The set that gathers all distinct pairs of one pair of object types.
local function whole_of(self, set)
  local key = set.from .. " " .. set.to
  self.wholes[key] = self.wholes[key] or
    { native = errors.check(native.links()), is_one_type = mirror.is_one_type(set.from, set.to) }
  return self.wholes[key].native
end

local function note_pair(self, set)
  self.from, self.to = self.from or set.from, self.to or set.to
  local name = ("%s to %s"):format(set.from, set.to)
  for _, noted in ipairs(self.pairs_of_types) do
    if noted == name then return end
  end
  self.pairs_of_types[#self.pairs_of_types + 1] = name
end

-- Values that tools write for numbers that are too large for them: the largest of 32 bits, of 64 bits and of a double.
local CLIPPED <const> = { 2147483647, 4294967295, 9007199254740991, 9007199254740992, 9223372036854775807 }
local MOST_CLIPPED = 2 -- so few rows may have such an id by chance

-- Counts the rows that have one of the ids on either side.
local function count_ids(set, ids)
  return errors.check(set.native:filter(ids, nil, nil, "count")) +
    errors.check(set.native:filter(nil, ids, nil, "count"))
end

-- Counts rows with clipped ids. Nearly no file has any, so one pass looks for all such ids before each is counted.
local function count_clipped(self, set)
  if count_ids(set, CLIPPED) == 0 then return end
  for _, id in ipairs(CLIPPED) do self.clipped[id] = (self.clipped[id] or 0) + count_ids(set, { id }) end
end

-- Notes clipped ids that stand in several rows: most likely they are no record's id.
local function add_clipped(self)
  for _, id in ipairs(CLIPPED) do
    if (self.clipped[id] or 0) > MOST_CLIPPED then
      self.notices[#self.notices + 1] = ("the id %d stands in %d rows: some tools write it for larger numbers; look " ..
        "at the ids where the file comes from"):format(id, self.clipped[id])
    end
  end
end

-- Counts a piece. Reads are counted piece by piece, because an import would read piece by piece as well.
local function count_piece(self, set, whole)
  note_pair(self, set)
  count_labels(self, set)
  count_keys(self, set)
  count_selves(self, set)
  count_clipped(self, set)
  self.reads = self.reads + (#errors.check(set.native:distinct_from()) + 999) // 1000
  if not whole then return end
  local keyed = {}
  for row in pairs(set.keyed) do keyed[#keyed + 1] = row end
  table.sort(keyed)
  errors.check(native.gather(whole, set.native, native.except(set.native, keyed)))
end

-- The time that calls take at each tier: at least so many minutes, and so many days of the daily limit.
local function costs(calls, list)
  local found = {}
  for i, tier in ipairs(list) do
    found[i] = { tier = tier.name, minutes = calls / tier.burst / 6,
      days = tier.daily and math.max(1, (calls + tier.daily - 1) // tier.daily) or 1 }
  end
  return found
end

local function add_up(self, counted, tier)
  self.good = self.rows - self.refused
  if counted then
    self.pairs = 0
    for _, whole in pairs(self.wholes) do
      if whole.is_one_type then mirror.fold_core(whole.native, function() return 0 end) end
      errors.check(whole.native:compact())
      self.pairs = self.pairs + #whole.native
    end
    self.duplicates = self.good - self.keyed - self.pairs
  end
  local writable = counted and self.pairs + self.keyed or self.good
  self.writes = (writable + 1999) // 2000
  self.key_calls = (self.keys + 99) // 100
  self.calls = self.writes + self.reads + self.key_calls
  self.blind_calls = self.writes + self.key_calls
  local list = tiers.list(tier)
  self.costs, self.blind_costs = costs(self.calls, list), costs(self.blind_calls, list)
  self.seen_keys, self.wholes = nil, nil
  add_clipped(self)
end

--- Looks at a file of links.
-- @tparam string|file path
-- @tparam[opt] table options those of tether.rows; tier: "free", "starter", "professional", "enterprise", "increase" or
--   "oauth", all of them when left out; distinct = false: pairs are not counted; piece as in hub:import
-- @treturn table rows, refused, no_link (rows in which a side is empty), columns (what was taken for what), good,
--   primaries (rows whose primary is not heeded without primary = true), pairs (distinct), duplicates, keyed (rows with
--   keys, whose pairs are not known), selves and self_lines, problems { line =, error = } (the first of each code),
--   by_code, labels (name -> rows), unlabeled, writes, reads, key_calls, calls, blind_calls, costs { { tier =,
--   minutes =, days = }, … }; tostring tells it to people
-- @raise FILE_FAILED, CSV_COLUMN_MISSING, BAD_ARGUMENT, OBJECT_TYPE_UNKNOWN
local function preflight(path, options)
  options = check.options("preflight", options, known)
  check.count("preflight.piece", options.piece, 1, true)
  tiers.list(options.tier) -- refused before the file is read
  local self = setmetatable({ refused = 0, keyed = 0, keys = 0, selves = 0, self_lines = {}, problems = {},
    by_code = {}, labels = {}, spelling = {}, unlabeled = 0, reads = 0, seen_keys = {}, clipped = {},
    wholes = {}, pairs_of_types = {} }, Preflight)
  local asked = { refused = function(row)
    local code = row.error.code
    self.by_code[code] = (self.by_code[code] or 0) + 1
    if self.by_code[code] <= SHOWN then self.problems[#self.problems + 1] = row end
    if options.refused then options.refused(row) end
  end }
  for name in pairs(rows.options) do asked[name] = asked[name] or options[name] end
  if asked.from and asked.to then
    types.object(asked.from)
    types.object(asked.to)
  end
  asked.told = function(text)
    self.columns = text
    if options.told then options.told(text) end
  end
  local source <close> = rows.open(path, asked, "preflight")
  for set in source:sets(options.piece or rows.PIECE) do
    count_piece(self, set, options.distinct ~= false and whole_of(self, set) or nil)
    set.native:close()
  end
  self.primaries = source.primaries
  self.name, self.format, self.rows, self.refused = source.name, source.format, source.count + source.refused,
    source.refused
  self.notices, self.tally = source.notices, source:tally()
  self.no_link = self.tally.empty
  add_up(self, options.distinct ~= false, options.tier)
  return self
end

-- -- text -----------------------------------------------------------------------------------------------------------

local function duration(minutes)
  if minutes < 1 then return ("%d s"):format(math.max(1, math.ceil(minutes * 60))) end
  if minutes < 120 then return ("%.1f min"):format(minutes) end
  return ("%.1f h"):format(minutes / 60)
end

local function add_problems(self, lines)
  local hints = {}
  for _, problem in ipairs(self.problems) do
    lines[#lines + 1] = ("  %-13s %s"):format(problem.error.code, problem.error.message)
    hints[problem.error.code] = problem.error.hint
  end
  if self.refused > #self.problems then
    lines[#lines + 1] = ("  and %d more"):format(self.refused - #self.problems)
  end
  for code, hint in pairs(hints) do lines[#lines + 1] = ("  %-13s what to do: %s"):format(code, hint) end
end

local function add_tally(self, lines)
  if self.no_link > 0 then lines[#lines + 1] = ("no link   %9d  rows in which a side is empty"):format(self.no_link) end
  for _, kind in ipairs(self.tally.counted) do
    lines[#lines + 1] = ("%-9s %9d  %s"):format(kind.is_skipped and "passed" or "converted", kind.count, kind.text)
  end
  if self.tally.long then lines[#lines + 1] = "warning   " .. self.tally.long end
end

local function add_labels(self, lines)
  local names = {}
  for name in pairs(self.labels) do names[#names + 1] = name end
  table.sort(names, function(a, b)
    return self.labels[a] > self.labels[b] or (self.labels[a] == self.labels[b] and a < b)
  end)
  for i = 1, math.min(#names, 60) do
    lines[#lines + 1] = ("  %9d  %s"):format(self.labels[names[i]], plain.line(names[i]))
  end
  if #names > 60 then lines[#lines + 1] = ("  and %d more labels"):format(#names - 60) end
  if self.unlabeled > 0 then lines[#lines + 1] = ("  %9d  (no label)"):format(self.unlabeled) end
end

local function add_costs(self, lines)
  lines[#lines + 1] = ("calls     %9d  %d writes, %d reads of what the pairs have%s"):format(self.calls, self.writes,
    self.reads, self.keys > 0 and (", %d for %d keys"):format(self.key_calls, self.keys) or "")
  lines[#lines + 1] = ("blind     %9d  without the reads (read = false, --blind)"):format(self.blind_calls)
  for i, cost in ipairs(self.costs) do
    lines[#lines + 1] = ("  %-13s at least %s, blind %s%s"):format(cost.tier, duration(cost.minutes),
      duration(self.blind_costs[i].minutes), cost.days > 1 and ("; %d days of its daily limit"):format(cost.days) or "")
  end
end

--- The same for people.
function Preflight:__tostring()
  local lines = { ("%s: %s, %s"):format(self.name, self.format,
    self.from and table.concat(self.pairs_of_types, ", ") or "no rows") }
  if self.columns then lines[#lines + 1] = "columns   " .. self.columns end
  for _, notice in ipairs(self.notices) do lines[#lines + 1] = "note      " .. notice end
  lines[#lines + 1] = ("rows      %9d"):format(self.rows)
  lines[#lines + 1] = ("refused   %9d"):format(self.refused)
  add_problems(self, lines)
  add_tally(self, lines)
  if self.pairs then
    lines[#lines + 1] = ("pairs     %9d  distinct"):format(self.pairs)
    lines[#lines + 1] = ("repeated  %9d"):format(self.duplicates)
  end
  if self.keyed > 0 then lines[#lines + 1] = ("with keys %9d"):format(self.keyed) end
  if self.primaries > 0 then
    lines[#lines + 1] = ("primary   %9d  moved with primary = true, --primary, alone"):format(self.primaries)
  end
  if self.selves > 0 then
    lines[#lines + 1] = ("to itself %9d  lines %s%s"):format(self.selves, table.concat(self.self_lines, ", "),
      self.selves > #self.self_lines and ", …" or "")
  end
  lines[#lines + 1] = "labels"
  add_labels(self, lines)
  add_costs(self, lines)
  return table.concat(lines, "\n")
end

return preflight
