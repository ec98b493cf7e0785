--- inherit: records get the links of a record that they are linked to, such as a deal the company of its contact.
--
-- One walk finds the records that have a link already, so the plan knows that the others have none. Each middle record
-- is read once, however many records share it.
local errors = require "tether.error"
local flow = require "tether.workflows.parts.flow"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local mirror = require "tether.links.mirror"
local newest = require "tether.workflows.parts.newest"

local M = {}

local known = flow.with_whom { from = "string", via = "string", to = "string", choose = "string", label = "any",
  via_label = "any", as = "any", where = "string" }

local SAMPLE = 1000 -- records of a batch read of links

-- Keeps some of the records that have a link, for may_have_middles.
local function keep_sample(self, set)
  local last = 0
  for row = 1, #set do
    if #self.sample == SAMPLE then return end
    local from = set.native:row(row)
    if from ~= last then errors.check(self.sample:add(from, 1, 0)) end
    last = from
  end
end

-- Sorts the records without a link, or all records.
local function take_records(self)
  if self.where == "any" then
    for set in flow.records(self.hub, self.from, self.via, self.options, self.tally) do
      errors.check(self.records:add(set.native, "records"))
    end
    return
  end
  local asked = flow.of_whom(self.options)
  asked.empty = true
  local next_set, count, _, reading = self.hub:each_link(self.from, self.to, asked)
  local reading <close> = reading -- luacheck: ignore
  for set, empty in next_set do
    local ids = flow.none()
    for _, id in ipairs(empty) do errors.check(ids:add(id, 1, 0)) end
    self.without = self.without + #empty
    errors.check(self.records:add(ids, "records"))
    keep_sample(self, set)
    set.native:close()
  end
  self.tally.reads, self.tally.pages = self.tally.reads + count.reads, self.tally.pages + count.pages
  self.tally.records = count.records
end

-- Notes named records that have no middle record. In the whole account there are many such records, so they are not
-- noted.
local function tell_without_middle(self, asked, rows)
  if not flow.is_part(self.options) then return end
  errors.check(asked:sort())
  local _, without = errors.check(asked:by_record(rows))
  for row = 1, #without do self.leave(without:row(row), nil, self.no_middle) end
end

-- Whether records that have their link also have middle records. It is asked only when no other record has one: a rule
-- that is kept true leaves just those without. When there are more records than the sample, the others may have middle
-- records, so nothing is refused, and a notice tells of it.
local function may_have_middles(self)
  errors.check(self.sample:compact())
  if #self.sample == 0 then return false end
  if #flow.read(self.hub, self.from, self.via, self.sample, self.tally) > 0 then return true end
  if #self.sample < SAMPLE then return false end
  local text = "inherit: no %s without a link to %s has one to %s, nor have %d with a link that were asked: nothing " ..
    "comes through it; is another object type meant (via)?"
  table.insert(self.hub.notices, text:format(self.from, self.to, self.via, SAMPLE))
  return true
end

-- Finds the middle records of each record, turned: from a middle record to the records that ask through it.
local function find_middles(self)
  local any = 0
  for wanted, probes, asked in flow.portions(self.records) do
    local set = flow.read(self.hub, self.from, self.via, asked, self.tally)
    local rows = flow.with_type(set, self.via_type)
    any = any + #rows
    tell_without_middle(self, asked, rows)
    errors.check(self.middles:add(rows, "turned"))
    for _, core in ipairs { wanted, probes, asked, set.native } do core:close() end
  end
  local asked = self.where == "any" and self.tally.records or self.without
  if any == 0 and asked > 0 and not flow.is_part(self.options) and not may_have_middles(self) then
    errors.raise("PLAN_REFUSED", ("inherit: no %s without a link to %s has one to %s%s: nothing comes through it")
      :format(self.from, self.to, self.via, self.via_type and " with this label" or ""),
      { hint = "name another object type between them (via), or another label (via_label)" })
  end
end

-- The links of middle records; only the chosen ones count.
local function candidates(self)
  for wanted, probes, asked in flow.portions(self.middles) do
    local set = flow.read(self.hub, self.via, self.to, asked, self.tally)
    local chosen = flow.with_type(set, self.type)
    local found = errors.check(probes:through(chosen))
    errors.check(self.found:add(found, "probes"))
    for _, core in ipairs { wanted, probes, asked, set.native, found } do core:close() end
  end
end

local function next_set(self)
  if not self.portions then
    take_records(self)
    find_middles(self)
    candidates(self)
    self.portions = flow.portions(self.found)
  end
  local _, probes = self.portions()
  local chosen = probes and flow.choose(self, probes, "several candidates: %s")
  return chosen and flow.links(self.from, self.to, chosen, self.options.as)
end

-- Reads the options in the account's words; refuses whatever can be refused before reading.
local function read(hub, options)
  options = flow.options("inherit", options, known, { "from", "via", "to" })
  local self = { hub = hub, options = options, from = hub:object_type(options.from), via = hub:object_type(options.via),
    to = hub:object_type(options.to), where = flow.choice("inherit.where", options.where or "empty", "empty", "any"),
    choose = flow.choice("inherit.choose", options.choose or "only", "only", "primary", "recent", "all"),
    tally = flow.tally(), without = 0, sample = flow.none(), records = flow.sorter(),
    middles = flow.sorter(), found = flow.sorter() }
  if mirror.is_one_type(self.from, self.to) then
    errors.raise("BAD_ARGUMENT", "inherit: from and to are the same object type")
  end
  self.via_type = flow.type(hub, self.from, self.via, options.via_label)
  self.no_middle = ("it has no link to %s%s"):format(self.via, self.via_type and " with this label" or "")
  self.type = flow.type(hub, self.via, self.to, options.label) or
    self.choose == "primary" and lookup.primary(hub, self.via, self.to) or nil
  flow.type(hub, self.from, self.to, options.as)
  self.newest = newest.of(hub, self.to, self.tally)
  return self
end

--- Plans to give records the links of records that they are linked to.
--
--     tether.workflows.inherit(hub, { from = "deals", via = "contacts", to = "companies", choose = "primary" }):apply()
-- @tparam table hub
-- @tparam table options from, via, to: object types; choose: which links of the middle record count: "only" (all, and
--   there must be one candidate; the default), "primary", "recent" (of several candidates the record that was made
--   last), "all"; label: only links with it count; via_label: only middle records with it count; as = label of the new
--   links; where = "empty" (records without a link of the kind, the default) or "any"; ids, column, changed_since: as
--   for hub:each_link
-- @treturn plan `left` counts records with several candidates, and of ids and changed_since those without a middle
--   record; its changes tell them
-- @treturn table records: how many were looked at; without: how many of them have no link of the kind
-- @raise PLAN_REFUSED: no record has a middle record, and of those with a link none either (of 1,000 or more, 1,000 are
--   asked, and a notice tells it); LABEL_UNKNOWN, TYPE_UNKNOWN, BAD_ARGUMENT, OPTION_UNKNOWN
function M.plan(hub, options)
  local self = read(hub, options)
  local made = { pairs = { { self.from, self.to } }, next_set = function() return next_set(self) end,
    begin = function(leave) self.leave = leave end }
  if self.where == "empty" then
    made.current = function(from, to) return links.new(from, to), 0 end
  end
  return flow.plan(hub, made, self.tally), { records = self.tally.records, without = self.without }
end

return M
