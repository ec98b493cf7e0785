--- Makes a plan: the wanted links are sorted, compared with the account's links, and written into a job, piece by
-- piece.
--
-- Memory is that of some pieces, whatever the length of the file: links that do not fit are sorted in a temporary file,
-- and the job itself is a temporary file until it is saved.
local check = require "tether.check"
local errors = require "tether.error"
local ids_of_account = require "tether.batches.ids"
local job_native = require "tether.job.native"
local jobs = require "tether.plan.parts.job"
local limits = require "tether.plan.parts.limits"
local lookup = require "tether.names.lookup"
local native = require "tether.native"
local pair_facts = require "tether.plan.parts.pair"
local plan = require "tether.plan.plan"
local reader = require "tether.batches.reader"
local rows = require "tether.files.rows"
local source = require "tether.plan.parts.source"

local M = {}

local MOST_REMOVALS = 100 -- when no option says how many
local MOST_TOLD = 10000 -- notes about rows that are left as they are; a job keeps no more
local AT_FIRST, MOST_RECORDS, ROOM, WANTED = 2000, 8000, 300000, 100000 -- records read at once; links held of them

local known = { scope = "string", labels = "any", prune = "boolean", most_removals = "any", primary = "any",
  keys = "table", lost = "function", imagine_labels = "boolean", piece = "integer", on_progress = "function" }
for name, kind in pairs(rows.options) do known[name] = known[name] or kind end

local scopes = { pairs = true, from = true, to = true, all = true }

local function refuse(text, hint)
  errors.raise("PLAN_REFUSED", "plan: " .. text, { hint = hint })
end

-- Which labels the plan manages: "at least", "exactly", or a list of labels.
local function labels_of(options)
  local labels = options.labels or "at least"
  if labels == "at least" or labels == "exactly" then return labels end
  if type(labels) ~= "table" or #labels == 0 then
    check.refuse("plan.labels", '"at least", "exactly" or a list of labels', labels)
  end
  return "managed", labels
end

local function primary_of(given)
  if given == nil or type(given) == "boolean" or given == "exactly" then return given or false end
  return check.refuse("plan.primary", 'true, false or "exactly"', given)
end

-- The most links that may be removed, given the number of links in the scope.
local function ceiling_of(given, present)
  if given == nil then return MOST_REMOVALS end
  local percent = type(given) == "string" and tonumber(given:match "^(%d+%.?%d*)%%$")
  if percent then return math.floor(present * percent / 100) end
  return check.count("plan.most_removals", math.tointeger(tonumber(given)) or given, 0)
end

local function read_options(options)
  options = check.options("plan", options, known)
  local scope = options.scope or "pairs"
  if not scopes[scope] then check.refuse("plan.scope", "pairs, from, to or all", scope) end
  local labels, managed = labels_of(options)
  if options.prune and scope == "pairs" then
    errors.raise("BAD_ARGUMENT", "plan: prune needs a scope: which links may go", {
      hint = 'pass scope = "from" (all links of the records on that side), "to" or "all"' })
  end
  ceiling_of(options.most_removals, 0)
  check.count("plan.piece", options.piece, 1, true)
  return { given = options, scope = scope, labels = labels, managed = managed, prune = options.prune or false,
    primary = primary_of(options.primary) }
end

local Making = {}
Making.__index = Making

