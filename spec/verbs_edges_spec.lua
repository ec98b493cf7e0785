-- Verbs, names and sets at their edges: what is easily left out of a request, and what is almost a key, a name, a set.
local account = require "spec.support.account"
local failure = require "spec.support.failure"
local given = require "spec.support.portal"
local tether = require "tether"

local function code_of(fn, ...)
  return failure(fn, ...).code
end

describe("verbs at their edges", function()
  local portal, hub
  before_each(function() portal, hub = account.open(nil, { retry_pause = 0.01 }) end)
  after_each(account.close)

  local function bodies(part)
    local found = {}
    for _, entry in ipairs(portal:log()) do
      if entry.method == "POST" and entry.path:find(part, 1, true) then found[#found + 1] = entry.body end
    end
    return found
  end

  it("give a label that begins with a digit an internal name that the account takes at once", function()
    hub.labels:create("contacts", "companies", { label = "2nd owner" })
    local sent = bodies "/labels"
    assert.equal(1, #sent)
    assert.equal("label_2nd_owner", given.json.decode(sent[1]).name)
  end)

  it("read archived records when asked to, one and several, and do not when not", function()
    hub:archive("contacts", 101)
    assert.equal("NOT_FOUND", code_of(hub.get, hub, "contacts", 101))
    assert.equal(101, hub:get("contacts", 101, { archived = true }).id)
    local found = hub:get("contacts", { 101 }, { archived = true })
    assert.equal(101, found[1].id)
    local ids = {}
    for record in hub:records("contacts", { archived = true }) do ids[#ids + 1] = record.id end
    assert.same({ 101 }, ids)
  end)

  it("make a record without links where the list of them is empty", function()
    hub:create("contacts", { firstname = "Jane" }, {})
    hub:create("contacts", { { properties = { firstname = "Joe" }, associations = {} } })
    for _, body in ipairs(bodies "/contacts") do assert.is_nil(body:find("associations", 1, true), body) end
  end)

  it("know no custom objects where the account has none to tell of", function()
    for _, fault in ipairs { { status = 404 }, { status = 403, refusal = "missing_scopes" } } do
      fault.operation = "schemas_list"
      portal:fault(fault)
      local other <close> = portal:connect()
      assert.equal("OBJECT_TYPE_UNKNOWN", code_of(other.get, other, "Cars", 1))
      portal:clear_faults()
    end
    portal:fault { operation = "schemas_list", status = 401, body = { message = "no" } }
    assert.equal("UNAUTHENTICATED", code_of(hub.get, hub, "Cars", 1))
  end)

  it("find a record by what was just written of its own type, and of no other", function()
    portal:set("search_delay", 60)
    portal:seed { deals = { { id = 777 } }, contacts = { { id = 777 } } }
    hub:update("deals", 777, { nickname = "n1" })
    assert.equal("NOT_FOUND", hub:associate("contacts", "companies", { { "nickname=n1", 9001 } }):failures()().error
      .code)
    hub:update("contacts", 777, { nickname = "n1" })
    assert.equal(1, hub:associate("contacts", "companies", { { "nickname=n1", 9001 } }).linked)
  end)

  it("find keys as people paste them, and take none without a value", function()
    portal:seed { contacts = { { id = 701, properties = { email = "jane@acme.example" } } },
      companies = { { id = 702, properties = { domain = "acme.example" } } } }
    local outcome = hub:associate("contacts", "companies", { { "email=mailto:jane@acme.example",
      "domain=https://www.acme.example/about?x" } })
    assert.equal(1, outcome.linked)
    assert.equal("1", table.concat({ hub:associations("contacts", 701, "companies"):find(702) and 1 }))
    local set = tether.links("contacts", "companies")
    for _, key in ipairs { "email=", " email = ", "domain=https://" } do
      assert.equal("BAD_ID", code_of(set.add, set, key, 9001))
      assert.equal("BAD_ID", code_of(set.add, set, 101, key))
    end
  end)
end)

describe("links sets at their edges", function()
  it("are put together with links sets alone", function()
    local set = tether.links("contacts", "companies"):add(101, 9001)
    for _, verb in ipairs { "union", "subtract", "intersect", "diff" } do
      if set[verb] then
        for _, other in ipairs { {}, "links", 7, { native = set.native, from = "contacts", to = "companies" } } do
          assert.equal("BAD_ARGUMENT", code_of(set[verb], set, other))
        end
      end
    end
  end)

  it("take an own type that no label names for the plain one of a pair with a custom object", function()
    local portal <close> = tether.portal()
    portal:seed { schemas = { { name = "pet", number = 33 } }, contacts = { { id = 5 } }, p_pet = { { id = 7 } },
      labels = { { from = "contacts", to = "p_pet", label = "Owner", name = "owner" } } }
    local hub <close> = portal:connect()
    local wanted = tether.links("contacts", "p_pet"):add(5, 7)
    hub:associate(wanted):assert()
    local current = hub:associations("contacts", { 5 }, "p_pet")
    assert.equal(1, #current)
    assert.equal(0, #current:subtract(wanted) + #wanted:subtract(current))
    for link in current:rows() do assert.same({ {}, {} }, { link.labels, link.items }) end
  end)
end)
