-- Many records at once: each input gets its own answer, whatever ids and values look like.
local account = require "spec.support.account"

describe("many records", function()
  local hub
  before_each(function()
    hub = select(2, account.open { contacts = { { id = 1, properties = { email = "2" } },
      { id = 2, properties = { email = "1" } },
      { id = 3, properties = { email = "a@b.example", firstname = "Ann" } } } })
  end)
  after_each(account.close)

  it("values of a unique property that look like other records' ids find their own", function()
    local found, failures = hub:get("contacts", { "1", "2", "A@b.example" },
      { id_property = "email", properties = { "email" } })
    assert.same({}, failures)
    assert.same({ 2, 1, 3 }, { found[1].id, found[2].id, found[3].id })
  end)

  it("by a unique property that is not among the properties asked for", function()
    local found, failures = hub:get("contacts", { "a@b.example", "nobody@b.example" },
      { id_property = "email", properties = { "firstname" } })
    assert.equal(3, found[1].id)
    assert.equal("Ann", found[1].properties.firstname)
    assert.equal(1, #failures)
    assert.equal(2, failures[1].row)
    assert.equal("NOT_FOUND", failures[1].error.code)
  end)

  it("an id that is asked for twice is answered twice", function()
    local found, failures = hub:get("contacts", { 1, 3, 1, 99, 99 })
    assert.same({ 1, 3, 1 }, { found[1].id, found[2].id, found[3].id })
    assert.same({ 4, 5 }, { failures[1].row, failures[2].row })
    for _, failure in ipairs(failures) do assert.equal("NOT_FOUND", failure.error.code) end
  end)
end)
