--- The wanted links of a plan: a links set, or a file of any length, as pieces with the account's types.
--
-- A source with rows that cannot be understood is refused before planning, because a plan without these rows would
-- prune their links.
local check = require "tether.check"
local definitions = require "tether.names.definitions"
local errors = require "tether.error"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local mirror = require "tether.links.mirror"
local outcome = require "tether.outcome"
local resolve = require "tether.names.resolve"
local rows = require "tether.files.rows"
local subject = require "tether.batches.subject"

local M = {}

local Source = {}
Source.__index = Source

-- Notes a row that cannot be understood, or passes it to the caller's function.
function Source:lose(row)
  self.count = self.count + 1
  self.first = self.first or row
  if self.lost then self.lost(row) end
end

--- Raises when rows could not be understood and the caller has no function for them, or when the file was not read to
-- its end.
function Source:check()
  if self.stopped then errors.raise("CANCELLED", "plan: a signal has ended the reading of the file") end
  if self.count == 0 or self.lost then return end
  local first = self.first
  local place = first.line and ("line %d: "):format(first.line) or ""
  errors.raise("PLAN_REFUSED", ("plan: %d row%s cannot be understood; the first: %s%s"):format(self.count,
    self.count == 1 and "" or "s", place, first.error.message), { place = first.line, hint = first.error.hint })
end

-- Resolves a links set: keys become ids, names become types.
local function of_links(self, set)
  local plain, _, _, restore = subject.of(self.hub, "plan", set, { keys = self.keys })
  if #plain < #set then
    for failure in restore(outcome.new(plain)):failures() do self:lose(failure) end
  end
  local wanted = plain:resolved(function(list) return lookup.resolve(self.hub, set.from, set.to, list) end, self.hub)
  local core, sides = wanted.native, nil
  if mirror.is_one_type(set.from, set.to) then
    sides = errors.check(core:copy())
    mirror.fold(core, function(type) return definitions.inverse(self.hub, set.from, type) end)
  end
  return { from = set.from, to = set.to, native = core, sides = sides or core }
end

-- Resolves a piece of a file.
local function of_piece(self, set)
  local key = set.from .. " " .. set.to
  self.resolvers[key] = self.resolvers[key] or resolve.new(self.hub, set.from, set.to,
    { keys = self.keys, imagine_labels = self.imagines })
  local is_one_type = mirror.is_one_type(set.from, set.to)
  local sides = is_one_type and not next(set.keyed) and errors.check(set.native:copy()) or nil
  local part, lost = self.resolvers[key]:part(set)
  for _, row in ipairs(lost) do
    if row.error then self:lose(row) end
  end
  return { from = set.from, to = set.to, native = part.native, sides = sides or not is_one_type and part.native or nil }
end

--- The labels that were imagined for the file.
-- @treturn {string,...}
function Source:imagined()
  local labels = {}
  for _, source in pairs(self.resolvers) do table.move(source.created, 1, #source.created, #labels + 1, labels) end
  return labels
end

local function each_of_file(self, opened, options)
  return function()
    local set = opened:read(options.piece or rows.PIECE)
    if not set then
      self.stopped = opened.stopped
      opened:close()
      return nil
    end
    return of_piece(self, set)
  end
end

local function once(make)
  local made = false
  return function()
    if made then return nil end
    made = true
    return make()
  end
end

local function open_file(self, given, options)
  local asked = {}
  for name in pairs(rows.options) do asked[name] = options[name] end
  function asked.refused(row) self:lose(row) end
  if asked.from and asked.to then
    asked.from, asked.to = self.hub:object_type(asked.from), self.hub:object_type(asked.to)
  end
  local opened = rows.open(given, asked, "plan")
  self.pair = asked.from and asked.to and { asked.from, asked.to }
  self.notices = opened.notices
  return opened
end

--- Opens the source of a plan.
-- @tparam table hub
-- @param given a links set, an array of them, { next_set = function() -> links set or nil, pairs = { { from, to }, …
--   } }, or what tether.rows reads: a path, "-", an open file, a function. Beside a set, next_set may answer what its
--   rows are in a sorter: "records" (whose links are to be looked at), "probes" or "folded"; else they are wanted
-- @tparam table options those of tether.rows, `keys` with the rules for them, `lost` told of each row that is not
--   understood, which else refuses the plan
-- @treturn table next = function() -> { from =, to =, native = links with the account's types, one way round inside one
--   object type, kind = what they are in a sorter, nil for wanted ones, sides = the same as they were written, or nil
--   where nobody knows }; check =
--   function() raises for rows that were lost; count of these; pair, or pairs:
--   the object types that it is about, whatever it has
function M.open(hub, given, options)
  local keys = options.keys and { none = options.keys.none, several = options.keys.several }
  if keys and keys.none == "create" then
    check.refuse("plan.keys.none", "error or skip, for a plan makes no records", "create")
  end
  local self = setmetatable({ hub = hub, keys = keys, lost = options.lost, count = 0, resolvers = {},
    imagines = options.imagine_labels }, Source)
  if links.is(given) then
    self.pair = { given.from, given.to }
    self.next = once(function() return of_links(self, given) end)
  elseif type(given) == "table" and links.is(given[1]) then
    local at = 0
    function self.next()
      at = at + 1
      return given[at] and of_links(self, given[at])
    end
  elseif type(given) == "table" and given.next_set then
    self.pairs = given.pairs
    function self.next()
      local set, kind = given.next_set()
      if set and kind then return { from = set.from, to = set.to, native = set.native, kind = kind } end
      return set and of_links(self, set)
    end
  else
    self.next = each_of_file(self, open_file(self, given, options), options)
  end
  return self
end

return M
