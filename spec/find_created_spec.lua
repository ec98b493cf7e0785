-- Creates whose answer is lost: never twice, and known where something unique tells.
local account = require "spec.support.account"

describe("a create whose answer is lost", function()
  local portal, hub
  before_each(function() portal, hub = account.open({}, { retry_pause = 0.01, timeout = 5 }) end)
  after_each(account.close)

  local function created(operation)
    return portal:counters().operations[operation] or 0
  end

  local function emails()
    local list = {}
    for record in hub:records("contacts", { properties = { "email" } }) do
      list[#list + 1] = record.properties.email or "none"
    end
    table.sort(list)
    return list
  end

  local lost = {
    ["reset after it was applied"] = { reset = "after" },
    ["reset in mid answer"] = { reset = "middle" },
    ["502 though it was applied"] = { status = 502, applied = true },
    ["an answer cut in half"] = { truncate = true },
    ["an answer that is no JSON"] = { malformed = true },
    ["502, not applied"] = { status = 502 },
    ["reset before it was read"] = { reset = "before" },
  }
  for name, fault in pairs(lost) do
    it("is settled by a contact's e-mail address: " .. name, function()
      fault.operation, fault.times = "record_create", 1
      portal:fault(fault)
      local jane = hub:create("contacts", { email = "jane@example.com", firstname = "Jane" })
      assert.equal("Jane", jane.properties.firstname)
      assert.same({ "jane@example.com" }, emails())
      assert.equal(jane.id, hub:get("contacts", "jane@example.com", { id_property = "email" }).id)
    end)

    it("is settled for every input of a batch: " .. name, function()
      fault.operation, fault.times = "records_create", 1
      portal:fault(fault)
      local made, failures = hub:create("contacts", { { properties = { email = "a@example.com" } },
        { properties = { email = "b@example.com" } } })
      assert.same({}, failures)
      assert.same({ "a@example.com", "b@example.com" }, emails())
      assert.equal("b@example.com", made[2].properties.email)
    end)

    it("of a label is settled by the list: " .. name, function()
      fault.operation, fault.times = "labels_create", 1
      portal:fault(fault)
      local label = hub.labels:create("contacts", "companies", { label = "Partner" })
      assert.equal(hub.types:id("contacts", "companies", "Partner"), label.id)
      local count = 0
      for _, one in ipairs(hub.labels:list("contacts", "companies")) do
        count = count + (one.label == "Partner" and 1 or 0)
      end
      assert.equal(1, count)
    end)
  end

  it("is in doubt without a unique property, and is sent once", function()
    portal:fault { operation = "record_create", reset = "after", times = 1 }
    local ok, err = pcall(hub.create, hub, "companies", { name = "Big" })
    assert.is_false(ok)
    assert.is_true(err.in_doubt)
    assert.matches("may or may not have been applied", err.message)
    assert.matches("unique", err.hint)
    assert.equal(1, created "record_create")
    local found = 0
    for _ in hub:records "companies" do found = found + 1 end
    assert.equal(1, found)
  end)

  it("is in doubt row by row in a batch without a unique property", function()
    portal:fault { operation = "records_create", reset = "after", times = 1 }
    local made, failures = hub:create("companies", { { properties = { name = "A" } }, { properties = { name = "B" } } })
    assert.same({}, made)
    assert.equal(2, #failures)
    assert.is_true(failures[1].error.in_doubt)
    assert.equal(1, created "records_create")
  end)

  it("is settled by a property that the script calls unique", function()
    hub:create("contacts", { email = "x@example.com" })
    portal:fault { operation = "record_create", reset = "after", times = 1 }
    local one = hub:create("contacts", { email = "y@example.com" }, nil, { unique = "email" })
    assert.equal("y@example.com", one.properties.email)
  end)

  it("stays in doubt when a stale read does not find it and the next attempt is refused", function()
    local function is_refused_in_doubt(operation, create)
      portal:clear_faults()
      portal:fault { operation = operation, nth = 1, times = 1, reset = "after" }
      portal:fault { operation = "record_get", nth = 1, times = 1, status = 404,
        body = { category = "OBJECT_NOT_FOUND", message = "not yet" } }
      portal:fault { operation = operation, nth = 2, times = 9, status = 401, body = { message = "no" } }
      local err = create()
      assert.equal("UNAUTHENTICATED", err.code)
      assert.is_true(err.in_doubt)
    end
    is_refused_in_doubt("record_create", function()
      return select(2, pcall(hub.create, hub, "contacts", { email = "one@example.com" }))
    end)
    is_refused_in_doubt("records_create", function()
      local _, failures = hub:create("contacts", { { properties = { email = "two@example.com" } } })
      return failures[1].error
    end)
  end)

  it("is a conflict when the record was there before", function()
    portal:seed { contacts = { { id = 7, properties = { email = "old@example.com" } } } }
    local ok, err = pcall(hub.create, hub, "contacts", { email = "old@example.com" })
    assert.is_false(ok)
    assert.equal("CONFLICT", err.code)
    portal:fault { operation = "record_create", status = 502, times = 1 }
    portal:clock(portal:clock() - 3600 * 1000)
    portal:seed { contacts = { { id = 8, properties = { email = "older@example.com" } } } }
    portal:clock(portal:clock() + 3600 * 1000)
    ok, err = pcall(hub.create, hub, "contacts", { email = "older@example.com" })
    assert.is_false(ok)
    assert.equal("CONFLICT", err.code)
    assert.matches("Existing ID: 8", err.message)
  end)

  it("asks for a report once: each call would mail again", function()
    portal:fault { operation = "usage_report", reset = "after", times = 1 }
    local ok, err = pcall(hub.usage_report, hub, 1)
    assert.is_false(ok)
    assert.is_true(err.in_doubt)
    assert.equal(1, #portal:reports())
  end)

  it("is sent again when it cannot have been applied", function()
    for _, status in ipairs { 423, 429, 477 } do
      portal:fault { operation = "record_create", status = status, times = 1,
        headers = { ["Retry-After"] = "0" } }
    end
    assert.equal("Deal", hub:create("companies", { name = "Deal" }).properties.name)
  end)
end)
