local failure = require "spec.support.failure"
local tether = require "tether"

describe("built-in types, offline", function()
  it("are the 445 of the guides and 11 extras, each found again by pair, name and id", function()
    local all = tether.types.all()
    assert.equal(456, #all)
    assert.equal(1251, tether.types.find("projects", "marketing_events", 1250).inverse)
    assert.equal(1374, tether.types.id("marketing_events", "contacts"))
    assert.equal(1375, tether.types.id("contacts", "marketing_events"))
    assert.equal(2563, tether.types.find("marketing_events", "marketing_events", 2563).inverse)
    for _, known in ipairs(all) do
      assert.equal(known.id, tether.types.id(known.from, known.to, known.name))
      assert.equal(known.id, tether.types.id(known.from, known.to, known.id))
    end
  end)

  it("have inverses that point back, in the other direction", function()
    for _, known in ipairs(tether.types.all()) do
      if known.inverse then
        local inverse = tether.types.find(known.to, known.from, known.inverse)
        assert.equal(known.id, inverse.inverse)
      end
    end
  end)

  it("go by name and direction", function()
    assert.equal(279, tether.types.id("contacts", "companies"))
    assert.equal(280, tether.types.id("Company", "0-1", "unlabeled"))
    assert.equal(1, tether.types.id("contact", "COMPANIES", "primary"))
    assert.equal(14, tether.types.id("companies", "companies", "child_to_parent_company"))
    assert.equal(20, tether.types.id("line items", "deals"))
    assert.equal("0-47", tether.types.object("MEETING_EVENT").id)
  end)

  it("refuse an id of the wrong direction and name the right one", function()
    local err = failure(tether.types.id, "contacts", "companies", 280)
    assert.equal("TYPE_WRONG_DIRECTION", err.code)
    assert.matches("280 is company to contact.*that direction is 279", err.message)
  end)

  it("suggest the nearest names on a miss", function()
    local err = failure(tether.types.id, "contcts", "companies")
    assert.equal("OBJECT_TYPE_UNKNOWN", err.code)
    assert.matches('"contacts"', err.message)
    err = failure(tether.types.id, "contacts", "companies", "primry")
    assert.equal("TYPE_UNKNOWN", err.code)
    assert.matches('"primary"', err.message)
    assert.matches("what to do: ", tostring(err))
  end)

  it("let custom objects pass", function()
    assert.is_true(tether.types.object("2-123").custom)
    assert.is_true(tether.types.object("p_pet").custom)
    assert.equal(0, #tether.types.of_pair("2-123", "contacts"))
  end)
end)