-- The state of a pair of object types.
function Making:pair(from, to)
  local key = from .. " " .. to
  local pair = self.by_pair[key]
  if pair then return pair end
  pair = { from = from, to = to, facts = pair_facts.facts(self.hub, from, to), rows = 0,
    sorter = errors.check(job_native.sorter()), id = errors.check(self.job:pair(from, to)) }
  pair.probes = self.asked.prune and (self.asked.scope == "to" or pair.facts.one_type and self.asked.scope ~= "all")
  pair.sides = pair.probes and errors.check(job_native.sorter()) or nil
  self.by_pair[key], self.pairs[#self.pairs + 1] = pair, pair
  return pair
end

-- Notes the records whose links are in the scope, where these must be looked for from the other side.
local function note_sides(self, pair, piece)
  if not pair.sides then return end
  if not piece.sides then
    refuse(("inside %s the scope %s needs ids in the file, for keys do not tell which side is which"):format(pair.from,
      self.asked.scope), 'use ids, or scope = "all"')
  end
  errors.check(pair.sides:add(piece.sides, self.asked.scope == "to" and "targets" or "records"))
end

local function take_source(self, opened)
  for _, pair in ipairs(opened.pairs or { opened.pair }) do self:pair(pair[1], pair[2]) end
  for piece in opened.next do
    local pair = self:pair(piece.from, piece.to)
    if not piece.kind then pair.rows = pair.rows + #piece.native end
    errors.check(pair.sorter:add(piece.native, piece.kind or "links"))
    note_sides(self, pair, piece)
    piece.native:close()
  end
  opened:check()
end

-- The number of records to read at once: as many as have no more links than there is room for.
local function width(held, records, ceiling)
  if not held then return AT_FIRST end
  local fit = math.floor(ROOM / math.max(1, held / records))
  return math.max(ceiling, math.min(MOST_RECORDS, fit) // ceiling * ceiling)
end

-- The links that the account has for some records; they are read, unless a workflow knows them.
local function read(self, asked, from, to)
  local current, calls
  if self.flow.current then current, calls = self.flow.current(from, to, asked) end
  if current then return current, calls end
  return reader.of_set(self.hub, { native = asked, from = from, to = to })
end

-- Calls a function for each portion of a sorter with the links that the account has for its records: function(wanted,
-- probes, current, asked).
local function each_portion(self, sorter, from, to, use)
  local held, records = nil, 1
  local ceiling = self.hub.ceilings.batch_read or native.operation("batch_read", self.hub.version).ceiling
  while true do
    local wanted, probes, asked = errors.check(sorter:take(width(held, records, ceiling), WANTED))
    if not wanted then return end
    local current, calls = read(self, asked, from, to)
    held, records, self.reads = #current, #asked, self.reads + calls
    errors.check(current.native:compact())
    use(wanted, probes, current, asked)
    for _, core in ipairs { wanted, probes, asked, current.native } do core:close() end
    if self.asked.given.on_progress then self.asked.given.on_progress(self.counts(self)) end
    collectgarbage "step"
  end
end

-- Reads links of the scope from their other end, to learn which records have them.
local function find_probes(self, pair)
  local from, to = pair.from, pair.to
  if self.asked.scope == "to" and not pair.facts.one_type then from, to = to, from end
  each_portion(self, pair.sides, from, to, function(_, _, current)
    errors.check(pair.sorter:add(current.native, pair.facts.one_type and "folded" or "turned"))
  end)
  pair.sides:close()
end

local function add_all_records(self, pair)
  local count, ids = { pages = 0 }, errors.check(native.links())
  for id in ids_of_account(self.hub, pair.from, count) do errors.check(ids:add(id, 1, 0)) end
  errors.check(pair.sorter:add(ids, "records"))
  ids:close()
  self.reads = self.reads + count.pages
end

local function policy_of(self, pair)
  local policy = { labels = self.asked.labels, primary = self.asked.primary ~= false,
    drops_primary = self.asked.primary == "exactly", one_type = pair.facts.one_type,
    plain = pair.facts.plain, primaries = pair.facts.primaries, kept = pair.facts.kept, limits = pair.facts.limits,
    prune = "nothing", managed = {}, batch = self.asked.given.piece }
  if self.asked.prune then policy.prune = pair.probes and "probed" or "records" end
  if self.flow.removes then policy.prune = "probed" end
  for i, label in ipairs(self.asked.managed or {}) do
    policy.managed[i] = lookup.type(self.hub, pair.from, pair.to, label)
  end
  return policy
end

local function compare(self, pair)
  pair.planner = job_native.planner(self.job, pair.id, policy_of(self, pair))
  each_portion(self, pair.sorter, pair.from, pair.to, function(wanted, probes, current, asked)
    if self.flow.rule then wanted, probes = self.flow.rule(pair, wanted, probes, current, asked) end
    errors.check(pair.planner:compare(wanted, current.native, probes))
    errors.check(pair.planner:flush(false))
  end)
  errors.check(pair.planner:flush(true))
  pair_facts.name_types(self.hub, self.job, pair.id, pair.from, pair.to)
  pair.wanted, pair.contradictions, pair.first_from, pair.first_to = pair.sorter:counts()
  pair.sorter:close()
end

--- The counts so far, over all pairs.
function Making:counts()
  local sum = { wanted = 0 }
  for _, pair in ipairs(self.pairs) do
    sum.wanted = sum.wanted + pair.rows
    for name, count in pairs(pair.planner and pair.planner:counts() or {}) do sum[name] = (sum[name] or 0) + count end
  end
  return sum
end

-- -- reasons to refuse a plan, all checked before anything is written to the account
-- ------------------------------------

local function check_contradictions(self)
  for _, pair in ipairs(self.pairs) do
    if self.asked.labels ~= "at least" and pair.contradictions > 0 then
      refuse(("%d row%s of %s to %s contradict another row of the same pair; the first: %d to %d"):format(
        pair.contradictions, pair.contradictions == 1 and "" or "s", pair.from, pair.to, pair.first_from,
        pair.first_to),
        "give each pair one row with all its labels, or plan with labels = \"at least\"")
    end
    local found = pair.planner:counts()
    if self.asked.primary and found.contradictions > 0 then
      refuse(("%d record%s of %s are given two primaries; the first: %d"):format(found.contradictions,
        found.contradictions == 1 and "" or "s", pair.from, found.contradicting), "give each record one primary")
    end
  end
end

local function check_not_empty(self)
  if not self.asked.prune then return end
  local sum = 0
  for _, pair in ipairs(self.pairs) do sum = sum + pair.rows end
  if sum > 0 then return end
  refuse("nothing is wanted: with prune that would remove every link of the scope",
    "look at the file; to remove links, name them to hub:dissociate")
end

local function check_removals(self, counts)
  if not self.asked.prune then return end
  local given = self.asked.given.most_removals
  local most = ceiling_of(given, counts.present)
  if counts.unlink <= most then return end
  refuse(("%d of %d links would be removed, and at most %d may be%s"):format(counts.unlink, counts.present, most,
    given and "" or " where nobody says otherwise"), ("look at the file; if that is right, pass most_removals = %d")
    :format(counts.unlink))
end

-- -----------------------------------------------------------------------------------------------------------------

-- Blocks the changes that a limit of the to side forbids.
local function keep_limits(self, counts)
  for _, pair in ipairs(self.pairs) do
    for _, limit in ipairs(pair.facts.one_type and {} or pair.facts.back) do
      local blocked, calls, kept = limits.block(self.hub, self.job,
        { id = pair.id, from = pair.from, to = pair.to, limit = limit })
      for action, count in pairs(blocked) do
        counts[action], counts.blocked = counts[action] - count, counts.blocked + count
      end
      self.reads, counts.primary = self.reads + calls, counts.primary - kept
    end
  end
end

-- Notes a record, or a link, that a workflow leaves as it is.
local function leave(self, from, to, text)
  self.left = self.left + 1
  if self.left > MOST_TOLD then return end
  errors.check(self.job:note(0, "left", from, to or 0, text))
end

local function run(self, given)
  if self.flow.begin then self.flow.begin(function(...) leave(self, ...) end, self.job) end
  local opened = source.open(self.hub, given, self.asked.given)
  take_source(self, opened)
  check_not_empty(self)
  for _, pair in ipairs(self.pairs) do
    if pair.sides then find_probes(self, pair) end
    if self.asked.prune and self.asked.scope == "all" then add_all_records(self, pair) end
    compare(self, pair)
  end
  if self.flow.ended then self.flow.ended() end
  check_contradictions(self)
  local counts = self:counts()
  check_removals(self, counts)
  keep_limits(self, counts)
  counts.reads = self.reads + (self.flow.reads and self.flow.reads() or 0)
  counts.lost, counts.left = opened.count, self.left
  return counts, opened:imagined()
end

--- Makes a plan: reads the account's links, and finds what would change. Nothing is written to the account.
-- @tparam table hub
-- @param given a links set, an array of them, or what tether.rows reads; or a workflow: a table of next_set and pairs
--   (see tether.plan.parts.source) and, where it has any of them,
--   begin = function(leave, job) called first: leave(from id, to id or nil, text) tells of what is left as it is;
--   current = function(from, to, asked) -> links set of what these records have, and the calls that it took; nil: read;
--   rule = function(pair, wanted, probes, current, asked) -> wanted, probes: compact native sets, all links of a record
--   together; current is a links set, asked has the records; removes = true: probes that are not wanted are removed;
--   ended = function() called before the end, may raise; reads = function() -> calls that the workflow has made
-- @tparam[opt] table options
-- @treturn plan
function M.make(hub, given, options)
  local asked = read_options(options)
  local job <close> = jobs.guard(jobs.new(hub, "plan"))
  local self = setmetatable({ hub = hub, asked = asked, job = job.native, by_pair = {}, pairs = {}, reads = 0,
    flow = type(given) == "table" and given.next_set and given or {}, left = 0 }, Making)
  local counts, imagined = run(self, given)
  local made = plan.wrap(hub, jobs.finish(job, counts))
  made.imagined = imagined
  return made
end

return M
