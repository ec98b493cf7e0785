--- Sends a request: from an operation's name to the decoded answer, or a raised error. No other file submits requests
-- to a session.
local lazy = require "tether.lazy"
local native = require "tether.native"
local day = require "tether.connection.day"
local errors = require "tether.error"
local json = lazy "tether.json"
local problem = lazy "tether.connection.problem"
local shapes = lazy "tether.connection.shapes"
local task = require "tether.task"

local M = {}

--- The error for an answer of 300 or more. At the daily limit it has the time when the limit ends.
-- @tparam table hub
-- @param answer a native answer
-- @tparam string operation the operation's name
function M.refusal(hub, answer, operation)
  local refused = problem.of(answer, operation)
  return refused.code == "DAILY_LIMIT" and day.tell(hub, refused) or refused
end

-- Submits a request with its method, path, body, operation and lane.
local function submit(hub, request, after)
  return errors.check(hub.session:submit(request.method, request.path, request.body, request.operation,
    request.lane, after))
end

local function request_of(hub, operation, values, extra)
  extra = extra or {}
  values.version, values.form = hub.version, extra.form or hub.form
  local method, path = errors.check(native.path(operation, values, extra.query))
  return { method = method, path = path, body = extra.body, operation = operation, lane = extra.lane }
end

--- Submits an operation without waiting.
-- @tparam table hub
-- @tparam string operation
-- @tparam table values the path's: f, t, a, b, id
-- @tparam[opt] table extra { query = { { name, value }, … }, body = string, form = "overview", lane = "bulk",
--   after = an answer that could not be read: this is another attempt of the same request }
-- @treturn integer ticket
-- @raise the error of a request that cannot be sent
function M.submit(hub, operation, values, extra)
  return (submit(hub, request_of(hub, operation, values, extra), extra and extra.after))
end

--- Waits for a ticket.
-- @treturn[1] native answer
-- @treturn[2] nil
-- @treturn[2] table error value; `in_doubt`: the account may have applied the request nevertheless
function M.wait(hub, ticket)
  local answer, err = task.wait(hub.session, hub.settled, ticket)
  day.watch(hub)
  if not err then return answer end
  if err.in_doubt then err.message = err.message .. ": it may or may not have been applied" end
  if err.code == "DAILY_LIMIT" then day.tell(hub, err) end
  return nil, errors.adopt(err)
end

local function is_read(request)
  if request.operation then return native.operation(request.operation).repeats == "reads" end
  return request.method == "GET" or request.method == "HEAD"
end

--- The error for a success that cannot be read, or does not tell what was asked for.
-- @param answer a native answer
-- @tparam string operation
-- @tparam string why
-- @tparam boolean writes whether the request may have been applied
-- @treturn table an error value
function M.malformed(answer, operation, why, writes)
  return errors.new("ANSWER_MALFORMED", ("%s: %s"):format(operation, why), { operation = operation,
    status = answer.status, attempts = answer.attempts, in_doubt = writes or nil })
end

--- The body of a success.
-- @tparam ?string operation nil: any shape will do
-- @return the decoded body; true when it has none and the operation needs none; nil when it cannot be read or has a
--   wrong shape
-- @return the decoded body, true when it has none and needs none; nil when it cannot be read, or has another shape
-- @treturn ?string why it cannot be read
function M.read(operation, answer)
  if answer.broken then return nil, "the answer has no body, or is cut off" end
  local check = operation and shapes[operation]
  if answer.body ~= "" then return json.decode(answer.body, check) end
  if check and not shapes.may_be_empty(operation) then return nil, "the answer has no body" end
  return true
end

-- A success may report a failure, as answers of the configurations API do.
local function without_errors(body, request, answer)
  local listed = request.operation and type(body) == "table" and body.errors
  local entry = type(listed) == "table" and listed[1]
  if not entry then return body end
  local refused = problem.of_body(entry, 207, request.operation)
  refused.status, refused.attempts = answer.status, answer.attempts
  error(refused, 0)
end

-- A success that cannot be read tells no more than a lost answer: the request is repeated where that is safe.
local function run(hub, request)
  if hub.shadowed then -- the account itself answers some requests
    local body, status = hub.shadowed.answer(request)
    if body ~= nil then return body, status end
  end
  local ticket = submit(hub, request)
  local name = request.operation or hub.session:hide(request.method .. " " .. request.path)
  while true do
    local answer, err = M.wait(hub, ticket)
    if not answer then
      err.operation = name
      error(err, 0)
    end
    if answer.status < 200 or answer.status >= 300 then error(M.refusal(hub, answer, name), 0) end
    local body, why = M.read(request.operation, answer)
    if body ~= nil and request.as_text then return answer.body, answer.status end
    if body ~= nil then return without_errors(body, request, answer), answer.status end
    local ok, again = errors.try(submit, hub, request, answer)
    if not ok then error(M.malformed(answer, name, why, not is_read(request)), 0) end
    ticket = again
  end
end

--- Runs an operation from start to end.
-- @tparam table hub
-- @tparam string operation
-- @tparam table values
-- @tparam[opt] table extra as for submit; `body` may be a table
-- @return the decoded body, true when the answer has none
-- @treturn integer status
-- @raise the error of an answer of 400 or more, or of the transport
function M.call(hub, operation, values, extra)
  if extra and type(extra.body) == "table" then extra.body = json.encode(extra.body) end
  return run(hub, request_of(hub, operation, values, extra))
end

--- Sends a request with a method and a path that the caller has written.
-- @tparam[opt] boolean as_text the body as the server wrote it, which is JSON or empty, instead of the decoded one
function M.request(hub, method, path, body, as_text)
  return run(hub, { method = method, path = path, body = body, as_text = as_text })
end

return M
