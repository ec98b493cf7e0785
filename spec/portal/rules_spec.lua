local given = require "spec.support.portal"

-- What an account's own rules ask of new records is enforced by 2026-09 alone (csrc/data/wire.md, 3.1).
describe("the account's rules for new records", function()
  local portal
  local RULES = [[
    {"kind":"rule","type":"deals","property":"pipeline"}
    {"kind":"rule","type":"deals","property":"amount","when":{"property":"dealstage","value":"closedwon"}}
    {"kind":"rule","type":"tickets","association":"contacts"}
    {"kind":"record","type":"contacts","id":"101"}]]
  before_each(function()
    portal = given.open()
    portal:seed(RULES)
  end)
  after_each(function() portal:close() end)

  local function create(version, type, body)
    return given.ask(portal, "POST", ("/crm/objects/%s/%s"):format(version, type), body)
  end

  local function deal(stage, more)
    local properties = { dealname = "d", dealstage = stage }
    for name, value in pairs(more or {}) do properties[name] = value end
    return { properties = properties }
  end

  it("name the property that is missing", function()
    local status, problem = create("2026-09", "deals", deal "won")
    assert.same({ 400, "VALIDATION_ERROR", 1 }, { status, problem.category, #problem.errors })
    assert.same({ "MISSING_REQUIRED_PROPERTY", { "pipeline" } },
      { problem.errors[1].code, problem.errors[1].context.propertyName })
    assert.equal(201, (create("2026-09", "deals", deal("won", { pipeline = "default" }))))
  end)

  it("name the property that another one's value asks for, beside the others", function()
    local status, problem = create("2026-09", "deals", deal "closedwon")
    local found = {}
    for _, one in ipairs(problem.errors) do found[one.context.propertyName[1]] = one.code end
    assert.same({ 400, { amount = "MISSING_CONDITIONAL_REQUIRED_PROPERTY", pipeline = "MISSING_REQUIRED_PROPERTY" } },
      { status, found })
    assert.equal(201, (create("2026-09", "deals", deal("closedwon", { pipeline = "default", amount = "5" }))))
  end)

  it("ask for a link", function()
    local ticket = { properties = { subject = "s" } }
    local status, problem = create("2026-09", "tickets", ticket)
    assert.same({ 400, "contacts" }, { status, problem.errors[1].context.objectType[1] })
    ticket.associations = { { to = { id = "101" },
      types = { { associationCategory = "HUBSPOT_DEFINED", associationTypeId = 16 } } } }
    assert.equal(201, (create("2026-09", "tickets", ticket)))
  end)

  it("leave nothing behind", function()
    local before = portal:dump()
    create("2026-09", "tickets", { properties = { subject = "s" } })
    create("2026-09", "deals/batch/create", { inputs = { deal "won" } })
    assert.equal(before, portal:dump())
  end)

  it("hold in batches, and for what an upsert makes", function()
    local status, problem = create("2026-09", "deals/batch/create",
      { inputs = { deal("won", { pipeline = "default" }), deal "won" } })
    assert.same({ 400, "MISSING_REQUIRED_PROPERTY" }, { status, problem.errors[1].code })
    portal:seed '{"kind":"property","type":"deals","name":"number","unique":true}'
    local _, answer = create("2026-09", "deals/batch/upsert", { inputs = {
      { id = "7", idProperty = "number", properties = { dealname = "d", dealstage = "won" } } } })
    assert.equal("MISSING_REQUIRED_PROPERTY", answer.errors[1].errors[1].code)
  end)

  it("bind no other version", function()
    for _, version in ipairs { "2025-09", "2026-03" } do
      assert.equal(201, (create(version, "deals", deal "closedwon")))
      assert.equal(201, (create(version, "tickets", { properties = { subject = "s" } })))
    end
  end)

  it("are in a dump", function()
    local dump = portal:dump()
    local other = given.open()
    other:reset()
    other:seed(dump)
    assert.equal(dump, other:dump())
    assert.equal(400, (given.ask(other, "POST", "/crm/objects/2026-09/deals", deal "won")))
    other:close()
  end)

  it("are told by the client with what is missing, of one record and of each of many", function()
    local hub <close> = require "tether".connect { url = portal.url, token = portal.token, version = "2026-09" }
    local bare, good = deal("closedwon").properties, deal("won", { pipeline = "default" }).properties
    local _, refusal = pcall(hub.create, hub, "deals", bare)
    assert.equal("INVALID", refusal.code)
    assert.matches("amount", refusal.message, 1, true)
    assert.matches("pipeline", refusal.message, 1, true)
    local made, failures = hub:create("deals", { { properties = good }, { properties = bare } })
    assert.same({ true, nil, 1, 2, "INVALID" },
      { math.type(made[1].id) == "integer", made[2], #failures, failures[1].row, failures[1].error.code })
    assert.matches("amount", failures[1].error.message, 1, true)
    local _, of_ticket = pcall(hub.create, hub, "tickets", { subject = "s" })
    assert.matches("contacts", of_ticket.message, 1, true)
  end)

  it("may be warnings instead, which the client tells once and which change nothing", function()
    portal:set("warnings", "on")
    local hub <close> = require "tether".connect { url = portal.url, token = portal.token, version = "2026-09" }
    local before = #hub.notices
    for _ = 1, 2 do assert.equal("integer", math.type(hub:create("contacts", { lastname = "Doe" }).id)) end
    local made, failures = hub:create("contacts", { { properties = { lastname = "A" } } })
    assert.same({ "integer", 0 }, { math.type(made[1].id), #failures })
    assert.equal(before + 1, #hub.notices)
    assert.matches("warns: .*propertyName: hubspot_owner_id", hub.notices[before + 1])
  end)

  it("are told a hundred times at most: a warning may name the record that it is about", function()
    local hub <close> = require "tether".connect { url = portal.url, token = portal.token }
    local before = #hub.notices
    for i = 1, 105 do
      portal:fault { operation = "record_create", status = 201, times = 1, body = ([[{"id":"%d","properties":{},
        "warnings":[{"category":"LATE","context":{"id":["%d"]}}]}]]):format(i, i) }
      hub:create("contacts", { lastname = "Doe" })
    end
    assert.equal(before + 100, #hub.notices)
  end)

  it("are refused when they say nothing", function()
    for line, word in pairs {
      ['{"kind":"rule","type":"deals"}'] = "property or an association",
      ['{"kind":"rule","type":"deals","property":"a","association":"contacts"}'] = "property or an association",
      ['{"kind":"rule","type":"deals","property":"a","when":{"property":"b"}}'] = "when",
      ['{"kind":"rule","type":"deals","association":"nothing"}'] = "no object type nothing",
    } do
      assert.matches(word, tostring(select(2, pcall(portal.seed, portal, line))), 1, true)
    end
  end)
end)
