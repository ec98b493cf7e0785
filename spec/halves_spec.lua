-- What is refused as a whole goes again in halves, and what is large goes alone: records, further pages, answers that
-- would not fit into memory together; and who goes first.
local account = require "spec.support.account"
local files = require "spec.support.files"
local given = require "spec.support.portal"
local tether = require "tether"

describe("what goes again, or goes first:", function()
  local portal, hub
  before_each(function() portal, hub = account.open(nil, { retry_pause = 0.01 }, { switches = { page = 2 } }) end)
  after_each(function() account.close() files.remove_all() end)

  it("records beside one that the account refuses are made, changed and archived", function()
    portal:seed { contacts = { { id = 7, properties = { email = "taken@example.com" } } } }
    local inputs = {}
    for i = 1, 5 do inputs[i] = { properties = { email = i == 3 and "taken@example.com" or i .. "@example.com" } } end
    local made, failures = hub:create("contacts", inputs)
    assert.equal("CONFLICT", failures[1].error.code)
    assert.same({ 1, 3 }, { #failures, failures[1].row })
    for i = 1, 5 do assert.equal(i ~= 3 and i .. "@example.com" or nil, made[i] and made[i].properties.email) end
    portal:fault { operation = "records_archive", status = 400, times = 1, body = { message = "one of them" } }
    hub:archive("contacts", { 101, 102, 103 })
    assert.equal(0, select("#", hub:get("contacts", { 7 })) - 2)
    for id = 101, 103 do assert.is_false((pcall(hub.get, hub, "contacts", id))) end
  end)

  it("further pages that are too much for one request are read in two", function()
    local rows = {}
    for contact = 101, 103 do
      for company = 9001, 9003 do rows[#rows + 1] = { contact, company } end
    end
    hub:associate("contacts", "companies", rows):assert()
    portal:fault { operation = "batch_read", nth = 2, times = 1, status = 413, body = { message = "too large" } }
    local seen = {}
    for link in hub:associations("contacts", { 101, 102, 103 }, "companies"):rows() do
      seen[#seen + 1] = { link.from, link.to }
    end
    table.sort(seen, function(a, b) return a[1] < b[1] or a[1] == b[1] and a[2] < b[2] end)
    assert.same(rows, seen)
    assert.equal(1, portal:counters().faults)
  end)

  it("a single call goes before what waits of a batch, where one request is under way at a time", function()
    local narrow <close> = portal:connect { concurrency = 1 }
    portal:fault { operation = "batch_create", delay = 30 }
    local got
    tether.run(function()
      local bulk = tether.run(function() narrow:associate("contacts", "companies", { { 101, 9001 }, { 102, 9002 } }, {
        read = false }) end)
      local over = false
      local single = tether.run(function()
        while narrow.session:under_way() == 0 and not over do tether.sleep(0.005) end
        got = narrow:get("contacts", 103).id
      end)
      tether.within(20, function() single:wait() end)
      over = true
      bulk:cancel()
    end):wait()
    assert.equal(103, got)
  end)

  it("large answers are asked for so that a few of them are held, and not one for each request", function()
    local wide <close> = portal:connect { concurrency = 16 }
    local most = 0
    portal:fault { operation = "batch_read", status = 200, delay = 0.1,
      body = '{"status":"COMPLETE","results":[],"padding":"' .. ("x"):rep(9 << 20) .. '"}' }
    wide:on("request", function() most = math.max(most, wide.session:under_way()) end)
    local ids = {}
    for id = 1, 12000 do ids[id] = id end
    wide:associations("contacts", ids, "companies")
    assert.is_true(most <= 7, most)
  end)
end)

describe("names that are no names:", function()
  it("a type of the account's own goes by its bare id, in its direction", function()
    local portal <close> = given.open()
    local hub <close> = portal:connect()
    portal:seed { labels = { { from = "contacts", to = "companies", label = "Boss", name = "boss", id = 4242,
      inverseLabel = "Staff", inverseId = 4243 } } }
    assert.equal(1, hub:associate("contacts", 101, "companies", 9001, 4242).linked)
    for link in hub:associations("contacts", 101, "companies"):rows() do assert.same({ "Boss" }, link.labels) end
    local fine, err = pcall(hub.associate, hub, "contacts", 102, "companies", 9001, 4243)
    assert.same({ false, "TYPE_WRONG_DIRECTION" }, { fine, err.code })
    assert.matches('4243 ("Staff") is companies to contacts', err.message, 1, true)
  end)

  it("the id of a merged record is followed by an import, which tells it", function()
    local portal <close> = given.open()
    local hub <close> = portal:connect()
    hub:request("POST", "/crm/objects/2026-03/companies/merge", { primaryObjectId = "9001", objectIdToMerge = "9002" })
    local survivor = hub:get("companies", 9002).id
    local path = files.write "from,to\n101,9002\n102,9003\n"
    local report = hub:import(path, { from = "contacts", to = "companies", verify = 1 })
    files.remove_all()
    assert.same({ 2, 0, 0 }, { report.linked, report.rejected, report.unknown })
    assert.same({ [9002] = survivor }, report.merged)
  end)
end)
