--- The same script twice: on an account, and on a shadow of another one that was the same. The shadow's account gets
-- reads alone; when what was tried is applied to it, both are the same again.
local json = require "cjson"
local native = require "tether.native"
local tether = require "tether"

local M = {}

local FIRST_MADE = 1000001 -- the portal's ids for records that are given none

-- The labels of an account by their ids, and the records that are archived: links name both.
local function read_facts(dump)
  local facts, labels, gone = {}, {}, {}
  for line in dump:gmatch "[^\n]+" do
    local fact = json.decode(line)
    facts[#facts + 1] = fact
    if fact.kind == "label" then
      labels[fact.id] = ("%s %s"):format(fact.from, fact.label)
      labels[fact.inverseId] = labels[fact.inverseId] or ("%s %s back"):format(fact.from, fact.label)
    end
    if fact.kind == "record" and fact.archived then gone[fact.type .. fact.id] = true end
  end
  return facts, labels, gone
end

-- Names of records that the account has given ids: by what they are.
local function names_of_made(facts)
  local names = {}
  for _, fact in ipairs(facts) do
    if fact.kind == "record" and tonumber(fact.id) >= FIRST_MADE then
      local words = {}
      for name, value in pairs(fact.properties) do words[#words + 1] = name .. "=" .. value end
      table.sort(words)
      if #words > 0 then names[fact.type .. fact.id] = "made " .. table.concat(words, ",") end
    end
  end
  return names
end

local function text_of(value)
  if type(value) ~= "table" then return tostring(value) end
  local words = {}
  for name, field in pairs(value) do words[#words + 1] = name .. "=" .. text_of(field) end
  table.sort(words)
  return "{" .. table.concat(words, " ") .. "}"
end

-- A fact without what no two runs share: times, and ids that were given. Nil: it is left out.
local function plain(fact, labels, gone, names)
  if fact.kind == "property" then return nil end -- names that were seen
  if gone[(fact.from or "") .. (fact.fromId or "")] or gone[(fact.to or "") .. (fact.toId or "")] then return nil end
  fact.created, fact.updated, fact.archived = nil, nil, fact.archived and true or nil
  fact.createdAt, fact.updatedAt = nil, nil
  for _, spec in ipairs(fact.types or { fact.kind == "limit" and fact.type or nil }) do
    local is_own = type(spec) == "table" and spec.category == "USER_DEFINED"
    if is_own then spec.typeId = labels[spec.typeId] or spec.typeId end
  end
  if fact.kind == "label" then fact.id, fact.inverseId = nil, nil end
  if fact.kind == "record" then fact.id = names[fact.type .. fact.id] or fact.id end
  if fact.fromId then fact.fromId = names[fact.from .. fact.fromId] or fact.fromId end
  if fact.toId then fact.toId = names[fact.to .. fact.toId] or fact.toId end
  return text_of(fact)
end

--- An account as text: equal for accounts in the same state.
function M.state(portal)
  local facts, labels, gone = read_facts(portal:dump())
  local names, lines = names_of_made(facts), {}
  for _, fact in ipairs(facts) do lines[#lines + 1] = plain(fact, labels, gone, names) end
  table.sort(lines)
  return table.concat(lines, "\n")
end

local function is_read(operation)
  if operation == "oauth_private_app" then return true end -- the doctor asks what the token may do
  local known, facts = pcall(native.operation, operation)
  return known and facts ~= nil and facts.repeats == "reads"
end

--- The requests of an account that are no reads, as text: "" for a shadow's.
function M.writes(portal)
  local list = {}
  for operation, count in pairs(portal:counters().operations) do
    if not is_read(operation) then list[#list + 1] = ("%s %d"):format(operation, count) end
  end
  table.sort(list)
  return table.concat(list, ", ")
end

-- Lines that one of two texts has alone, or more often.
local function differences(wanted, is)
  local counts, list = {}, {}
  for line in wanted:gmatch "[^\n]+" do counts[line] = (counts[line] or 0) + 1 end
  for line in is:gmatch "[^\n]+" do counts[line] = (counts[line] or 0) - 1 end
  for line, count in pairs(counts) do
    if count ~= 0 then list[#list + 1] = (count > 0 and "account alone: " or "shadow alone: ") .. line end
  end
  return table.concat(list, "\n", 1, math.min(#list, 20))
end

--- Runs something twice and compares.
-- @tparam ?table seed of the account; nil: `run` seeds it
-- @tparam function run called with a hub and its portal; what it returns is compared, unless it is nil
-- @treturn table real, tried: what it returned; plan: the text of what was tried; report of applying it
function M.check(seed, run)
  local real <close> = tether.portal()
  local other <close> = tether.portal()
  for _, portal in ipairs { real, other } do
    if seed then portal:seed(seed) end
  end
  local hub <close> = real:connect()
  local account <close> = other:connect()
  local found = { real = run(hub, real) }
  local shadow <close> = account:shadow()
  shadow.shadowed.kept = true -- a script may close its hub
  found.tried = run(shadow, other)
  local before = other:dump()
  local plan <close> = shadow:tried()
  assert(M.writes(other) == "", "the account was written to: " .. M.writes(other))
  assert(other:dump() == before, "the account has changed")
  found.plan, found.count = tostring(plan), #plan
  if #plan > 0 then
    found.report = account:apply(plan)
    assert(found.report:fine(), tostring(found.report))
  end
  shadow.shadowed.kept = nil
  shadow:close()
  local wanted, is = M.state(real), M.state(other)
  assert(wanted == is, ("the shadow's plan (%s) leaves another account\n%s"):format(found.plan,
    differences(wanted, is)))
  return found
end

return M
