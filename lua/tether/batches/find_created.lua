--- Creates whose answer was lost: a read by a unique property tells whether the record was made.
--
-- A create is never repeated blindly, because the second would make a second record. A unique property makes it safe.
-- When the record exists and was made after the request, it is ours. When it does not exist, the create is sent again;
-- if the first one was applied after all, the account refuses the second with a conflict.
local errors = require "tether.error"
local native = require "tether.native"
local send = require "tether.connection.send"
local types = require "tether.types"

local M = {}

local TRIES = 3 -- creates of one record, each after a search that did not find it
local DATE_STEP = 2000 -- milliseconds by which a clock read from a Date header may be wrong

--- The unique property that settles a create, and its value; nil: there is none.
-- @tparam string object_type
-- @tparam table properties
-- @tparam[opt] string named by the script
-- @treturn ?string property
-- @treturn ?string value
function M.key(object_type, properties, named)
  local property = named or types.unique(object_type)
  local value = property and properties[property]
  if value == nil or value == "" then return nil end
  return property, tostring(value)
end

-- The server's clock when the create was first sent.
local function started(hub, wall_ms)
  return wall_ms + (hub:stats().skew_ms or 0) - DATE_STEP
end

--- Reads whether a record that was asked for is there.
-- @tparam table hub
-- @tparam string segment object type as it stands in paths
-- @tparam table properties of the create
-- @tparam string property the unique one
-- @tparam string value
-- @tparam integer since milliseconds since 1970 on our clock: when the create was first sent
-- @return the record as the wire has it, nil when it is not there
-- @raise CONFLICT when it was there before
function M.find(hub, segment, properties, property, value, since)
  local names = {}
  for name in pairs(properties) do names[#names + 1] = name end
  table.sort(names)
  local ok, found = pcall(send.call, hub, "record_get", { f = segment, a = value },
    { query = { { "properties", table.concat(names, ",") }, { "idProperty", property } } })
  if not ok then
    if errors.is(found) and found.code == "NOT_FOUND" then return nil end
    error(found, 0)
  end
  local created = native.time_of(found.createdAt)
  if created and created >= started(hub, since) then return found end
  errors.raise("CONFLICT", ("%s %s=%s exists already, since %s. Existing ID: %s"):format(segment, property, value,
    found.createdAt, found.id), { status = 409 })
end

--- Whether an error of `find` says that the record existed before. After any other error the doubt remains.
function M.is_older(problem)
  return errors.is(problem) and problem.code == "CONFLICT"
end

--- The refusal of a later attempt tells nothing about the first one, and the read that did not find its record may have
-- been stale.
-- @param problem of the last attempt
-- @param lost the error of an earlier attempt that is in doubt; nil: there is none
-- @return the problem
function M.still_in_doubt(problem, lost)
  if lost and errors.is(problem) then problem.in_doubt = true end
  return problem
end

--- Creates one record; a lost answer is settled by reading where a unique property allows that.
-- @tparam table hub
-- @tparam string segment object type as it stands in the path
-- @tparam table body of the request
-- @tparam[opt] string unique the unique property, where the object type has none of its own
-- @return the record as the wire has it
-- @raise the account's refusal; `in_doubt` when nothing tells whether the record was made
function M.create(hub, segment, body, unique)
  local since = native.wall_ms()
  local property, value = M.key(segment, body.properties, unique)
  local ok, made, lost
  for _ = 1, TRIES do
    ok, made = pcall(send.call, hub, "record_create", { f = segment }, { body = body })
    if ok then return made end
    local doubtful = errors.is(made) and made.in_doubt
    if not property or not (doubtful or (lost and made.code == "CONFLICT")) then break end
    lost = lost or made
    local read, found = errors.try(M.find, hub, segment, body.properties, property, value, since)
    if read and found then return found end
    if not read then error(M.is_older(found) and found or lost, 0) end
  end
  if lost and made.code == "CONFLICT" then made = lost end -- the record that it conflicts with may be ours
  made = M.still_in_doubt(made, lost)
  if errors.is(made) and made.in_doubt and not property then
    made.hint = "look for the record before you create it again; with a unique property Tether does that: pass " ..
      "{ unique = \"property\" }"
  end
  error(made, 0)
end

--- Looks for an input of a batch that may have been applied.
-- @tparam table hub
-- @tparam string segment
-- @tparam table input { properties = }
-- @tparam ?string unique
-- @tparam integer since milliseconds since 1970
-- @return the record; nil when it does not exist or nothing tells
-- @treturn boolean whether it is known
-- @raise CONFLICT when it was there before
function M.find_input(hub, segment, input, unique, since)
  local property, value = M.key(segment, input.properties, unique)
  if not property then return nil, false end
  return M.find(hub, segment, input.properties, property, value, since), true
end

return M
