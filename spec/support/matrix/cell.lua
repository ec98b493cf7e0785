--- One cell of the matrix: a verb on a fresh account, a fault, and what came of both.
local expect = require "spec.support.matrix.expect"
local json = require "cjson"
local native = require "tether.native"
local operations = require "spec.support.matrix.operations"
local tether = require "tether"

local M = {}

local OLD = 60 -- seconds that the seeded facts are old where reads are stale, and so are shown
local NEVER = 30 -- seconds, or times

-- A line of a dump without what no two runs share: times, and the ids that the account gives.
local function normalised(line)
  local fact = json.decode(line)
  fact.created, fact.updated, fact.archived = nil, nil, fact.archived and true or nil
  fact.createdAt, fact.updatedAt = nil, nil
  if fact.kind == "record" and tonumber(fact.id) > 1000 then fact.id = "new" end
  if fact.kind == "label" and fact.id > 30 then fact.id, fact.inverseId = "new", "new" end
  local names, words = {}, {}
  for name in pairs(fact) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do
    local value = fact[name]
    words[i] = name .. "=" .. (type(value) == "table" and json.encode(value) or tostring(value))
  end
  return table.concat(words, " ")
end

-- The account as text: equal for accounts in the same state, the mails that it sent included.
local function state_of(portal)
  local lines = {}
  for line in portal:dump():gmatch "[^\n]+" do lines[#lines + 1] = normalised(line) end
  table.sort(lines)
  lines[#lines + 1] = ("%d mails"):format(#portal:reports())
  return table.concat(lines, "\n")
end

local function begin(portal)
  portal:clear_faults()
  portal:set("stale_reads", 0)
  portal:set("label_delay", 0)
  portal:reset()
  portal:clock(native.wall_ms())
  portal:seed(operations.seed())
  portal:clear_log()
end

-- How a verb ends: "done", "refused" or "doubt", what it said, and the codes of its errors.
local function ending(run)
  local ok, value, problems = pcall(run)
  if not ok and not tether.error.is(value) then return "broken", tostring(value), {} end
  if not ok then return value.in_doubt and "doubt" or "refused", "", { value.code } end
  local codes, doubts = {}, 0
  for i, problem in ipairs(problems or {}) do
    codes[i] = problem.code
    doubts = doubts + (problem.doubt and 1 or 0)
  end
  if #codes == 0 then return "done", value, codes end
  if doubts > 0 and doubts < #codes then return "mixed", value, codes end
  return doubts > 0 and "doubt" or "refused", value, codes
end

--- What an undisturbed run says and leaves, on an account of its own.
-- @treturn table { before =, after =, value = }
function M.undisturbed(portal, row)
  begin(portal)
  local before = state_of(portal)
  local hub <close> = portal:connect { retry_for = 0 }
  local how, value, codes = ending(function() return row.run(hub, 3) end)
  assert(how == "done", ("%s: undisturbed it is %s: %s %s"):format(row.operation, how, value, codes[1]))
  return { before = before, after = state_of(portal), value = value }
end

-- Each answer lets the account's clock go on, so that late reads come to show what was written.
local function stale(portal, hub, forever)
  portal:advance(OLD)
  portal:set("stale_reads", forever and NEVER or 1)
  portal:set("label_delay", forever and NEVER or 1)
  if not forever then hub:on("response", function() portal:advance(0.6) end) end
end

local function strike(portal, row, fault, forever)
  local rule = { operation = row.operation, nth = row.nth, times = forever and NEVER or 1 }
  for name, value in pairs(fault.rule) do rule[name] = value end
  portal:fault(rule)
end

local function requests_of(portal, operation)
  local count = 0
  for _, request in ipairs(portal:log()) do count = count + (request.operation == operation and 1 or 0) end
  return count
end

-- What is wrong with the end of a cell; nil: nothing.
local function judge(row, fault, wanted, twin, seen)
  if seen.how ~= wanted then
    return ("%s is wanted, it is %s: %s %s"):format(wanted, seen.how, seen.value, table.concat(seen.codes, " "))
  end
  if wanted == "done" then
    if seen.value ~= twin.value then return ("it says %s, undisturbed %s"):format(seen.value, twin.value) end
    return seen.state ~= twin.after and "the account is not as after an undisturbed run" or nil
  end
  for _, code in ipairs(seen.codes) do
    local right = expect.code(row, fault)
    if code ~= right then return ("the code is %s, not %s"):format(code, right) end
  end
  local landed = wanted == "doubt" and expect.lands(row, fault)
  if seen.state ~= (landed and twin.after or twin.before) then
    return ("the account is not as %s"):format(landed and "after an undisturbed run" or "before")
  end
end

--- Runs one cell.
-- @tparam table portal its account is emptied first
-- @tparam table row
-- @tparam table fault
-- @tparam boolean forever whether the fault strikes each time, or once
-- @tparam table twin of M.undisturbed
-- @treturn string letter of the table
-- @treturn ?string what is wrong
function M.run(portal, row, fault, forever, twin)
  begin(portal)
  -- Seconds. For ever: a moment, in which requests that are not struck still come through.
  local tries = forever and not fault.stale and (fault.timeout and 2 * fault.timeout or 0.02) or 20
  local hub <close> = portal:connect { retry_pause = 0.005, retry_for = tries, timeout = fault.timeout }
  if fault.stale then stale(portal, hub, forever) end
  if fault.rule then strike(portal, row, fault, forever and not fault.stale) end
  local seen = {}
  local function run() return (fault.stale and row.verified or row.run)(hub, forever and 0.1 or 3) end
  seen.how, seen.value, seen.codes = ending(run)
  seen.state = state_of(portal)
  local struck = portal:counters().faults
  local wanted = expect.of(row, fault, forever)
  local problem = judge(row, fault, wanted, twin, seen)
  if not problem and (row.class == "creates" or row.class == "mails") and fault.lost and
    requests_of(portal, row.operation) > 1 then
    problem = "it was asked for twice"
  end
  return expect.letters[seen.how] or "!", problem, struck
end

return M
