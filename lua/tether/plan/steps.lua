--- Steps of a job: changes of records and definitions, done before its links are written (phase 1) and after (phase 2).
--
-- A step is marked as sent before its request goes out. After an interruption such steps are settled: updates,
-- archives, labels and limits are done again; a new record is looked for by its unique property, and without one it
-- stays in doubt.
local errors = require "tether.error"
local json = require "tether.json"
local problem = require "tether.connection.problem"
local mapping = require "tether.plan.parts.mapping"
local records = require "tether.plan.parts.step_records"
local definitions = require "tether.plan.parts.step_definitions"

local M = {}

local AT_ONCE = 100 -- steps that may share a request

local doers = { create = records.create, update = records.update, archive = records.archive, label = definitions.label,
  rename = definitions.rename, delete_label = definitions.delete, limit = definitions.limit }

--- Adds a step to a job that is made.
-- @param job native
-- @tparam integer phase
-- @tparam table facts action = "create", "update", "archive", "label", "rename", "delete_label" or "limit", and what it
--   needs
function M.add(job, phase, facts)
  errors.check(job:step(phase, json.encode(facts)))
end

--- Iterates over the steps of a phase: facts, with `step` = its number, `state` and `result`.
-- @param job native
-- @tparam integer phase
-- @treturn function
function M.each(job, phase)
  local list, at, last = {}, 0, 0
  return function()
    at = at + 1
    if at > #list then
      list, at = errors.check(job:steps(phase, last, AT_ONCE)), 1
      if #list == 0 then return nil end
    end
    local row = list[at]
    last = row.id
    local facts = json.decode(row.facts)
    if type(facts) ~= "table" then errors.raise("JOB_FILE", "the job file is damaged: a step cannot be understood") end
    facts.step, facts.state, facts.result = row.id, row.state, row.result
    return facts
  end
end

-- Groups steps that may share a request: successive steps with one action and one object type.
local function groups(job, phase)
  local next_step, held = M.each(job, phase), nil
  return function()
    local group = { held or next_step() }
    held = nil
    while group[1] and #group < AT_ONCE do
      local step = next_step()
      if not step then break end
      if step.action ~= group[1].action or step.type ~= group[1].type or not step.type then
        held = step
        break
      end
      group[#group + 1] = step
    end
    return group[1] and group
  end
end

local OPEN = { pending = true, sent = true, unknown = true }

--- Writes the new `state` and `result` of steps, in one transaction.
function M.move(job, list)
  errors.check(job:begin())
  for _, step in ipairs(list) do errors.check(job:step_move(step.step, step.state, step.result or "")) end
  errors.check(job:finish())
end

local function do_group(run, group)
  local open = {}
  for _, step in ipairs(group) do
    if OPEN[step.state] then open[#open + 1] = step end
  end
  if #open == 0 then return end
  local do_it = doers[open[1].action] or errors.raise("JOB_FILE",
    ("the job has a step that is not known: %s"):format(tostring(open[1].action)))
  do_it(run, open, function(list) M.move(run.job, list) end)
end

--- Does the open steps of a phase; `run.stopped` is set when the account or the connection refuses everything.
-- @tparam table run hub =, job =
-- @tparam integer phase
-- @tparam table options stop = function
function M.apply(run, phase, options)
  for group in groups(run.job, phase) do
    if run.stopped then return end
    if options.stop and options.stop() then
      run.stopped = "signal"
      return
    end
    local fine, err = pcall(do_group, run, group)
    if not fine and not (errors.is(err) and problem.is_beyond_rows(err)) then error(err, 0) end
    if not fine then run.stopped = err end
  end
  if phase == 1 and not run.stopped then mapping.write(run.job, M.each(run.job, 1)) end
end

local function definition_text(step)
  if step.action == "rename" then return ("%q becomes %q"):format(step.before, step.after) end
  if step.action == "limit" then
    return ("%s: %s becomes %s"):format(step.label or "all links", step.before or "no limit", step.after or "no limit")
  end
  return step.inverse and ("%q, inverse %q"):format(step.label, step.inverse) or ("%q"):format(step.label)
end

-- A record as text: its id, the id that it got, or the reference of a record that is still to be made.
local function shown_id(step)
  local is_made = step.action == "create" and step.state == "done"
  return mapping.shown(math.tointeger(tonumber(is_made and step.result or step.id)))
end

--- Iterates over the steps of a phase in the form of a plan's changes.
-- @treturn function iterator, see tether.plan.plan
function M.changes(job, phase)
  local next_step = M.each(job, phase)
  return function()
    local step = next_step()
    if not step then return nil end
    local is_record = step.type ~= nil
    local why = step.result ~= "" and step.state ~= "done" and step.result or nil
    return { action = step.action, from_type = step.type or step.from, to_type = not is_record and step.to or nil,
      from = is_record and shown_id(step) or nil, properties = is_record and (step.properties or step.after) or nil,
      result = step.state == "sent" and "pending" or step.state,
      text = why or not is_record and definition_text(step) or nil }
  end
end

--- Counts the results of the steps. A step that was sent counts as pending, because a look will settle it.
-- @treturn table name -> integer, with `open`: not settled
function M.count(job)
  local counts = { open = 0 }
  for phase = 1, 2 do
    for step in M.each(job, phase) do
      local state = step.state == "sent" and "pending" or step.state
      counts[state] = (counts[state] or 0) + 1
      counts.open = counts.open + (OPEN[step.state] and 1 or 0)
    end
  end
  return counts
end

return M
