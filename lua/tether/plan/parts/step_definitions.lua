--- Steps on definitions: labels and limits. Each step can be repeated safely.
local errors = require "tether.error"
local problem = require "tether.connection.problem"

local M = {}

-- Does the steps one after the other, and marks each as sent before. The reason of a refusal is kept with the step.
local function each(run, list, move, do_it)
  for _, step in ipairs(list) do
    step.state = "sent"
    move { step }
    local fine, result = pcall(do_it, run.hub, step)
    if not fine and not errors.is(result) then error(result, 0) end
    local beyond = not fine and problem.is_beyond_rows(result)
    step.state = fine and "done" or beyond and "pending" or result.in_doubt and "unknown" or "rejected"
    step.result = fine and (result or "") or ("%s: %s"):format(result.code, result.message)
    if beyond then run.stopped = result end
    move { step }
    if run.stopped then return end
  end
end

-- Makes a label; answers the ids of both directions.
local function make_label(hub, step)
  local made = hub.labels:ensure(step.from, step.to, { label = step.label, inverse = step.inverse, name = step.name })
  local _, inverse = hub.labels:inverse(step.from, step.to, made)
  return inverse and ("%d %d"):format(made.id, inverse) or ("%d"):format(made.id)
end

local function rename_label(hub, step)
  hub.labels:rename(step.from, step.to, { category = "USER_DEFINED", id = step.id },
    { label = step.after, inverse = step.inverse })
end

local function delete_label(hub, step)
  for _, known in ipairs(hub.labels:list(step.from, step.to)) do
    if known.category == "USER_DEFINED" and known.id == step.id then
      hub.labels:delete(step.from, step.to, { category = "USER_DEFINED", id = step.id }, { force = true })
    end
  end
end

local function set_limit(hub, step)
  local which = step.label or "default"
  if step.after then hub.limits:set(step.from, step.to, { [which] = step.after }) end
  if not step.after then hub.limits:clear(step.from, step.to, { which }) end
end

--- Makes labels. `result` becomes the ids of both directions.
function M.label(run, list, move) each(run, list, move, make_label) end

--- Gives labels other texts.
function M.rename(run, list, move) each(run, list, move, rename_label) end

--- Deletes labels; links that have them lose them.
function M.delete(run, list, move) each(run, list, move, delete_label) end

--- Sets and clears limits.
function M.limit(run, list, move) each(run, list, move, set_limit) end

return M
