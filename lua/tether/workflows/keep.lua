--- keep: a rule that is kept true. Each tick runs a workflow for the records that have changed, and once a day for all.
--
-- The state is a small job file, whose lock allows one tick at a time. A record that only the rule itself has changed
-- since the last tick is not looked at: such a change is an echo.
local changed = require "tether.hub.changed"
local check = require "tether.check"
local errors = require "tether.error"
local flow = require "tether.workflows.parts.flow"
local job_native = require "tether.job.native"
local moment = require "tether.names.moment"
local native = require "tether.native"

local M = {}

local known = { state = "string", workflow = "string", options = "table", ids = "table",
  sweep = "number" }
local DAY, MOST_OWN = 24, 20000 -- hours; records that are remembered as written

local CLOCK = 1000 -- ms: a server tells its time in whole seconds. Who changes a record within them waits for the sweep

local rules = { inherit = true, orphans = true, match = true, primary = true, relabel = true }

local function exists(path)
  local file <close> = io.open(path, "rb")
  return file ~= nil
end

-- Opens the state, and locks it.
local function open_state(path)
  if not exists(path) then
    local made = errors.check(job_native.create(path))
    errors.check(made:set("kind", "keep"))
    errors.check(made:commit())
    made:close()
  end
  local state = errors.check(job_native.open(path, true))
  if errors.check(state:get "kind") == "keep" then return state end
  state:close()
  errors.raise("JOB_FILE", ("keep: %s is a job, and no state of a rule"):format(path), { hint = "name another file" })
end

local function number(state, key)
  return math.tointeger(tonumber((errors.check(state:get(key)))))
end

-- The rule's own writes in the last ticks: id -> time of its last write, in milliseconds.
local function own_of(state)
  local own = {}
  for id, at in errors.check(state:get "own"):gmatch "(%d+) (%d+)" do own[math.tointeger(id)] = math.tointeger(at) end
  return own
end

local function keep_own(state, own, since)
  local lines = {}
  for id, at in pairs(own) do
    if at >= since and #lines < MOST_OWN then lines[#lines + 1] = ("%d %d"):format(id, at) end
  end
  errors.check(state:set("own", table.concat(lines, "\n")))
end

-- Records that have changed, and records that the caller names, without echoes.
local function dirty_of(self, own)
  local property = changed.property(self.hub, self.type)
  local next_record, found = self.hub:changed(self.type, self.since, { properties = { property } })
  local list, seen, echoes = {}, {}, 0
  for record in next_record do
    local at = own[record.id] and moment.of("keep: " .. property, record.properties[property])
    if at and at <= own[record.id] then
      echoes = echoes + 1
    elseif not seen[record.id] then
      list[#list + 1], seen[record.id] = record.id, true
    end
  end
  for _, id in ipairs(self.options.ids or {}) do
    id = check.id("keep: a record", id)
    if not seen[id] then list[#list + 1], seen[id] = id, true end
  end
  return list, echoes, found.next
end

local function run(self, ids)
  local options = { ids = ids }
  for name, value in pairs(self.options.options) do options[name] = value end
  return require("tether.workflows." .. self.options.workflow).plan(self.hub, options)
end

-- Applies a plan, and remembers which records it has written.
local function apply(self, plan, own)
  local written = {}
  for change in plan:changes() do
    if not change.text then written[change.from] = true end
  end
  local report = plan:apply()
  local at = native.wall_ms() + (self.hub:stats().skew_ms or 0) + CLOCK
  for id in pairs(written) do own[id] = at end
  return report
end

-- Looks at every record. The next tick goes on from the time at which the sweep began.
local function sweep(self, result)
  result.swept = true
  local next_at = native.wall_ms() + (self.hub:stats().skew_ms or 0) - 60000
  return run(self, nil), next_at
end

local function tick(self, state)
  local now, own, result = native.wall_ms(), own_of(state), { dirty = 0, echoes = 0, swept = false }
  local swept_at = number(state, "swept_at")
  local plan, next_at
  self.since = number(state, "next")
  if not self.since or not swept_at or now - swept_at >= self.sweep_ms then
    plan, next_at = sweep(self, result)
  else
    local ids, echoes
    ids, echoes, next_at = dirty_of(self, own)
    result.dirty, result.echoes = #ids, echoes
    plan = #ids > 0 and run(self, ids) or nil
  end
  result.left = plan and plan.left or 0
  result.changes = plan and #plan or 0
  -- Errors are raised before anything is kept, so that the next tick looks at the same records again.
  if result.changes > 0 then result.report = apply(self, plan, own) end
  errors.check(state:set("next", ("%d"):format(next_at)))
  if result.swept then errors.check(state:set("swept_at", ("%d"):format(now))) end
  keep_own(state, own, next_at)
  return result
end

--- Keeps a rule true: runs a workflow for the records that have changed since the last tick, or that webhooks have
-- named, and once a day for all. To be called from cron, or in a loop; two ticks never run at once.
--
--     tether.workflows.keep(hub, { state = "inherit.keep", workflow = "inherit",
--       options = { from = "deals", via = "contacts", to = "companies" } })
-- @tparam table hub
-- @tparam table options state = a file that the rule has to itself; workflow: inherit, orphans, match, primary or
--   relabel; options: its own; ids = records that webhooks have named; sweep (24): hours between two looks at all
-- @treturn table dirty: records that were looked at; echoes: those that only the rule itself had changed; swept:
--   whether it was a look at all; changes: how many; left; report: of hub:apply, nil where nothing was to be done
-- @raise JOB_BUSY: another tick is at work; JOB_FILE; BAD_ARGUMENT, OPTION_UNKNOWN, and what the workflow refuses
function M.plan(hub, options)
  options = flow.options("keep", options, known, { "state", "workflow", "options" })
  if not rules[options.workflow] then
    check.refuse("keep.workflow", "inherit, orphans, match, primary or relabel", options.workflow)
  end
  if options.options.ids ~= nil or options.options.changed_since ~= nil then
    errors.raise("BAD_ARGUMENT", "keep: the rule itself says which records are looked at: leave ids and " ..
      "changed_since out of its options")
  end
  local from = options.options.from or "contacts"
  local self = { hub = hub, options = options, type = hub:object_type(from),
    sweep_ms = math.floor((options.sweep or DAY) * 3600000) }
  local state = open_state(options.state)
  local ran, result = pcall(tick, self, state)
  state:close()
  if not ran then error(result, 0) end
  return result
end

return M
