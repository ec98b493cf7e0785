local given = require "spec.support.portal"

local portal
local function ask(...) return given.ask(portal, ...) end

local PAIR = "/crm/associations/2026-03/contacts/companies/"
local LINK = "/crm/objects/2026-03/contacts/101/associations/companies/9001"

local function input(from, to, ...)
  return { from = { id = from }, to = { id = to }, types = { ... } }
end

-- "1 279 U1": what a list shows of one link.
local function shown(from, id, to, target) return given.links(portal, from, id, to)[target] end

local function label(...) return given.label(portal, ...) end

describe("batches of the portal", function()
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  local prefixes = { PAIR, "/crm/objects/2026-03/associations/contacts/companies/" }

  it("create and read under both prefixes", function()
    for _, prefix in ipairs(prefixes) do
      local status, answer = ask("POST", prefix .. "batch/create", { inputs = { input(101, "9001", given.spec(279)) } })
      assert.same({ 201, "COMPLETE", 101 }, { status, answer.status, answer.results[1].fromObjectId })
      status, answer = ask("POST", prefix .. "batch/read", { inputs = { { id = "101" } } })
      assert.same({ 200, "101", 9001 }, { status, answer.results[1].from.id, answer.results[1].to[1].toObjectId })
    end
  end)

  it("answer 207 when some records are missing, and keep the others", function()
    local status, answer = ask("POST", PAIR .. "batch/create",
      { inputs = { input(101, 9001, given.spec(279)), input(101, 4, given.spec(279)) } })
    assert.same({ 207, 1, 1 }, { status, #answer.results, answer.numErrors })
    local failed = answer.errors[1]
    assert.same({ "OBJECT_NOT_FOUND", "crm.associations.TO_OBJECT_NOT_FOUND", "No company with ID 4 exists",
      { objectType = { "company" }, id = { "4" } } }, { failed.category, failed.subCategory, failed.message,
      failed.context })
    assert.equal("279", shown("contacts", 101, "companies", 9001))
  end)

  it("tell each missing side in an error of its own, by the sub-category", function()
    for _, name in ipairs { "create", "associate/default" } do
      local _, answer = ask("POST", PAIR .. "batch/" .. name, { inputs = { input(7, 9, given.spec(279)) } })
      assert.same({ "COMPLETE", {}, 2 }, { answer.status, answer.results, answer.numErrors })
      local sides = {}
      for i, one in ipairs(answer.errors) do
        sides[i] = one.subCategory:match "%.(%u+)_OBJECT_NOT_FOUND$" .. " " .. one.context.id[1]
      end
      assert.same({ "FROM 7", "TO 9" }, sides)
    end
  end)

  it("say of a type that it does not fit the pair", function()
    for id, type in pairs { [4] = "0-4", U5 = "1-5" } do
      local _, answer = ask("POST", PAIR .. "batch/create", { inputs = { input(101, 9001, given.spec(id)) } })
      assert.same({ "VALIDATION_ERROR", "crm.associations.INVALID_ASSOCIATION_TYPE",
        type .. " is not a valid association type between CONTACT and COMPANY",
        { type = { type }, fromObjectType = { "CONTACT" }, toObjectType = { "COMPANY" } } },
        { answer.category, answer.subCategory, answer.message, answer.context })
    end
  end)

  it("read what is an id, and name what is none", function()
    ask("POST", PAIR .. "batch/create", { inputs = { input(101, 9001, given.spec(279)) } })
    local status, answer = ask("POST", PAIR .. "batch/read", { inputs = { { id = "101" }, { id = "abc" } } })
    assert.same({ 207, 1, 1, "VALIDATION_ERROR", "crm.associations.INVALID_IDENTIFIER", { "abc" } },
      { status, #answer.results, answer.numErrors, answer.errors[1].category, answer.errors[1].subCategory,
        answer.errors[1].context.id })
  end)

  it("archive pairs of 100 records at most, however many inputs they stand in", function()
    local inputs = {}
    for i = 1, 200 do inputs[i] = { from = { id = 1000 + i % 100 }, to = { { id = 9001 } } } end
    assert.equal(200, (ask("POST", PAIR .. "batch/archive", { inputs = inputs })))
    inputs[201] = { from = { id = 5 }, to = { { id = 9001 } } }
    local status, answer = ask("POST", PAIR .. "batch/archive", { inputs = inputs })
    assert.equal(400, status)
    assert.matches("batch is 100.", answer.message, 1, true)
  end)

  it("are refused whole for a type that does not exist", function()
    assert.equal(400, (ask("POST", PAIR .. "batch/create",
      { inputs = { input(101, 9001, given.spec(279)), input(102, 9001, given.spec(280)) } })))
    assert.is_nil(shown("contacts", 101, "companies", 9001))
  end)

  it("say NO_ASSOCIATIONS_FOUND for a record without any", function()
    local status, answer = ask("POST", PAIR .. "batch/read", { inputs = { { id = "102" } } })
    assert.same({ 207, 1, "crm.associations.NO_ASSOCIATIONS_FOUND", "No company is associated with contact 102." },
      { status, answer.numErrors, answer.errors[1].subCategory, answer.errors[1].message })
    assert.same({ "102" }, answer.errors[1].context.fromObjectId)
  end)

  it("page a record of more than 500 links", function()
    local inputs = {}
    for i = 1, 501 do
      portal:seed("companies", 20000 + i)
      inputs[i] = input(101, 20000 + i, given.spec(279))
    end
    ask("POST", PAIR .. "batch/create", { inputs = inputs })
    local _, answer = ask("POST", PAIR .. "batch/read", { inputs = { { id = "101" } } })
    local first = answer.results[1]
    assert.equal(500, #first.to)
    _, answer = ask("POST", PAIR .. "batch/read", { inputs = { { id = "101", after = first.paging.next.after } } })
    assert.same({ 1, 20501 }, { #answer.results[1].to, answer.results[1].to[1].toObjectId })
    assert.is_nil(answer.results[1].paging)
  end)

  it("keep the ceilings of 2,000, 1,000 and 100", function()
    local ceilings = { create = 2000, read = 1000, archive = 100, ["labels/archive"] = 100,
      ["associate/default"] = 100 }
    for name, ceiling in pairs(ceilings) do
      local inputs = {}
      for i = 1, ceiling + 1 do inputs[i] = { id = i, from = { id = i } } end
      local status, answer = ask("POST", PAIR .. "batch/" .. name, { inputs = inputs })
      assert.same({ 400, true }, { status, answer.message:find("batch is " .. ceiling .. ".", 1, true) ~= nil })
    end
  end)

  it("link by default, both directions in the answer", function()
    local status, answer = ask("POST", PAIR .. "batch/associate/default",
      { inputs = { { from = { id = 101 }, to = { id = 9001 } }, { from = { id = 101 }, to = { id = 4 } } } })
    assert.same({ 200, 2, 1 }, { status, #answer.results, answer.numErrors })
  end)

  it("archive pairs and labels, with a body in the dated versions and none in v4", function()
    local boss = label("boss", "Boss")
    local roots = { [PAIR] = 200, ["/crm/v4/associations/contacts/companies/"] = 204 }
    for root, expected in pairs(roots) do
      ask("PUT", LINK, { given.spec("U" .. boss) })
      local inputs = { input(101, 9001, given.spec("U" .. boss)) }
      assert.equal(expected, (ask("POST", root .. "batch/labels/archive", { inputs = inputs })))
      assert.equal("279", shown("contacts", 101, "companies", 9001))
      inputs = { { from = { id = 101 }, to = { { id = 9001 } } } }
      assert.equal(expected, (ask("POST", root .. "batch/archive", { inputs = inputs })))
      assert.is_nil(shown("companies", 9001, "contacts", 101))
    end
  end)

  it("are refused whole when their JSON breaks off, wherever it does", function()
    local text = given.json.encode { inputs = { input(101, 9001, given.spec(279)), input(102, 9001, given.spec(279)) } }
    for _, cut in ipairs { 1, 8, 12, 30, #text // 2, #text // 2 + 3, #text - 2, #text - 1 } do
      local status, body = ask("POST", PAIR .. "batch/create", text:sub(1, cut))
      assert.same({ 400, nil }, { status, body.category })
      assert.matches("^Invalid input JSON on line 1, column %d+", body.message)
    end
    for _, tail in ipairs { "x", ",", "{}" } do
      assert.equal(400, (ask("POST", PAIR .. "batch/create", text .. tail)))
    end
    assert.is_nil(shown("contacts", 101, "companies", 9001))
    assert.equal(0, portal:counters().linked)
  end)

  it("take further fields, before and behind the inputs, and blanks between them", function()
    local inputs = given.json.encode { input(101, 9001, given.spec(279)) }
    for _, form in ipairs { '{"x":1,"inputs":%s}', '{"inputs":%s,"x":{"y":[1]},"z":null}', ' { "inputs" :\n%s } ' } do
      local status, answer = ask("POST", PAIR .. "batch/create", form:format(inputs))
      assert.same({ 201, 1 }, { status, #answer.results })
    end
    for _, wrong in ipairs { '{"inputs":{}}', '{"inputs":null}', "[]", '{"inputs":[1]}', '{"inputs":[,]}' } do
      assert.equal(400, (ask("POST", PAIR .. "batch/create", wrong)))
    end
  end)

  it("do nothing, well, without inputs", function()
    local status, answer = ask("POST", PAIR .. "batch/create", '{"inputs":[]}')
    assert.same({ 200, {} }, { status, answer.results })
    assert.equal(400, (ask("POST", PAIR .. "batch/create", "{}")))
  end)
end)
