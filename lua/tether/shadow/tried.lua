--- Makes a job of a shadow's writes, from the first and the last state of all records, links and definitions.
local definitions = require "tether.names.definitions"
local errors = require "tether.error"
local job_native = require "tether.job.native"
local jobs = require "tether.plan.parts.job"
local links = require "tether.shadow.links"
local mirror = require "tether.links.mirror"
local native = require "tether.native"
local pair_facts = require "tether.plan.parts.pair"
local plan = require "tether.plan.plan"
local reader = require "tether.batches.reader"
local steps = require "tether.plan.steps"
local tried_records = require "tether.shadow.tried_records"
local tried_definitions = require "tether.shadow.tried_definitions"
local seed = require "tether.shadow.seed"
local shadow_definitions = require "tether.shadow.definitions"
local sorted = require "tether.shadow.sorted"

local M = {}

local AT_ONCE = 5000 -- records compared at once

-- The ids of a direction whose links were written, new records last. Archived records keep their links in the portal.
local function ids_of(tied, found)
  local ids, seen = {}, {}
  local gone, made = found.archived[tied.from] or {}, {}
  for type in pairs(tied.born or {}) do
    if type == tied.from then made = found.made[type] or {} end
  end
  local function add(id)
    local is_gone = gone[id] or (seed.is_new(id) and not found.is_made[tied.from .. " " .. id])
    if not seen[id] and not is_gone then ids[#ids + 1], seen[id] = id, true end
  end
  for id in pairs(tied.ids) do add(id) end
  for _, id in ipairs(made) do add(id) end
  table.sort(ids)
  return ids
end

-- Whether a link is left out: a link to an archived record goes with the record.
local function is_left_out(found, type, id)
  return found.archived[type] and found.archived[type][id] or false
end

local function add_link(core, memo, from, to, list)
  if not memo[list] then memo[list] = errors.check(core:intern(list)) end
  errors.check(core:add(from, to, memo[list]))
end

-- The links of records before the script.
local function before_of(self, tied, ids, found)
  local core, memo = errors.check(native.links()), {}
  for _, id in ipairs(ids) do
    for other, list in links.before(self, tied.from, id, tied.to) do
      if not is_left_out(found, tied.to, other) then add_link(core, memo, id, other, list) end
    end
  end
  return core
end

-- The links of records now, without links to archived records.
local function after_of(self, tied, ids)
  local asked = errors.check(native.links())
  for _, id in ipairs(ids) do errors.check(asked:add(id, 1, 0)) end
  local set = reader.of_set(self.inner, { native = asked, from = tied.from, to = tied.to })
  asked:close()
  return set.native
end

local function shadow_pair(self, tied)
  return shadow_definitions.ensure(self, tied.from, tied.to)
end

local function policy_of(self, tied)
  local special = pair_facts.types(self.inner, tied.from, tied.to)
  return { labels = "exactly", primary = true, drops_primary = true, one_type = special.one_type, plain = special.plain,
    primaries = special.primaries, kept = {},
    limits = tried_definitions.limits(self, shadow_pair(self, tied), tied.from, tied.to),
    prune = "probed", managed = {} }
end

local function fold(self, tied, core)
  if not mirror.is_one_type(tied.from, tied.to) then return end
  mirror.fold(core, function(type) return definitions.inverse(self.inner, tied.from, type) end)
end

-- Compares a portion of the records.
local function compare(self, tied, ids, found, planner)
  local before, after = before_of(self, tied, ids, found), after_of(self, tied, ids)
  for _, core in ipairs { before, after } do
    fold(self, tied, core)
    errors.check(core:compact())
  end
  errors.check(planner:compare(after, before, before))
  errors.check(planner:flush(false))
  before:close()
  after:close()
end

local function compare_pair(self, job, tied, found, counts)
  local ids, pair = ids_of(tied, found), errors.check(job:pair(tied.from, tied.to))
  local planner = job_native.planner(job, pair, policy_of(self, tied))
  for first = 1, #ids, AT_ONCE do
    compare(self, tied, table.move(ids, first, math.min(first + AT_ONCE - 1, #ids), 1, {}), found, planner)
  end
  errors.check(planner:flush(true))
  pair_facts.name_types(self.inner, job, pair, tied.from, tied.to)
  for _, name in ipairs { "link", "relabel", "unlink", "primary", "present" } do
    counts[name] = (counts[name] or 0) + (planner:counts()[name] or 0)
  end
end

local function add_steps(job, list, counts)
  for _, step in ipairs(list) do
    local name = step.facts.type and step.facts.action or "define"
    counts[name] = (counts[name] or 0) + 1
    steps.add(job, step.phase, step.facts)
  end
end

--- The plan of all that a shadow was asked to change.
-- @tparam table self the shadow
-- @treturn plan for the account
function M.plan(self)
  local job <close> = jobs.guard(jobs.new(self.account, "plan"))
  local found, counts = tried_records.find(self), { reads = self.account:stats().requests - self.requests }
  add_steps(job.native, tried_definitions.steps(self), counts)
  add_steps(job.native, found.steps, counts)
  for _, key in ipairs(sorted(self.tied)) do compare_pair(self, job.native, self.tied[key], found, counts) end
  return plan.wrap(self.account, jobs.finish(job, counts))
end

return M
