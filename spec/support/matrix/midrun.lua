--- The rows of the matrix for what refuses in mid-run: each batch operation with several batches, of which the first
-- ones are answered and the others refused. What was answered is done, what was refused is not sent, and what is left,
-- given again, ends as an undisturbed run.
--
-- Fields of a row: `operation`; `run` = function(hub, inputs) -> how many are done, and the inputs that were not sent;
-- `inputs` = function(): all of them; `before` = function(hub) that prepares the account.
local tether = require "tether"

local M = {}

local COUNT, BATCH, FIRST = 60, 10, 3 -- inputs, inputs in a batch, the first batch that is refused

local function links(types)
  local set = tether.links("contacts", "companies")
  for id = 1, COUNT do set:add(id, 501, types) end
  return set
end

local function link_all(types)
  return function(hub) hub:associate(links(types)):assert() end
end

-- A verb on a links set: the outcome, or that of the error.
local function on_set(verb)
  return function(hub, set)
    local ok, outcome = pcall(verb, hub, set)
    local code = not ok and outcome.code or nil
    if not ok then outcome = assert(outcome.outcome, tostring(outcome)) end
    assert(outcome.rejected + outcome.unknown == 0, tostring(outcome))
    return outcome.linked + outcome.unchanged, outcome:unsent(), code
  end
end

-- A verb on an array of records: results, failures.
local function on_array(verb)
  return function(hub, inputs)
    local results, failures = verb(hub, inputs)
    local done, left, code = 0, {}, nil
    for _ in pairs(results) do done = done + 1 end
    for i, failure in ipairs(failures) do
      assert(failure.not_sent and not failure.error.in_doubt, tostring(failure.error))
      left[i], code = inputs[failure.row], failure.error.code
    end
    return done, left, code
  end
end

local function records(make)
  return function()
    local list = {}
    for i = 1, COUNT do list[i] = make(i) end
    return list
  end
end

local function email(i) return ("new%d@example.com"):format(i) end
local function given(types) return function() return links(types) end end

M.list = {
  { operation = "batch_create", inputs = given(), run = on_set(function(hub, set) return hub:associate(set) end) },
  { operation = "batch_default", inputs = given(),
    run = on_set(function(hub, set) return hub:associate_default(set) end) },
  { operation = "batch_labels_archive", before = link_all "A", inputs = given "A",
    run = on_set(function(hub, set) return hub:unlabel(set) end) },
  { operation = "batch_archive", before = link_all(), inputs = given(),
    run = on_set(function(hub, set) return hub:dissociate(set) end) },
  -- A read is given again from the first record that was not answered: each set of links is of one answer.
  { operation = "batch_read", before = link_all(), inputs = records(function(i) return i end), run = function(hub, ids)
    local seen, left, done, code = {}, {}, 0, nil
    local ok, err = pcall(function()
      for set in hub:each_link("contacts", "companies", { ids = ids }) do
        for from in set:pairs() do seen[from], done = true, done + 1 end
      end
    end)
    if not ok then code = err.code end
    for _, id in ipairs(ids) do
      if not seen[id] then left[#left + 1] = id end
    end
    return done, left, code
  end },
  { operation = "records_create", inputs = records(function(i) return { properties = { email = email(i) } } end),
    run = on_array(function(hub, list) return hub:create("contacts", list) end) },
  { operation = "records_read", inputs = records(function(i) return i end),
    run = on_array(function(hub, list) return hub:get("contacts", list) end) },
  { operation = "records_update", inputs = records(function(i) return { id = i, properties = { firstname = "Z" } } end),
    run = on_array(function(hub, list) return hub:update("contacts", list) end) },
  { operation = "records_upsert",
    inputs = records(function(i) return { id = email(i), properties = { firstname = "U" } } end),
    run = on_array(function(hub, list) return hub:upsert("contacts", "email", list) end) },
  { operation = "records_archive", inputs = records(function(i) return i end),
    run = on_array(function(hub, list) return hub:archive("contacts", list) end) },
}

local function seed()
  local contacts = {}
  for id = 1, COUNT do contacts[id] = { id = id } end
  return { contacts = contacts, companies = { { id = 501 } },
    labels = { { from = "contacts", to = "companies", label = "A", name = "a", id = 21, inverseId = 22 } } }
end

-- The account without its times and the ids that it gives.
local function state_of(portal)
  local lines = {}
  for line in portal:dump():gmatch "[^\n]+" do
    lines[#lines + 1] = line:gsub('"%a+ed":%d+', ""):gsub('"id":"?%d%d%d%d+"?', '"id":"new"')
  end
  table.sort(lines)
  return table.concat(lines, "\n")
end

local function begin(row, hub)
  for _, run in ipairs(M.list) do hub.ceilings[run.operation] = BATCH end
  if row.before then row.before(hub) end
end

local function undisturbed(row)
  local portal <close> = tether.portal()
  portal:seed(seed())
  local hub <close> = portal:connect()
  begin(row, hub)
  row.run(hub, row.inputs())
  return state_of(portal)
end

local function strike(portal, row, fault)
  local rule = { operation = row.operation, nth = FIRST, times = COUNT }
  for name, value in pairs(fault.rule) do rule[name] = value end
  portal:fault(rule)
end

--- Runs one cell.
-- @tparam table row
-- @tparam table fault a column of the matrix
-- @treturn ?string what is wrong
function M.run(row, fault)
  local portal <close> = tether.portal()
  portal:seed(seed())
  local hub <close> = portal:connect { retry_for = 0, concurrency = 1 }
  begin(row, hub)
  strike(portal, row, fault)
  local done, left, code = row.run(hub, row.inputs())
  if code ~= fault.code then return ("the code is %s, not %s"):format(code, fault.code) end
  if done ~= (FIRST - 1) * BATCH then return ("%d are done"):format(done) end
  if #left ~= COUNT - done then return ("%d are left"):format(#left) end
  portal:clear_faults()
  local rest, none = row.run(hub, left)
  if rest ~= #left or #none > 0 then return ("%d of the %d that were left are done"):format(rest, #left) end
  if state_of(portal) ~= undisturbed(row) then return "the account is not as after an undisturbed run" end
end

return M
