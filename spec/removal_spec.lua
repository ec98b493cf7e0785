-- What was removed is called removed, and reading back tells whether it is gone.
local account = require "spec.support.account"
local tether = require "tether"

describe("a removal", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open({ contacts = { { id = 1 }, { id = 2 } }, companies = { { id = 5 } },
      labels = { { from = "contacts", to = "companies", label = "A", name = "a" },
        { from = "contacts", to = "companies", label = "B", name = "b" } } }, { retry_pause = 0.01 })
    hub:associate("contacts", "companies", { { 1, 5, { "A", "B" } }, { 2, 5, "A" } })
  end)
  after_each(account.close)

  it("says removed, not linked", function()
    local outcome = hub:unlabel("contacts", "companies", { { 1, 5, "A" } })
    assert.equal("1 removed, 0 unchanged, 0 rejected, 0 unknown", tostring(outcome))
    assert.same({ "removed", 1 }, { outcome:state(1), outcome.removed })
    outcome = hub:dissociate("contacts", "companies", { { 1, 5 }, { 2, 5 } })
    assert.equal("2 removed, 0 unchanged, 0 rejected, 0 unknown", tostring(outcome))
    assert.equal("removed", outcome:state(2))
  end)

  -- An input of batch/archive is a record with all that it is parted from (csrc/data/wire.md, 4.10).
  local function removals(contacts, companies)
    local set = tether.links("contacts", "companies")
    for contact = 101, 100 + contacts do
      for company = 501, 500 + companies do set:add(contact, company) end
    end
    local lines = {}
    for kind, ids in pairs { contacts = { 101, contacts }, companies = { 501, companies } } do
      for id = ids[1], ids[1] + ids[2] - 1 do
        lines[#lines + 1] = ('{"kind":"record","type":"%s","id":%d}'):format(kind, id)
      end
    end
    portal:seed(table.concat(lines, "\n"))
    hub:associate(set, { read = false }):assert()
    portal:clear_log()
    assert.equal(contacts * companies, hub:dissociate(set).removed)
    local calls = 0
    for _, request in ipairs(portal:log()) do
      calls = calls + (request.operation == "batch_archive" and 1 or 0)
      assert.is_true(request.status < 300)
    end
    for contact = 101, 100 + contacts do assert.equal(0, #hub:associations("contacts", contact, "companies")) end
    return calls
  end

  it("of many links of few records takes a call for a hundred records", function()
    assert.equal(3, removals(250, 4))
  end)

  it("of the links of one record takes a call for 2,000 of them", function()
    assert.equal(3, removals(1, 4500))
  end)

  it("of labels is read back when that is asked for: gone with the label, though the link stays", function()
    local outcome = hub:unlabel("contacts", "companies", { { 1, 5, "A" }, { 2, 5, "A" } }, { verify = true })
    assert.equal("2 removed, 0 unchanged, 0 rejected, 0 unknown", tostring(outcome))
    assert.is_true((portal:counters().operations.batch_read or 0) > 0)
    local found = hub:associations("contacts", 1, "companies")
    assert.same({ "B" }, found:row(1).labels)
  end)

  it("of labels that an account only says it has done is unknown when it is read back", function()
    portal:fault { operation = "batch_labels_archive", status = 204 }
    local outcome = hub:unlabel("contacts", "companies", { { 1, 5, "A" }, { 2, 5, "A" } }, { verify = 0.1 })
    assert.equal(2, outcome.unknown)
    for failure in outcome:failures() do assert.matches("still shows what was removed", failure.error.message) end
  end)
end)
