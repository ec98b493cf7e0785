--- Turns a refusal into an error value. An answer may have any shape: values that are no text are not shown, and values
-- that are no list are not read.
local errors = require "tether.error"
local json = require "tether.json"
local native = require "tether.native"

local M = {}

local function text(value)
  return type(value) == "string" and value or nil
end

local function list(value)
  return type(value) == "table" and value or {}
end

-- The texts of a list, or a single text as a list.
local function texts(value)
  local found = { text(value) }
  for _, item in ipairs(list(value)) do found[#found + 1] = text(item) end
  return found
end

local SCOPES = { "requiredScopes", "requiredGranularScopes" }
local INVALID = { "INVALID_OBJECT_IDS", "INVALID_ASSOCIATION_TYPE_ID" }

local function texts_of(context, keys)
  local found = {}
  for _, key in ipairs(keys) do
    for _, entry in ipairs(texts(list(context)[key])) do found[#found + 1] = entry end
  end
  return found
end

-- The message of an entry of `errors`, with the scopes that it asks for, and with the property or object type that only
-- its context names: those of an account's own rule (csrc/data/wire.md, 3.1).
local function entry_words(entry)
  local message, words = text(entry.message), texts_of(entry.context, SCOPES)
  for _, name in ipairs(texts_of(entry.context, { "propertyName", "objectType" })) do
    if not (message and message:find(name, 1, true)) then words[#words + 1] = name end
  end
  if #words == 0 then return message end
  return (message and message .. ": " or "") .. table.concat(words, ", ")
end

-- Reads every error shape that the wire has (csrc/data/wire.md, section 11): the message and its details.
local function describe(body, status)
  local detail = texts_of(body.context, SCOPES)
  for _, entry in ipairs(list(body.errors)) do
    if type(entry) == "table" then detail[#detail + 1] = entry_words(entry) end
  end
  for _, entry in ipairs(texts_of(body.context, INVALID)) do detail[#detail + 1] = entry end
  local message = text(body.message) or ("the server answered %d"):format(status)
  return #detail > 0 and message .. " (" .. table.concat(detail, "; ") .. ")" or message
end

local function context_words(body)
  local words = { text(body.subCategory) }
  for key in pairs(list(body.context)) do words[#words + 1] = tostring(key) end
  return table.concat(words, " ")
end

-- 477 and 488 may name the data centre where the account is (csrc/data/wire.md, section 11).
local function region_hint(body)
  local region = text(body.correctHublet)
  if not region or not region:match "^%l+%d+$" then return nil end
  return ('the account is in %s: pass region = "%s" to tether.connect'):format(region, region)
end

--- The error value for an error body, or for an entry of `errors`.
-- @tparam any body decoded
-- @tparam integer status
-- @tparam string operation
-- @treturn table an error value
function M.of_body(body, status, operation)
  body = list(body)
  local category, message = text(body.category) or text(body.errorType), describe(body, status)
  local code = native.problem_code(status, category, context_words(body), text(body.policyName), message)
  -- A batch reports missing records in its errors, each with a category; a bare 404 means that its path is unknown.
  local bare = not text(body.message) or (not category and operation:find "^batch_")
  if status == 404 and bare then code = "ROUTE_UNKNOWN" end
  return errors.new(code, message, { category = category, sub_category = text(body.subCategory),
    policy = text(body.policyName), correlation_id = text(body.correlationId), hint = region_hint(body),
    operation = operation })
end

--- The error for an answer of 300 or more.
-- @param answer a native answer
-- @tparam string operation the operation's name
-- @treturn table an error value
function M.of(answer, operation)
  local problem = M.of_body(json.decode(answer.body), answer.status, operation)
  problem.status, problem.attempts, problem.in_doubt = answer.status, answer.attempts, answer.in_doubt or nil
  if answer.attempts > 1 then problem.message = ("%s (after %d tries)"):format(problem.message, answer.attempts) end
  if not problem.correlation_id and answer.correlation_id ~= "" then problem.correlation_id = answer.correlation_id end
  return problem
end

--- What a failure is about: "rows", when the account has judged them; "account" or "transport", when their rows were
-- not looked at; "answer", when the answer cannot be read or confirms nothing.
-- @param problem an error value; errors of other code count as being about the rows
-- @treturn string
function M.about(problem)
  return errors.is(problem) and native.problem_about(problem.code) or "rows"
end

--- Whether a failure would meet all further rows as well, so that it says nothing about single rows.
function M.is_beyond_rows(problem)
  local about = M.about(problem)
  return about == "account" or about == "transport"
end

return M
