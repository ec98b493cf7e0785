-- No answer of any shape raises a bare Lua error, or passes for another one: each recorded answer of each operation,
-- with each of its values replaced by each kind of JSON, over a socket.
local files = require "spec.support.files"
local given = require "spec.support.portal"
local native = require "tether.native"
local operations = require "spec.support.matrix.operations"
local tether = require "tether"
local variants = require "spec.support.variants"

-- What an answer tells is told on: of these verbs the words say more than that it is done.
local tells_on = { record_create = true, record_update = true, records_create = true, records_update = true,
  records_upsert = true, labels_create = true, usage_report = true }

-- What an answer may be as well.
local strange = { '{"message":{"a":1}}', '{"category":{}}', '{"errors":[5]}', '{"errors":[{"context":5}]}',
  '{"errors":[{"message":{},"category":[],"context":{"ids":5,"objectWriteTraceId":{}}}]}', '{"results":null}',
  '{"results":[1]}', '{"results":[null]}', '{"paging":5}', '{"results":[],"paging":{"next":5}}', "true", "5", '"x"',
  "null", "[]", "{}", '{"status":{},"context":7,"errors":"x"}', '{"message":"x","context":{"requiredScopes":[5,{}]}}' }

-- A window of a limit that takes no time to wait for.
local WINDOW = { ["X-HubSpot-RateLimit-Interval-Milliseconds"] = "20", ["X-HubSpot-RateLimit-Max"] = "100",
  ["X-HubSpot-RateLimit-Remaining"] = "50", ["Retry-After"] = "0" }

