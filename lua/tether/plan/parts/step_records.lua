--- Steps on records: making, changing and archiving them.
local errors = require "tether.error"
local problem = require "tether.connection.problem"

local M = {}

-- Settles a step whose verb has failed: the account or the connection refuses everything, or it refuses this record.
local function settle_failure(step, failure, doubt)
  local err = failure.error
  if failure.not_sent then
    step.state = "pending"
  elseif err.in_doubt or failure.in_doubt then
    step.state, step.result = doubt, tostring(err.message)
  elseif problem.is_beyond_rows(err) then
    step.state = "pending"
  else
    step.state, step.result = "rejected", ("%s: %s"):format(err.code, err.message)
  end
  return problem.is_beyond_rows(err) and err or nil
end

local function settle(run, list, results, failures, doubt, result_of)
  for i, step in ipairs(list) do
    if results[i] then step.state, step.result = "done", result_of(results[i]) end
  end
  for _, failure in ipairs(failures) do
    run.stopped = run.stopped or settle_failure(list[failure.row], failure, doubt)
  end
end

local function nothing() return "" end

local function id_text(record) return ("%d"):format(record.id) end

-- -- making --------------------------------------------------------------------------------------------------------

-- Looks for records whose making was cut off, by their unique property: each exists or does not.
local function look_for(run, list)
  local open = {}
  for _, step in ipairs(list) do
    local value = step.unique and step.properties[step.unique]
    if step.state == "pending" then
      open[#open + 1] = step
    elseif value then
      local read, found = pcall(run.hub.get, run.hub, step.type, value, { id_property = step.unique })
      if read then
        step.state, step.result = "done", id_text(found)
      elseif errors.is(found) and found.code == "NOT_FOUND" then
        step.state, open[#open + 1] = "pending", step
      else
        error(found, 0)
      end
    else
      step.state, step.result = "unknown", "its making was cut off, and it has no unique property to be found by"
    end
  end
  return open
end

-- Groups records by their unique property: one request has one such property, by which a lost answer is settled.
local function parts(list)
  local by = {}
  for _, step in ipairs(list) do
    local key = step.unique or ""
    by[key] = by[key] or {}
    table.insert(by[key], step)
  end
  return by
end

--- Makes records. `result` becomes the id.
function M.create(run, list, move)
  local open = look_for(run, list)
  move(list)
  for unique, part in pairs(parts(open)) do
    local inputs = {}
    for i, step in ipairs(part) do
      step.state, inputs[i] = "sent", { properties = step.properties }
    end
    move(part)
    local results, failures = run.hub:create(part[1].type, inputs, { unique = unique ~= "" and unique or nil })
    settle(run, part, results, failures, "unknown", id_text)
    move(part)
  end
end

-- -- changing ------------------------------------------------------------------------------------------------------

local function names_of(list)
  local names, seen = {}, {}
  for _, step in ipairs(list) do
    for name in pairs(step.after) do
      if not seen[name] then names[#names + 1], seen[name] = name, true end
    end
  end
  return names
end

local function holds(record, values)
  for name, value in pairs(values) do
    if (record.properties[name] or "") ~= value then return false end
  end
  return true
end

local function text_ids(list)
  local ids = {}
  for i, step in ipairs(list) do ids[i] = math.tointeger(tonumber(step.id)) end
  return ids
end

-- Compares changes with the present records: some are done already, some records were changed by somebody else.
local function judge(run, list)
  local found, failures = run.hub:get(list[1].type, text_ids(list), { properties = names_of(list) })
  local open = {}
  for i, step in ipairs(list) do
    local was_sent = step.state ~= "pending"
    if not found[i] then
      step.state = was_sent and "pending" or step.state
    elseif holds(found[i], step.after) then
      step.state = was_sent and "done" or "already"
    elseif was_sent or holds(found[i], step.before) then
      step.state, open[#open + 1] = "pending", step
    else
      step.state, step.result = "drifted", "somebody else has changed it since the plan"
    end
  end
  for _, failure in ipairs(failures) do
    run.stopped = run.stopped or settle_failure(list[failure.row], failure, "pending")
  end
  return open
end

--- Changes properties of records that are as they were when the plan was made.
function M.update(run, list, move)
  local open = judge(run, list)
  move(list)
  if #open == 0 or run.stopped then return end
  local inputs = {}
  for i, step in ipairs(open) do
    step.state, inputs[i] = "sent", { id = math.tointeger(tonumber(step.id)), properties = step.after }
  end
  move(open)
  local results, failures = run.hub:update(open[1].type, inputs)
  settle(run, open, results, failures, "unknown", nothing)
  move(open)
end

--- Archives records; a record that is gone already counts as done.
function M.archive(run, list, move)
  for _, step in ipairs(list) do step.state = "sent" end
  move(list)
  local results, failures = run.hub:archive(list[1].type, text_ids(list))
  settle(run, list, results, failures, "unknown", nothing)
  move(list)
end

return M
