-- The portal at its edges: the first value that is refused, the last that is not, and what must not come back.
local given = require "spec.support.portal"
local files = require "spec.support.files"
local tether = require "tether"

describe("the portal at its edges", function()
  local portal
  local function ask(...) return given.ask(portal, ...) end
  before_each(function() portal = given.open() end)
  after_each(function()
    portal:close()
    files.remove_all()
  end)

  local GET = "/crm/objects/2026-03/contacts/101"
  local SEARCH = "/crm/objects/2026-03/contacts/search"
  local LABELS = "/crm/associations/2026-03/contacts/companies/labels"
  local LIMITS = "/crm/associations/2026-03/definitions/configurations/"

  -- Opens the portal again from its file.
  local function reopen(path)
    portal:close()
    portal = tether.portal { path = path }
  end

  local function in_file()
    portal:close()
    local path = files.write("", ".db")
    os.remove(path)
    reopen(path)
    portal:seed("contacts", 101)
    portal:seed("companies", 9001)
    return path
  end

  it("lets a request pass when ten seconds have gone since the last", function()
    portal:set("tier", "free")
    portal:set("burst", 1)
    assert.equal(200, (ask("GET", GET)))
    assert.equal(429, (ask("GET", GET)))
    portal:advance(10)
    assert.equal(200, (ask("GET", GET)))
  end)

  it("pages a search up to its 10,000th hit", function()
    assert.equal(200, (ask("POST", SEARCH, { limit = 1, after = "9999" })))
    assert.equal(400, (ask("POST", SEARCH, { limit = 1, after = "10000" })))
  end)

  it("names line and column of a fault in a body of several lines", function()
    local status, answer = ask("POST", SEARCH, '{"limit": 1,\n "after":x}')
    assert.equal(400, status)
    assert.matches("line 2, column 10", answer.message)
  end)

  it("keeps a purged limit away over a restart", function()
    local path = in_file()
    local limit = { category = "HUBSPOT_DEFINED", typeId = 279, maxToObjectIds = 5 }
    assert.equal(201, (ask("POST", LIMITS .. "contacts/companies/batch/create", { inputs = { limit } })))
    limit.maxToObjectIds = nil
    assert.equal(200, (ask("POST", LIMITS .. "contacts/companies/batch/purge", { inputs = { limit } })))
    reopen(path)
    local _, answer = ask("GET", LIMITS .. "all")
    for _, one in ipairs(answer.results) do assert.equal(given.null, one.userEnforcedMaxToObjectIds or given.null) end
  end)

  it("gives no limit of a deleted label to the next one", function()
    local path = in_file()
    local id = given.label(portal, "a", "A")
    local limit = { category = "USER_DEFINED", typeId = id, maxToObjectIds = 1 }
    assert.equal(201, (ask("POST", LIMITS .. "contacts/companies/batch/create", { inputs = { limit } })))
    assert.equal(204, (ask("DELETE", LABELS .. "/" .. id)))
    reopen(path)
    given.label(portal, "b", "B")
    reopen(path)
    local _, answer = ask("GET", LIMITS .. "contacts/companies")
    for _, one in ipairs(answer.results) do assert.equal(given.null, one.userEnforcedMaxToObjectIds or given.null) end
  end)

  it("dumps a link inside one object type from its smaller id", function()
    ask("PUT", "/crm/objects/2026-03/contacts/103/associations/default/contacts/102")
    local links = {}
    for line in portal:dump():gmatch "[^\n]+" do
      local fact = given.json.decode(line)
      if fact.kind == "link" or fact.kind == "links" then links[#links + 1] = line end
    end
    assert.equal(1, #links)
    local first, second = links[1]:find "102", links[1]:find "103"
    assert.is_true(first < second)
  end)

  it("counts a record as near its limit from 80 percent on, and not below", function()
    portal:set("technical_limit", 5)
    for id = 9004, 9006 do portal:seed("companies", id) end
    local ROOT = "/crm/limits/2026-03/associations/records/0-1/0-2"
    for i, company in ipairs { 9001, 9002, 9003, 9004 } do
      ask("PUT", "/crm/objects/2026-03/contacts/101/associations/default/companies/" .. company)
      local _, answer = ask("GET", ROOT)
      assert.equal(i < 4 and 0 or 1, answer.totalRecordsNearLimit)
    end
  end)
end)
