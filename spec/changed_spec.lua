-- hub:changed, and what reads by it: exact at any number, at equal times, and while records change.
local account = require "spec.support.account"
local failure = require "spec.support.failure"
local files = require "spec.support.files"
local given = require "spec.support.portal"
local tether = require "tether"

local NIGHT = "2026-11-28T02:00:00Z"
local NIGHT_MS = 1795831200000
local EARLIER_MS = NIGHT_MS - 3600000
local RECORDS = math.tointeger(tonumber(os.getenv "CHANGED_RECORDS")) or 1050 -- 10,450: five searches a second

local function line(type, id, updated)
  return ('{"kind":"record","type":"%s","id":%d,"created":1700000000000,"updated":%d}'):format(type, id, updated)
end

local function ids(hub, ...)
  local list, next_record, found = {}, hub:changed(...)
  for record in next_record do list[#list + 1] = record.id end
  return list, found
end

describe("changed", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open(table.concat({ line("contacts", 101, NIGHT_MS), line("contacts", 102, EARLIER_MS),
      line("contacts", 103, NIGHT_MS + 1), line("companies", 9001, NIGHT_MS),
      line("companies", 9002, EARLIER_MS) }, "\n"))
  end)
  after_each(account.close)

  it("searches the property that each type has for it", function()
    assert.same({ 101, 103 }, (ids(hub, "contacts", NIGHT)))
    assert.same({ 9001 }, (ids(hub, "companies", NIGHT)))
    local searched = {}
    for _, request in ipairs(portal:log()) do
      if request.path:find("/search", 1, true) then
        searched[#searched + 1] = given.json.decode(request.body).filterGroups[1].filters[1].propertyName
      end
    end
    assert.same({ "lastmodifieddate", "hs_lastmodifieddate" }, searched)
    assert.equal("hs_lastmodifieddate", select(2, ids(hub, "company", NIGHT)).property)
    assert.equal("lastmodifieddate", select(2, ids(hub, "0-1", NIGHT)).property)
  end)

  it("takes ISO 8601, milliseconds and what Lua has for times", function()
    for _, since in ipairs { NIGHT, "2026-11-28 02:00Z", "2026-11-28T03:30:00+01:30", "2026-11-27T21:00:00.0-0500",
      NIGHT_MS, NIGHT_MS // 1000, tostring(NIGHT_MS), os.date("*t", NIGHT_MS // 1000) } do
      local list, found = ids(hub, "contacts", since)
      assert.same({ 101, 103 }, list)
      assert.equal(NIGHT_MS, found.since)
    end
    assert.same({ 103 }, (ids(hub, "contacts", NIGHT_MS + 1)))
    assert.same({ 101, 102, 103 }, (ids(hub, "contacts", "2026-11-27")))
  end)

  it("refuses what is no time before anything is sent, and says what is", function()
    for since, text in pairs { ["yesterday"] = "2026%-11%-28", ["2026-02-29"] = "a day that there is",
      ["2026-11-28T02:00:00"] = "its zone", ["2026-11-28T24:00Z"] = "2026%-11%-28", [-5] = "1970",
      [1795831200000000] = "1970", [1.5] = "whole number", [""] = "2026%-11%-28" } do
      local problem = failure(hub.changed, hub, "contacts", since)
      assert.equal("BAD_ARGUMENT", problem.code)
      assert.truthy(problem.message:find(text), problem.message)
    end
    assert.equal("BAD_ARGUMENT", failure(hub.changed, hub, "contacts").code)
    assert.equal("BAD_ARGUMENT", failure(hub.changed, hub, "contacts", { year = "x" }).code)
    assert.equal("OPTION_UNKNOWN", failure(hub.changed, hub, "contacts", NIGHT, { property = {} }).code)
    assert.equal("BAD_ARGUMENT", failure(hub.each_link, hub, "contacts", "companies",
      { ids = { 101 }, changed_since = NIGHT }).code)
    assert.same({}, portal:log())
  end)

  it("tells since when to look the next time", function()
    local began = os.time() * 1000
    local _, found = ids(hub, "contacts", NIGHT)
    assert.is_true(found.next >= began - 62000 and found.next <= os.time() * 1000 - 58000)
  end)

  it("loses and doubles none while records are archived, made and changed between its pages", function()
    local lines, seen = {}, {}
    for id = 1001, 1450 do lines[#lines + 1] = line("contacts", id, NIGHT_MS) end
    portal:seed(table.concat(lines, "\n"))
    for record in hub:changed("contacts", NIGHT) do
      assert.is_nil(seen[record.id])
      seen[record.id] = true
      if record.id == 1100 then
        hub:archive("contacts", { 1001, 1002, 1003 }) -- places move; ids do not
        hub:update("contacts", 1004, { firstname = "Jane" })
        hub:update("contacts", 102, { firstname = "Late" })
      end
    end
    for id = 1001, 1450 do assert.is_true(seen[id]) end
    assert.is_nil(seen[102])
  end)

  it("refuses an answer that is in another order than asked for", function()
    portal:fault { operation = "record_search", status = 200, body = { total = 2, results = {
      { id = "102", properties = {} }, { id = "101", properties = {} } } } }
    assert.equal("ANSWER_MALFORMED", failure(ids, hub, "contacts", NIGHT).code)
  end)
end)

describe("changed, beyond the ten thousand that a search pages", function()
  it("finds each record of one time once, in the fewest calls, and never by its place", function()
    local portal <close> = tether.portal()
    local hub <close> = portal:connect()
    local lines = {}
    for id = 1, RECORDS do lines[id] = line("deals", id, NIGHT_MS) end
    portal:seed(table.concat(lines, "\n"))
    local list, found = ids(hub, "deals", NIGHT)
    for i, id in ipairs(list) do assert.equal(i, id) end
    assert.same({ RECORDS, RECORDS, (RECORDS + 199) // 200 }, { #list, found.records, found.calls })
    for _, request in ipairs(portal:log()) do assert.is_nil(request.body:find("after", 1, true)) end
  end)
end)

describe("what reads changed records alone", function()
  local portal, hub, folder
  setup(function()
    folder = files.folder()
    portal, hub = account.open(table.concat({ line("contacts", 101, NIGHT_MS), line("contacts", 102, EARLIER_MS),
      line("companies", 9001, EARLIER_MS) }, "\n"))
    portal:seed { links = { { from = "contacts", fromId = 101, to = "companies", toId = 9001, types = { 279 } },
      { from = "contacts", fromId = 102, to = "companies", toId = 9001, types = { 279 } } } }
  end)
  teardown(function() account.close() files.remove_all() end)

  local function run(command)
    local pipe <close> = assert(io.popen(("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether %s 2>&1"):format(portal.token,
      portal.url, command)))
    return pipe:read "a"
  end

  it("each_link and tether export", function()
    for set in hub:each_link("contacts", "companies", { changed_since = NIGHT }) do
      assert.same({ 1, 101 }, { #set, set:rows()().from })
    end
    local out = run("export contacts companies -q --changed-since " .. NIGHT)
    assert.equal("from,to,labels,primary\n101,9001,,\n", (out:gsub("\r", "")))
    out = run "export contacts companies --changed-since tonight"
    assert.truthy(out:find("BAD_ARGUMENT", 1, true) or out:find("a time such as", 1, true), out)
  end)

  it("a backup, which restore brings back and diff refuses", function()
    local part, whole = folder .. "/part.links", folder .. "/whole.links"
    assert.equal(1, hub:backup("contacts:companies", part, { changed_since = NIGHT }).links)
    assert.equal(2, hub:backup("contacts:companies", whole).links)
    assert.equal("BAD_ARGUMENT", failure(hub.diff, hub, part).code)
    assert.equal("BAD_ARGUMENT", failure(hub.diff, hub, whole, part).code)
    assert.equal("BAD_ARGUMENT", failure(hub.backup, hub, "contacts:companies", whole,
      { changed_since = NIGHT, replace = true }).code)
    hub:dissociate("contacts", 101, "companies", 9001)
    assert.equal("BAD_ARGUMENT", failure(hub.restore, hub, part, { scope = "all", prune = true }).code)
    local plan = hub:restore(part)
    assert.equal("1 done", tostring(hub:apply(plan)))
    assert.equal(2, hub:backup("contacts:companies", folder .. "/again.links").links)
    local out = run(("backup contacts:companies --out %s/cli.links --changed-since %s"):format(folder, NIGHT))
    assert.truthy(out:find("1 links of 1 pairs", 1, true), out)
  end)
end)