local rows = {}
for _, row in ipairs(operations.list) do
  if not row.by then rows[#rows + 1] = row end
end

-- How a verb ends: "done", "refused" or "doubt", and what it said; a bare Lua error is "broken".
local function ending(run)
  local ok, value, problems = pcall(run)
  if not ok and not tether.error.is(value) then return "broken", tostring(value) end
  if not ok then return value.in_doubt and "doubt" or "refused", value end
  local ends = {}
  for _, problem in ipairs(problems or {}) do ends[problem.doubt and "doubt" or "refused"] = true end
  return ends.refused and "refused" or ends.doubt and "doubt" or "done", value
end

-- As it was before the first answer.
local function begin(portal)
  portal:clear_faults()
  portal:reset()
  portal:seed(operations.seed())
  portal:clear_log()
end

describe("an answer of any shape", function()
  local portal
  setup(function() portal = tether.portal() end)
  teardown(function() portal:close() end)

  local function connect()
    return portal:connect { retry_for = 0 }
  end

  -- Runs a verb, and answers what it said, and the portal's answer to the last request of an operation, as text.
  local function recorded(operation, run)
    begin(portal)
    local hub <close> = connect()
    local said, request = run(hub, 3), nil
    for _, one in ipairs(portal:log()) do
      if one.operation == operation then request = one end
    end
    begin(portal)
    local status, answer = given.ask(portal, request.method, request.path, request.body)
    return answer and given.json.encode(answer) or nil, status, said
  end

  local function meet(operation, run, body, status)
    begin(portal)
    portal:fault { operation = operation, status = status, body = body, times = 30, headers = WINDOW }
    local hub <close> = connect()
    return ending(function() return run(hub, 0.01) end)
  end

  -- What is wrong with how a verb takes a success; nil: nothing.
  local function judge(row, body, status, right)
    local how, value = meet(row.operation, row.run, body, status)
    local writes = native.operation(row.operation).repeats ~= "reads"
    if how == "broken" then return value end
    if how == "refused" and writes then return "it is refused, and may have been applied: " .. tostring(value) end
    if how == "done" and writes and not tells_on[row.operation] and value ~= right then
      return ("it says %s, the right answer %s"):format(value, right)
    end
  end

  for _, row in ipairs(rows) do
    it("is an answer, or an error that keeps the doubt: " .. row.operation, function()
      local text, status, right = recorded(row.operation, row.run)
      local problems = {}
      for body, what in variants.of(text or '{"status":"COMPLETE","results":[]}') do
        local problem = judge(row, body, text and status or 200, right)
        if problem then problems[#problems + 1] = what .. ": " .. problem end
      end
      assert.same({}, problems)
    end)

    it("is no bare error, whatever it is: " .. row.operation, function()
      local problems = {}
      local many = native.operation(row.operation).ceiling > 1
      for _, status in ipairs(many and { 200, 207, 400 } or { 200, 400 }) do
        for _, body in ipairs(strange) do
          local how, value = meet(row.operation, row.run, body, status)
          if how == "broken" then problems[#problems + 1] = ("%d %s: %s"):format(status, body, value) end
        end
      end
      local how, value = meet(row.operation, row.run, "", 204)
      if how == "broken" then problems[#problems + 1] = "204: " .. value end
      assert.same({}, problems)
    end)
  end

  local function links(...)
    local set = tether.links("contacts", "companies")
    for _, id in ipairs { ... } do set:add(id, 501) end
    return set
  end

  -- Successes that complain of some inputs.
  local partial = {
    batch_create = function(hub) return hub:associate(links(1, 77), { read = false }).linked end,
    batch_default = function(hub) return hub:associate_default(links(1, 77)).linked end,
    batch_archive = function(hub) return hub:dissociate(links(1, 77)).linked end,
    batch_labels_archive = function(hub)
      return hub:unlabel(tether.links("contacts", "companies"):add(3, 503, "A"):add(77, 503, "A")).linked
    end,
    batch_read = function(hub) return #hub:associations("contacts", { 1, 3 }, "companies") end,
    records_create = function(hub)
      return #select(2, hub:create("contacts", { { properties = { email = "n@example.com" } },
        { properties = { email = "c1@example.com" } } }))
    end,
    records_read = function(hub) return #select(2, hub:get("contacts", { 1, 77 })) end,
    records_update = function(hub)
      return #select(2, hub:update("contacts", { { id = 1, properties = { firstname = "A" } },
        { id = 77, properties = { firstname = "A" } } }))
    end,
  }
  for operation, run in pairs(partial) do
    it("is no bare error where it complains of some: " .. operation, function()
      local text, status = recorded(operation, run)
      local problems = {}
      for body, what in variants.of(text or '{"status":"COMPLETE","results":[]}') do
        local how, value = meet(operation, run, body, status == 204 and 207 or status)
        if how == "broken" then problems[#problems + 1] = what .. ": " .. value end
      end
      assert.same({}, problems)
    end)
  end

  it("is an error as good as the recorded one it was made of", function()
    local problems, turn = {}, 0
    local verbs = {}
    for _, row in ipairs(rows) do
      for _, name in ipairs { "record_get", "record_create", "batch_create", "records_update", "batch_read",
        "associations_list", "associate_default" } do -- as many as share no divisor with the kinds
        if row.operation == name then verbs[#verbs + 1] = row end
      end
    end
    for _, fixture in ipairs(require "spec.fixtures.recorded") do
      if fixture.status >= 400 then
        for body, what in variants.of(given.json.encode(fixture.answer)) do
          turn = turn + 1
          local row = verbs[turn % #verbs + 1]
          local how, value = meet(row.operation, row.run, body, fixture.status)
          local none = row.operation == "batch_read" and how == "done" -- a 400 may say that no record has links
          -- A type that the account does not know is resolved once more, and the pair goes with the batches.
          local linked = row.operation == "associate_default" and how == "done" and
            given.links(portal, "contacts", 1, "companies")[501]
          if how ~= "refused" and not none and not linked then
            problems[#problems + 1] = ("%s, %s: %s: %s %s"):format(fixture[1], row.operation, what, how, value)
          end
        end
      end
    end
    assert.is_true(turn > 500)
    assert.same({}, problems)
  end)
end)

-- Whether a body says that something has failed.
local function complains(body)
  return body:find '"errors":%[{' or body:find '"message":"'
end

describe("an import, whatever an answer is", function()
  local portal, path
  setup(function()
    portal, path = tether.portal(), files.write "from,to,label\n1,501,A\n2,502,\n3,503,B\n"
  end)
  teardown(function()
    portal:close()
    files.remove_all()
  end)

  local function import(hub)
    return hub:import(path, { from = "contacts", to = "companies" })
  end

  local function recorded(operation)
    begin(portal)
    local hub <close> = portal:connect { retry_for = 0 }
    import(hub):assert()
    local request
    for _, one in ipairs(portal:log()) do
      if one.operation == operation then request = one end
    end
    begin(portal)
    local status, answer = given.ask(portal, request.method, request.path, request.body)
    return given.json.encode(answer), status
  end

  -- What is wrong with an import that meets an answer; nil: nothing.
  local function judge(operation, body, status)
    begin(portal)
    portal:fault { operation = operation, status = status, body = body, times = 30 }
    local hub <close> = portal:connect { retry_for = 0 }
    local ok, report = pcall(import, hub)
    if not ok and not tether.error.is(report) then return tostring(report) end
    if not ok then report = report.report end
    if not report then return "the report is lost" end
    local told = report.linked + report.unchanged + report.rejected + report.unknown + report.not_sent
    if told ~= 3 then return "its rows are lost: " .. tostring(report) end
    local complaint = complains(body)
    if operation == "batch_create" and complaint and report.linked > 0 then return "it links what is complained of" end
    if operation == "batch_create" and report.rejected > 0 and not complaint then
      return "it refuses rows that may be linked"
    end
  end

  for _, operation in ipairs { "batch_create", "batch_read", "labels_list" } do
    it("keeps its report and every row: " .. operation, function()
      local text, status = recorded(operation)
      local problems = {}
      for body, what in variants.of(text) do
        local problem = judge(operation, body, status)
        if problem then problems[#problems + 1] = what .. ": " .. problem end
      end
      for _, body in ipairs(strange) do
        for _, code in ipairs { 200, 400 } do
          local problem = judge(operation, body, code)
          if problem and code == 200 then problems[#problems + 1] = body .. ": " .. problem end
        end
      end
      assert.same({}, problems)
    end)
  end
end)
