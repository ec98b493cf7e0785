-- What all rows share costs few calls; what a search or an array of updates must not do.
local given = { empty = require("cjson").empty_array }
local account = require "spec.support.account"
local tether = require "tether"

describe("a reason that rows share", function()
  local portal, hub
  local ROWS <const> = 600
  before_each(function()
    local facts = { contacts = {}, companies = { { id = 9001 } } }
    for i = 1, ROWS do facts.contacts[i] = { id = 100 + i } end
    facts.labels = { { from = "contacts", to = "companies", label = "Boss", name = "boss" },
      { from = "contacts", to = "companies", label = "Other", name = "other" } }
    portal = tether.portal()
    portal:seed(facts)
    hub = portal:connect { concurrency = 2 }
  end)
  after_each(function() hub:close() portal:close() end)

  local function rows(label_of)
    local list = {}
    for i = 1, ROWS do list[i] = { 100 + i, 9001, label_of and label_of(i) } end
    return list
  end

  local function calls(operation)
    return portal:counters().operations[operation] or 0
  end

  it("and that the answer names is a verdict on these rows alone: a label deleted in mid-run", function()
    local boss
    for _, one in ipairs(hub.labels:list("contacts", "companies")) do boss = one.label == "Boss" and one or boss end
    local colleague <close> = portal:connect()
    hub.types:id("contacts", "companies", "Boss")
    colleague.labels:delete("contacts", "companies", boss)
    local outcome = hub:associate("contacts", "companies", rows(function(i)
      return i % 2 == 0 and "Boss" or "Other"
    end))
    assert.same({ ROWS // 2, ROWS // 2 }, { outcome.linked, outcome.rejected })
    assert.equal(2, calls "batch_create")
  end)

  it("in the same words of a 207 that names nobody is not looked for in each of them", function()
    portal:fault { operation = "batch_create", status = 207, body = { status = "COMPLETE", results = given.empty,
      numErrors = 1, errors = { { status = "error", category = "VALIDATION_ERROR", message = "somebody failed" } } } }
    local outcome = hub:associate("contacts", "companies", rows())
    assert.equal(0, outcome.linked)
    assert.is_true(outcome.rejected >= 3) -- those that were alone
    assert.equal(ROWS, outcome.rejected + outcome.unknown)
    assert.is_true(calls "batch_create" < 40, calls "batch_create")
    for failure in outcome:failures() do assert.matches("somebody failed", failure.error.message) end
  end)

  it("in the same words is not asked for row by row", function()
    portal:fault { operation = "batch_create", status = 400,
      body = { category = "VALIDATION_ERROR", message = "One or more associations are invalid" } }
    local outcome = hub:associate("contacts", "companies", rows())
    assert.equal(ROWS, outcome.rejected)
    assert.is_true(calls "batch_create" < 40, calls "batch_create")
    for failure in outcome:failures() do assert.matches("One or more associations", failure.error.message) end
  end)

  it("in the same words is not asked for record by record", function()
    portal:fault { operation = "records_update", status = 400,
      body = { category = "VALIDATION_ERROR", message = "Property values were not valid" } }
    local list = {}
    for i = 1, 300 do list[i] = { id = 100 + i, properties = { firstname = "x" } } end
    local _, failures = hub:update("contacts", list)
    assert.equal(300, #failures)
    assert.is_true(calls "records_update" < 60, calls "records_update")
  end)

  it("is none where a single row is bad: the others are done", function()
    local list = rows()
    list[17][1], list[18][1], list[400][1] = 7777, 7778, 7779 -- no such contacts
    portal:set("error_context", "none")
    local outcome = hub:associate("contacts", "companies", list)
    assert.same({ ROWS - 3, 3 }, { outcome.linked, outcome.rejected })
  end)
end)

describe("an array of updates", function()
  it("with one record twice is written in order, over batches too", function()
    local portal <close> = tether.portal()
    local hub <close> = portal:connect { concurrency = 8 }
    local facts, list = { contacts = {} }, {}
    for i = 1, 100 do
      facts.contacts[i] = { id = 100 + i }
      list[i] = { id = 100 + i, properties = { firstname = "first" } }
    end
    for i = 1, 100 do list[100 + i] = { id = 100 + i, properties = { firstname = "second" } } end
    list[201] = { id = 101, properties = { firstname = "third" } }
    portal:seed(facts)
    portal:fault { operation = "records_update", nth = 1, times = 1, delay = 0.5 } -- overtaken, were it not waited for
    local _, failures = hub:update("contacts", list)
    assert.same({}, failures)
    assert.equal("third", hub:get("contacts", 101, { properties = { "firstname" } }).properties.firstname)
    for id = 102, 200 do
      assert.equal("second", hub:get("contacts", id, { properties = { "firstname" } }).properties.firstname)
    end
  end)
end)

describe("a search", function()
  local portal, hub
  before_each(function() portal, hub = account.open {} end)
  after_each(account.close)

  local function page(count, after, total)
    local results = {}
    for i = 1, count do results[i] = { id = tostring(i), properties = { a = "b" } } end
    return { total = total or count, results = results, paging = after and { next = { after = after } } }
  end

  it("ends on a cursor that comes again", function()
    portal:fault { operation = "record_search", status = 200, body = page(2, "2") }
    local found = 0
    local ok, err = pcall(function()
      for _ in hub:search("contacts", { query = "x" }) do found = found + 1 end
    end)
    assert.is_false(ok)
    assert.equal("ANSWER_MALFORMED", err.code)
    assert.matches("same cursor", err.message)
    assert.equal(2, found)
  end)

  it("gives the page at the 10,000th record before it says that there are more", function()
    for i = 1, 50 do
      portal:fault { operation = "record_search", nth = i, times = 1, status = 200,
        body = page(200, tostring(i * 200), 10001) }
    end
    local found = 0
    local ok, err = pcall(function()
      for _ in hub:search("contacts", { query = "x" }) do found = found + 1 end
    end)
    assert.is_false(ok)
    assert.equal("TOO_LARGE", err.code)
    assert.equal(10000, found)
  end)

  it("takes integers, numbers and booleans, and refuses what is none", function()
    portal:seed { contacts = { { id = 1, properties = { email = "a@b.example", age = "42", vip = "true" } },
      { id = 2, properties = { email = "c@b.example", age = "7", vip = "false" } } } }
    local function ids(...)
      local list = {}
      for record in hub:search("contacts", { filters = { ... } }) do list[#list + 1] = record.id end
      return list
    end
    assert.same({ 1 }, ids { "age", "EQ", 42 })
    assert.same({ 1 }, ids { "age", "in", { 42, 43 } })
    assert.same({ 2 }, ids { "vip", "EQ", false })
    assert.same({ 1 }, ids { "vip", "EQ", true })
    for _, bad in ipairs { { "age", "EQ", print }, { "age", "IN", {} }, { "age", "IN", { {} } }, { 1, "EQ", "x" },
      "x" } do
      local ok, err = pcall(ids, bad)
      assert.is_false(ok)
      assert.equal("BAD_ARGUMENT", err.code)
    end
  end)
end)
