-- A shadow: a script that is tried on it comes to the same as the script itself, and the account gets reads alone.
local account = require "spec.support.account"
local as_shadow = require "spec.support.as_shadow"
local failure = require "spec.support.failure"
local files = require "spec.support.files"
local json = require "cjson"
local operations = require "spec.support.matrix.operations"
local process = require "spec.support.process"
local socket = require "socket"
local tether = require "tether"

local KILLS = math.tointeger(tonumber(os.getenv "JOB_KILLS")) or 4

describe("each verb, tried on a shadow and applied, says and leaves what it does on the account:", function()
  for _, row in ipairs(operations.list) do
    it(row.operation .. (row.by and " by " .. row.by or ""), function()
      local found = as_shadow.check(operations.seed(), function(hub) return row.run(hub, 3) end)
      assert.equal(found.real, found.tried)
    end)
  end
end)

describe("a shadow", function()
  local portal, hub, shadow
  before_each(function()
    portal, hub = account.open { contacts = {
        { id = 101, properties = { email = "jane@example.com", firstname = "Jane" } }, { id = 102 }, { id = 103 } },
      companies = { { id = 9001 }, { id = 9002 }, { id = 9003 } },
      labels = { { from = "contacts", to = "companies", label = "Boss", name = "boss", id = 7, inverseId = 8 } },
      links = { { from = "contacts", fromId = 101, to = "companies", toId = 9001, types = { 279, 1, "Boss" } } } }
    shadow = hub:shadow()
  end)
  after_each(function() shadow:close() account.close() files.remove_all() end)

  local function changes(plan)
    local list = {}
    for one in plan:changes() do
      list[#list + 1] = ("%s %s:%s %s"):format(one.action, one.from_type, one.from, one.to or "")
    end
    return list
  end

  it("shows the script its own writes, from both sides", function()
    shadow:associate("contacts", 102, "companies", 9001, "Boss")
    shadow:dissociate("contacts", 101, "companies", 9001)
    local seen = {}
    for link in shadow:associations("companies", { 9001 }, "contacts"):rows() do seen[#seen + 1] = link.to end
    assert.same({ 102 }, seen)
    assert.equal(1, #hub:associations("contacts", { 101 }, "companies"))
  end)

  it("refuses what the account refuses: a taken address, a record that is not there, a full record", function()
    assert.equal("CONFLICT", failure(shadow.create, shadow, "contacts", { email = "Jane@example.com" }).code)
    assert.equal("NOT_FOUND", failure(shadow.get, shadow, "contacts", 999).code)
    assert.equal(1, shadow:associate("contacts", "companies", { { 999, 9001 } }).rejected)
    shadow.limits:set("contacts", "companies", { default = 1 })
    assert.equal(1, shadow:associate("contacts", "companies", { { 101, 9002 } }).rejected)
    assert.equal("", as_shadow.writes(portal))
  end)

  it("moves the primary as the account does, and tells both ends of the move", function()
    shadow.primary:set("contacts", 101, "companies", 9002)
    local plan <close> = shadow:tried()
    hub:apply(plan):assert()
    assert.equal(9002, hub.primary:get("contacts", 101, "companies"))
  end)

  it("lists made and archived records among the account's, page by page", function()
    local lines = {}
    for id = 1001, 1250 do lines[#lines + 1] = ('{"kind":"record","type":"deals","id":%d}'):format(id) end
    portal:seed(table.concat(lines, "\n"))
    shadow:archive("deals", { 1001, 1100, 1250 })
    local made, ids = shadow:create("deals", { dealname = "New", dealstage = "1" }), {}
    for record in shadow:records("deals") do ids[#ids + 1] = record.id end
    assert.same({ 248, 1002, 1249, made.id }, { #ids, ids[1], ids[247], ids[248] })
  end)

  it("reads a record's list no further than a script goes", function()
    local lines = {}
    for id = 1, 1000 do lines[id] = ('{"kind":"record","type":"deals","id":%d}'):format(id) end
    portal:seed(table.concat(lines, "\n"))
    for record in shadow:records("deals", { properties = { "dealname" } }) do
      if record.id == 150 then break end
    end
    assert.equal(3, portal:counters().operations.record_list)
  end)

  it("fetches each fact once, in batches", function()
    for _ = 1, 2 do
      for _, id in ipairs { 101, 102, 103 } do shadow:associate("contacts", id, "companies", 9001) end
      shadow:associations("contacts", { 101, 102, 103 }, "companies")
    end
    assert.is_true(portal:counters().operations.batch_read <= 6)
    local calls = portal:counters().requests
    shadow:associations("companies", { 9001 }, "contacts")
    assert.equal(calls, portal:counters().requests)
  end)

  it("names records that the script makes by reference, and applies them by the ids that they get", function()
    local one = shadow:create("contacts", { firstname = "Ada", email = "ada@example.com" },
      { { to = 9001, type = "companies", types = "Boss" } })
    local two = shadow:create("companies", { name = "New" })
    shadow:associate("contacts", one.id, "companies", two.id)
    shadow.labels:ensure("contacts", "companies", { label = "Chief", inverse = "Chief of" })
    shadow:associate("contacts", 102, "companies", two.id, "Chief")
    local plan, path = shadow:tried(), files.folder() .. "/x.job"
    assert.same({ "label contacts:nil ", "create companies:new-2 ", "create contacts:new-1 ",
      "link contacts:102 new-2", "link contacts:new-1 9001", "link contacts:new-1 new-2" }, changes(plan))
    plan:save(path)
    plan:close()
    assert.equal("6 done", tostring(hub:apply(path)))
    local ada = hub:get("contacts", "email=ada@example.com").id
    assert.equal(2, #hub:associations("contacts", ada, "companies"))
    local undone = hub:undo(path)
    assert.same({ 3, 3 }, { undone.unlink, undone.left }) -- what undo does not take back is told
  end)

  it("tells what it cannot shadow exactly when that is used, and refuses what it does not keep", function()
    local first = #shadow.notices
    for _ = 1, 2 do shadow:search("contacts", { filters = { { "firstname", "EQ", "Jane" } } })() end
    shadow.limits:usage()
    assert.equal(first + 2, #shadow.notices)
    local problem = failure(shadow.request, shadow, "POST", "/crm/objects/2026-03/contacts/merge",
      { primaryObjectId = "101", objectIdToMerge = "102" })
    assert.equal("NOT_SHADOWED", problem.code)
    assert.equal("BAD_ARGUMENT", failure(shadow.shadow, shadow).code)
    assert.equal("BAD_ARGUMENT", failure(hub.tried, hub).code)
    assert.equal("", as_shadow.writes(portal))
  end)

  it("finds by search what the script has written, and not what it has changed", function()
    shadow:update("contacts", 101, { firstname = "Joan" })
    local made = shadow:create("contacts", { firstname = "Jane" })
    local ids = {}
    for record in shadow:search("contacts", { filters = { { "firstname", "EQ", "Jane" } } }) do
      ids[#ids + 1] = record.id
    end
    assert.same({ made.id }, ids)
  end)

  it("refuses rubbish as the account does, and takes none of it for a write", function()
    for _, one in ipairs { { "POST", "contacts/search", "null" },
      { "POST", "contacts/search", '{"sorts":[5],"after":"x"}' },
      { "POST", "contacts/batch/read", '{"inputs":[{"id":{}},{"id":1.5},null,7]}' },
      { "POST", "contacts", '{"properties":[1,2],"associations":{"to":1}}' },
      { "POST", "contacts/batch/upsert", '{"inputs":[{"idProperty":"email","id":5},{"idProperty":"email"}]}' },
      { "GET", "contacts?limit=x&after=y&associations=zzz" }, { "GET", "nonsense/1" }, { "POST", "contacts", "{{" } } do
      local problem = failure(shadow.request, shadow, one[1], "/crm/objects/2026-03/" .. one[2], one[3])
      assert.truthy(problem.code == "INVALID" or problem.code == "OBJECT_TYPE_UNKNOWN", tostring(problem))
    end
    assert.equal(0, #shadow:tried())
  end)

  it("leaves alone what has changed in the account since", function()
    shadow:update("contacts", 101, { firstname = "Joan" })
    shadow:associate("contacts", 102, "companies", 9002)
    local plan = shadow:tried()
    hub:update("contacts", 101, { firstname = "Jill" })
    hub:associate("contacts", 102, "companies", 9002, "Boss")
    local report = hub:apply(plan)
    assert.same({ 0, 2 }, { report.done, report.drifted })
    assert.equal("Jill", hub:get("contacts", 101, { properties = { "firstname" } }).properties.firstname)
  end)

  it("does not use up a job that a script applies", function()
    local path = files.folder() .. "/x.job"
    hub:plan(tether.links("contacts", "companies"):add(103, 9003)):save(path)
    assert.equal("1 done", tostring(shadow:apply(path)))
    assert.equal("1 done", tostring(hub:apply(path)))
  end)

  it("passes on what the account refuses, in its words", function()
    portal:fault { operation = "batch_read", status = 403, body = { category = "MISSING_SCOPES", message = "no" } }
    assert.equal("MISSING_SCOPES", failure(shadow.associations, shadow, "contacts", { 101 }, "companies").code)
  end)
end)

describe("applying a shadow's plan", function()
  local function given()
    local portal = tether.portal()
    portal:seed { companies = { { id = 9001 } } }
    local hub = portal:connect { retry_for = 0 }
    local shadow <close> = hub:shadow()
    for _, name in ipairs { "ada", "bob" } do
      shadow:create("contacts", { email = name .. "@example.com" }, { { to = 9001, type = "companies" } })
    end
    local path = files.folder() .. "/x.job"
    shadow:tried():save(path)
    return portal, hub, path
  end
  after_each(function() files.remove_all() end)

  it("makes no record twice, although the answer to their making was lost", function()
    local portal, hub, path = given()
    portal:fault { operation = "records_create", reset = "after", times = 1 }
    local report <close> = hub:apply(path)
    assert.equal("4 done", tostring(report)) -- by their addresses it is known that they are there
    assert.equal(2, #hub:associations("companies", 9001, "contacts"))
    assert.equal(2, select(2, portal:dump():gsub('"kind":"record","type":"contacts"', "")))
    hub:close()
    portal:close()
  end)

  it("goes on where the account has stopped it", function()
    local portal, hub, path = given()
    portal:fault { operation = "records_create", status = 403, body = { category = "MISSING_SCOPES", message = "no" } }
    assert.equal("MISSING_SCOPES", failure(hub.apply, hub, path).code)
    portal:clear_faults()
    assert.is_true(hub:apply(path):fine())
    assert.equal(2, #hub:associations("companies", 9001, "contacts"))
    hub:close()
    portal:close()
  end)
end)

describe("specs of verbs, run on shadows of their accounts", function()
  it("pass, and write nothing to the accounts", function()
    local command = "%s spec/support/busted.lua --output=plainTerminal --helper=spec/support/in_shadow.lua " ..
      "spec/labels_verbs_spec.lua spec/many_records_spec.lua spec/workflows/more_spec.lua; echo code $?"
    local pipe <close> = assert(io.popen(command:format(process.interpreter())))
    local text = pipe:read "a"
    assert.truthy(text:find "in shadows: %d%d+, written to the accounts: nothing", text)
    assert.truthy(text:find("code 0", 1, true), text)
  end)
end)

describe("applying a shadow's plan, killed again and again", function()
  local RECORDS = 60
  after_each(function() files.remove_all() end)

  local function child(portal, folder)
    return process.background(("%s spec/support/job_child.lua apply %s %s %s"):format(process.interpreter(), portal.url,
      portal.token, folder))
  end

  it("makes each record once, links it and changes what it was to change", function()
    local portal <close> = tether.portal { switches = { batch_most = 10, batch_create_most = 20 } }
    portal:seed { companies = { { id = 9001 }, { id = 9002 } }, contacts = { { id = 1 }, { id = 2 } } }
    local hub <close> = portal:connect()
    local shadow <close> = hub:shadow()
    shadow:update("contacts", 1, { firstname = "Jane" })
    for i = 1, RECORDS do
      shadow:create("contacts", { email = ("c%d@example.com"):format(i) }, { { to = 9001, type = "companies" } })
    end
    shadow:archive("contacts", 2)
    local folder = files.folder()
    shadow:tried():save(folder .. "/x.job")
    for try = 1, 200 do
      local running, killed = child(portal, folder), false
      if try <= KILLS then
        socket.sleep(0.02 + math.random() * 0.08)
        os.execute(("kill -KILL %d 2>/dev/null"):format(running.pid))
        killed = true
      end
      local code, text = running:finish()
      assert.is_true(code == 0 or killed, text)
      if code == 0 then break end
    end
    local count, linked = 0, #hub:associations("companies", { 9001 }, "contacts")
    for _ in hub:records "contacts" do count = count + 1 end
    assert.same({ RECORDS + 1, RECORDS }, { count, linked })
    assert.equal("Jane", hub:get("contacts", 1, { properties = { "firstname" } }).properties.firstname)
  end)
end)

describe("tether run --shadow", function()
  local portal, folder
  setup(function()
    portal, folder = tether.portal(), files.folder()
    portal:seed { contacts = { { id = 101 } }, companies = { { id = 9001 } } }
  end)
  teardown(function()
    portal:close()
    files.remove_all()
  end)

  local function run(line)
    local pipe <close> = assert(io.popen(("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether %s; echo $?"):format(
      portal.token, portal.url, line)))
    local text = pipe:read "a"
    return text:match "^(.-)(%d+)\n$"
  end

  it("knows who has a unique value by now, when the script has given it to another", function()
    as_shadow.check({ contacts = { { id = 7, properties = { email = "old@example.com" } }, { id = 8 } } }, function(hub)
      hub:update("contacts", 7, { email = "new@example.com" })
      hub:upsert("contacts", "email", { { id = "new@example.com", properties = { lastname = "Byron" } } })
      return hub:get("contacts", "email=new@example.com", { properties = { "lastname" } }).properties.lastname
    end)
  end)

  it("tells what a script that connects by itself would change, and keeps its exit code", function()
    local script = files.write([[
      local mine <close> = tether.connect()
      mine:associate("contacts", 101, "companies", 9001)
      print "done"
      return 5]], ".lua")
    local text, code = run("run --shadow --out " .. folder .. "/x.job " .. script .. " 2>/dev/null")
    assert.equal("5", code)
    assert.truthy(text:find("done\nwould change: 1 to link", 1, true), text)
    assert.truthy(text:find("link      101 -> 9001  no link => linked", 1, true), text)
    assert.equal("", as_shadow.writes(portal))
    text, code = run("apply -q " .. folder .. "/x.job")
    assert.equal("0", code, text)
  end)

  it("shows what one connection of a script writes to the others", function()
    local script = files.write([[
      tether.connect():create("contacts", { email = "ada@example.com" })
      print(hub:get("contacts", "email=ada@example.com").properties.email)]], ".lua")
    local text = run("run --shadow " .. script .. " 2>/dev/null")
    assert.truthy(text:find("1 to create", 1, true), text)
  end)

  it("answers JSON, and nothing else on stdout", function()
    local script = files.write('print "hello"; hub:create("contacts", { firstname = "Ada" })', ".lua")
    local text = run("run --shadow --json " .. script .. " 2>/dev/null")
    local first, second = text:match "^([^\n]+)\n([^\n]+)\n$"
    assert.equal(1, json.decode(first).create)
    assert.same({ "create", "new-1", "Ada" }, { json.decode(second).action, json.decode(second).from,
      json.decode(second).properties.firstname })
  end)

  it("tells what there was before a script failed, and refuses --out and --json without --shadow", function()
    local script = files.write('hub:create("contacts", { firstname = "Ada" }); error "broken"', ".lua")
    local text, code = run("run --shadow " .. script .. " 2>&1")
    assert.truthy(text:find("1 to create", 1, true) and text:find("broken", 1, true), text)
    assert.equal("3", code)
    text, code = run("run --shadow --out " .. folder .. "/half.job " .. script .. " 2>&1")
    assert.truthy(text:find("half.job is not written, since the script has not come to its end", 1, true), text)
    assert.equal("3", code)
    assert.is_nil(io.open(folder .. "/half.job"))
    text, code = run("run --json " .. script .. " 2>&1")
    assert.truthy(text:find("needs --shadow", 1, true), text)
    assert.equal("2", code)
  end)
end)
