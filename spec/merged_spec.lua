-- An id of a record that was merged into another leads to the one that survived.
local account = require "spec.support.account"

describe("the id of a merged record", function()
  local hub, survivor
  before_each(function()
    hub = select(2, account.open { contacts = { { id = 1, properties = { email = "one@example.com" } },
      { id = 2, properties = { email = "two@example.com" } } }, companies = { { id = 5 }, { id = 6 } } })
    hub:associate("contacts", 1, "companies", 5)
    hub.primary:set("contacts", 1, "companies", 5)
    survivor = math.tointeger(tonumber(hub:request("POST", "/crm/objects/2026-03/contacts/merge",
      { primaryObjectId = "1", objectIdToMerge = "2" }).id))
  end)
  after_each(account.close)

  it("is followed by an array of get, and its address by keys", function()
    local found, failures = hub:get("contacts", { 1, 2, survivor })
    assert.same({}, failures)
    assert.same({ survivor, survivor, survivor }, { found[1].id, found[2].id, found[3].id })
    assert.equal(survivor, hub:get("contacts", "email=two@example.com").id)
    local outcome = hub:associate("contacts", "companies", { { "email=two@example.com", 6 },
      { "email=one@example.com", 6 } })
    assert.equal(0, outcome.rejected + outcome.unknown)
  end)

  it("is followed by verify", function()
    local outcome = hub:associate("contacts", "companies", { { 2, 6 } }, { verify = 1 })
    assert.equal("1 linked, 0 unchanged, 0 rejected, 0 unknown", tostring(outcome))
    assert.is_truthy(hub:associations("contacts", survivor, "companies"):find(6))
  end)

  it("is followed by primary:set", function()
    hub.primary:set("contacts", 2, "companies", 6)
    assert.equal(6, hub.primary:get("contacts", survivor, "companies"))
  end)
end)
