--- Steps that are about definitions: labels and limits. Each may be done again.
local errors = require "tether.error"
local problem = require "tether.connection.problem"

local M = {}

-- Does one after another, each marked as sent before; what refuses one is told of it.
local function each(run, list, move, do_it)
  for _, one in ipairs(list) do
    one.state = "sent"
    move { one }
    local fine, result = pcall(do_it, run.hub, one)
    if not fine and not errors.is(result) then error(result, 0) end
    local beyond = not fine and problem.is_beyond_rows(result)
    one.state = fine and "done" or beyond and "pending" or result.in_doubt and "unknown" or "rejected"
    one.result = fine and (result or "") or ("%s: %s"):format(result.code, result.message)
    if beyond then run.stopped = result end
    move { one }
    if run.stopped then return end
  end
end

-- The ids of both directions.
local function make_label(hub, one)
  local made = hub.labels:ensure(one.from, one.to, { label = one.label, inverse = one.inverse, name = one.name })
  local _, inverse = hub.labels:inverse(one.from, one.to, made)
  return inverse and ("%d %d"):format(made.id, inverse) or ("%d"):format(made.id)
end

local function rename_label(hub, one)
  hub.labels:rename(one.from, one.to, { category = "USER_DEFINED", id = one.id },
    { label = one.after, inverse = one.inverse })
end

local function delete_label(hub, one)
  for _, known in ipairs(hub.labels:list(one.from, one.to)) do
    if known.category == "USER_DEFINED" and known.id == one.id then
      hub.labels:delete(one.from, one.to, { category = "USER_DEFINED", id = one.id }, { force = true })
    end
  end
end

local function set_limit(hub, one)
  local which = one.label or "default"
  if one.after then hub.limits:set(one.from, one.to, { [which] = one.after }) end
  if not one.after then hub.limits:clear(one.from, one.to, { which }) end
end

--- Makes labels. `result` becomes the ids of both directions.
function M.label(run, list, move) each(run, list, move, make_label) end

--- Gives labels other texts.
function M.rename(run, list, move) each(run, list, move, rename_label) end

--- Deletes labels; links that bear them lose them.
function M.delete(run, list, move) each(run, list, move, delete_label) end

--- Sets and clears limits.
function M.limit(run, list, move) each(run, list, move, set_limit) end

return M
