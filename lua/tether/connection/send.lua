--- One request: from an operation's name to the decoded answer or a raised error. Nobody else talks to the session.
local native = require "tether.native"
local day = require "tether.connection.day"
local errors = require "tether.error"
local json = require "tether.json"
local task = require "tether.task"

local M = {}

-- Words of every error shape that the wire has (wire.md, 11.1): category may be missing, 429 has errorType.
local function describe(body, answer)
  local detail = {}
  for _, one in ipairs(type(body.errors) == "table" and body.errors or {}) do
    local scopes = one.context and (one.context.requiredScopes or one.context.requiredGranularScopes)
    detail[#detail + 1] = scopes and ("%s: %s"):format(one.message, table.concat(scopes, ", ")) or one.message
  end
  for _, key in ipairs { "INVALID_OBJECT_IDS", "INVALID_ASSOCIATION_TYPE_ID" } do
    for _, text in ipairs(type(body.context) == "table" and body.context[key] or {}) do detail[#detail + 1] = text end
  end
  local message = body.message or ("the server answered %d"):format(answer.status)
  return #detail > 0 and message .. " (" .. table.concat(detail, "; ") .. ")" or message
end

local function context_words(body)
  local words = { body.subCategory }
  for key in pairs(type(body.context) == "table" and body.context or {}) do words[#words + 1] = key end
  return table.concat(words, " ")
end

--- The error that an answer of 400 or more stands for.
-- @param answer a native answer
-- @tparam string operation the operation's name
-- @treturn table an error value
function M.problem(answer, operation)
  local body = json.decode(answer.body)
  if type(body) ~= "table" then body = {} end
  local category = body.category or body.errorType or ""
  local message = describe(body, answer)
  local code = native.problem_code(answer.status, category, context_words(body), body.policyName, message)
  -- A batch tells of missing records in its errors, each with a category: a bare 404 is about its path.
  local bare = not body.message or (not body.category and operation:find "^batch_")
  if answer.status == 404 and bare then code = "ROUTE_UNKNOWN" end
  if answer.attempts > 1 then message = ("%s (after %d tries)"):format(message, answer.attempts) end
  return errors.new(code, message, {
    status = answer.status,
    attempts = answer.attempts,
    in_doubt = answer.in_doubt or nil,
    category = category ~= "" and category or nil,
    sub_category = body.subCategory,
    policy = body.policyName,
    correlation_id = body.correlationId or (answer.correlation_id ~= "" and answer.correlation_id) or nil,
    operation = operation,
  })
end

--- The same; at the daily limit with the time when it ends.
-- @tparam table hub
-- @param answer a native answer
-- @tparam string operation the operation's name
function M.refusal(hub, answer, operation)
  local problem = M.problem(answer, operation)
  return problem.code == "DAILY_LIMIT" and day.tell(hub, problem) or problem
end

-- Where a request goes: method, path, body, operation, and what it is part of.
local function submit(hub, request, after)
  return errors.check(hub.session:submit(request.method, request.path, request.body, request.operation,
    request.lane, after))
end

local function request_of(hub, operation, values, extra)
  extra = extra or {}
  values.version, values.form = hub.version, extra.form or hub.form
  local method, path = native.path(operation, values, extra.query)
  if not method then error(errors.adopt(path), 0) end
  return { method = method, path = path, body = extra.body, operation = operation, lane = extra.lane }
end

--- Submits an operation without waiting.
-- @tparam table hub
-- @tparam string operation
-- @tparam table values the path's: f, t, a, b, id
-- @tparam[opt] table extra { query = { { name, value }, … }, body = string, form = "overview", lane = "bulk",
--   after = an answer that could not be read: this is another attempt of the same request }
-- @treturn integer ticket
-- @raise what refuses it before it is sent
function M.submit(hub, operation, values, extra)
  return (submit(hub, request_of(hub, operation, values, extra), extra and extra.after))
end

--- Waits for a ticket.
-- @treturn[1] native answer
-- @treturn[2] nil
-- @treturn[2] table error value; `in_doubt`: the request can have been applied all the same
function M.wait(hub, ticket)
  local answer, err = task.wait(hub.session, hub.settled, ticket)
  day.watch(hub)
  if not err then return answer end
  if err.in_doubt then err.message = err.message .. ": it may or may not have been applied" end
  if err.code == "DAILY_LIMIT" then day.tell(hub, err) end
  return nil, errors.adopt(err)
end

-- What an answer says, or the error that it is.
local function check_status(hub, answer, operation)
  if answer.status >= 400 then error(M.refusal(hub, answer, operation), 0) end
  if answer.status < 200 or answer.status >= 300 then
    errors.raise("UNEXPECTED_STATUS", ("%s: the server answered %d"):format(operation, answer.status),
      { status = answer.status, operation = operation })
  end
end

local function is_read(request)
  if request.operation then return native.operation(request.operation).repeats == "reads" end
  return request.method == "GET" or request.method == "HEAD"
end

-- A success that cannot be read is as good as one that was lost on its way: it is asked for again where that is safe.
local function run(hub, request)
  local ticket = submit(hub, request)
  local name = request.operation or hub.session:hide(request.method .. " " .. request.path)
  while true do
    local answer, err = M.wait(hub, ticket)
    if not answer then
      err.operation = name
      error(err, 0)
    end
    check_status(hub, answer, name)
    if answer.body == "" and not answer.broken then return true, answer.status end
    local body, problem = json.decode(answer.body)
    if body ~= nil then return body, answer.status end
    local ok, again = pcall(submit, hub, request, answer)
    if not ok then
      errors.raise("ANSWER_MALFORMED", ("%s: %s"):format(name, problem),
        { operation = name, status = answer.status, attempts = answer.attempts,
          in_doubt = not is_read(request) or nil })
    end
    ticket = again
  end
end

--- An operation from start to end.
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

--- The same for a method and a path as they are.
function M.request(hub, method, path, body)
  return run(hub, { method = method, path = path, body = body })
end

return M
