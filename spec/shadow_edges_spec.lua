-- Shadows at their edges: both directions of what a script takes away, what was there first, and who stands in the way.
local account = require "spec.support.account"
local as_shadow = require "spec.support.as_shadow"
local files = require "spec.support.files"
local json = require "cjson"

local SEED = { contacts = { { id = 101, properties = { email = "jane@example.com", firstname = "Jane" } }, { id = 102 },
    { id = 103 } }, companies = { { id = 9001 }, { id = 9002 }, { id = 9003 } },
  labels = { { from = "contacts", to = "companies", label = "Boss", name = "boss", id = 7, inverseLabel = "Staff",
    inverseId = 8 } },
  links = { { from = "contacts", fromId = 101, to = "companies", toId = 9001, types = { 279, 1, "Boss" } } } }

describe("a script on a shadow does as on the account where it", function()
  local function same(run)
    local found = as_shadow.check(SEED, run)
    assert.same(found.real, found.tried)
    return found
  end

  it("takes a label away, of which no schema tells in either direction", function()
    local found = same(function(hub)
      hub.labels:delete("contacts", "companies", "Boss", { force = true })
      local ids = {}
      for _, name in ipairs { "contacts", "companies" } do
        for _, one in ipairs(hub:schema(name).associations or {}) do
          if one.category == "USER_DEFINED" then ids[#ids + 1] = tonumber(one.id) end
        end
      end
      return ids
    end)
    assert.same({}, found.real)
  end)

  it("reads a record with its links", function()
    local found = same(function(hub)
      local seen = {}
      for _, written in ipairs { false, 9002 } do
        if written then hub:associate("contacts", 101, "companies", written) end
        local record = hub:get("contacts", 101, { associations = { "companies" } })
        for _, one in ipairs(record.associations.companies.results) do
          seen[("%s %s"):format(written, one.id)] = true
        end
      end
      return seen
    end)
    assert.same({ ["false 9001"] = true, ["9002 9001"] = true, ["9002 9002"] = true }, found.real)
  end)

  it("gives a link the room that another one had, under a limit that comes with it", function()
    same(function(hub)
      hub:associate("contacts", 101, "companies", 9002)
      hub:dissociate("contacts", 101, "companies", 9001)
      hub.limits:set("contacts", "companies", { default = 1 })
    end)
  end)

  it("writes a value and takes it back, which is no change", function()
    local found = same(function(hub)
      hub:update("contacts", 101, { firstname = "Joe" })
      hub:update("contacts", 101, { firstname = "Jane" })
      hub:update("contacts", 102, { lastname = "" })
    end)
    assert.equal(0, found.count)
  end)

  it("makes a record with the address of one that it archives", function()
    same(function(hub)
      hub:archive("contacts", 101)
      hub:create("contacts", { email = "jane@example.com" })
    end)
  end)

  it("moves a primary that it has seen from the company first", function()
    local found = same(function(hub)
      local count = #hub:associations("companies", { 9001, 9002 }, "contacts")
      hub.primary:set("contacts", 101, "companies", 9002)
      return { count, hub.primary:get("contacts", 101, "companies") }
    end)
    assert.same({ 1, 9002 }, found.real)
    assert.matches("1 to be the primary", found.plan)
  end)

  it("archives a record whose links it has seen, and looks from their other end", function()
    local found = same(function(hub)
      local before = #hub:associations("contacts", { 101 }, "companies")
      hub:archive("contacts", 101)
      return { before, #hub:associations("companies", { 9001 }, "contacts") }
    end)
    assert.same({ 1, 0 }, found.real)
  end)
end)

describe("a shadow at its edges", function()
  local portal, hub, shadow
  before_each(function()
    portal, hub = account.open(SEED, { retry_for = 0 })
    shadow = hub:shadow()
  end)
  after_each(function() shadow:close() account.close() files.remove_all() end)

  local function code_of(fn, ...)
    local fine, err = pcall(fn, ...)
    assert.is_false(fine)
    return err.code
  end

  it("heeds a limit of the other direction", function()
    hub.limits:set("companies", "contacts", { default = 1 })
    local outcome = shadow:associate("contacts", "companies", { { 102, 9001 }, { 103, 9002 } })
    assert.same({ 1, 1 }, { outcome.linked, outcome.rejected })
  end)

  it("has each limit once in the list of all, as the script has set it", function()
    hub.limits:set("contacts", "companies", { Boss = 5 })
    shadow.limits:set("contacts", "companies", { Boss = 7 })
    local most = {}
    for _, one in ipairs(shadow.limits:list()) do most[#most + 1] = one.max or one.userEnforcedMaxToObjectIds end
    assert.same({ 7 }, most)
  end)

  it("goes on without limits that it may not read, and not where the account cannot be asked", function()
    portal:fault { operation = "limits_list", status = 401, body = { message = "no" } }
    assert.equal("UNAUTHENTICATED", code_of(shadow.associate, shadow, "contacts", 102, "companies", 9001))
    portal:clear_faults()
    portal:fault { operation = "limits_list", refusal = "missing_scopes" }
    local other <close> = hub:shadow()
    assert.equal(1, other:associate("contacts", 102, "companies", 9001).linked)
    assert.matches("limits of contacts to companies cannot be read", table.concat(other.notices, "\n"))
  end)

  it("asks the account for no record that the script has made", function()
    local made = shadow:create("contacts", { email = "new@example.com" })
    shadow:associate("contacts", made.id, "companies", 9001)
    local seen = 0
    for _ in shadow:associations("contacts", { made.id }, "companies"):rows() do seen = seen + 1 end
    assert.equal(1, seen)
    assert.equal("new@example.com", shadow:get("contacts", made.id).properties.email)
    local id = ("%d"):format(made.id)
    for _, entry in ipairs(portal:log()) do
      assert.is_nil(entry.path:find(id, 1, true), entry.path)
      assert.is_nil((entry.body or ""):find(id, 1, true), entry.body)
    end
  end)

  it("lists all that is left, however many of the first pages the script has archived", function()
    local lines, gone = {}, {}
    for id = 1001, 1250 do lines[#lines + 1] = ('{"kind":"record","type":"deals","id":%d}'):format(id) end
    for id = 1001, 1120 do gone[#gone + 1] = id end
    portal:seed(table.concat(lines, "\n"))
    shadow:archive("deals", gone)
    local count, first = 0, nil
    for record in shadow:records "deals" do count, first = count + 1, first or record.id end
    assert.same({ 130, 1121 }, { count, first })
  end)

  it("does not walk in a circle where the account does", function()
    portal:fault { operation = "record_list", status = 200, body = json.decode(
      '{"results":[{"id":"101","properties":{}}],"paging":{"next":{"after":"again"}}}') }
    assert.equal("ANSWER_MALFORMED", code_of(function() for _ in shadow:records "contacts" do end end))
  end)

  it("knows a record by the id of one that was merged into it", function()
    hub:request("POST", "/crm/objects/2026-03/companies/merge", { primaryObjectId = "9001", objectIdToMerge = "9002" })
    assert.equal(hub:get("companies", 9002).id, shadow:get("companies", 9002).id)
  end)

  it("plans from what it has seen first: what has changed since is left alone", function()
    shadow:get("contacts", 101, { properties = { "firstname" } })
    hub:update("contacts", 101, { firstname = "Other" })
    shadow:get("contacts", 101, { properties = { "firstname", "lastname" } })
    shadow:update("contacts", 101, { firstname = "New" })
    local plan <close> = shadow:tried()
    local report <close> = hub:apply(plan)
    assert.same({ 0, 1 }, { report.done, report.drifted })
    assert.equal("Other", hub:get("contacts", 101).properties.firstname)
  end)

  it("plans for the primary that goes, whichever side was seen first, so that it can be given back", function()
    assert.equal(1, #shadow:associations("companies", { 9001, 9002 }, "contacts"))
    shadow.primary:set("contacts", 101, "companies", 9002)
    local path = files.folder() .. "/tried.job"
    shadow:tried():save(path)
    assert.is_true(hub:apply(path):fine())
    assert.equal(9002, hub.primary:get("contacts", 101, "companies"))
    assert.is_true(hub:apply(hub:undo(path)):fine())
    assert.equal(9001, hub.primary:get("contacts", 101, "companies"))
  end)

  it("says why a record cannot be read, and does not take it for missing", function()
    portal:fault { operation = "records_read", status = 400, body = { category = "VALIDATION_ERROR", message = "no" } }
    assert.equal("INVALID", code_of(shadow.get, shadow, "contacts", 102))
    portal:clear_faults()
    assert.equal(102, shadow:get("contacts", 102).id)
  end)

  it("asks for no property that is a filter by links", function()
    local ids = {}
    for record in shadow:search("contacts", { filters = { { "associations.company", "EQ", 9001 } } }) do
      ids[#ids + 1] = record.id
    end
    assert.same({ 101 }, ids)
    for _, entry in ipairs(portal:log()) do
      for _, name in ipairs(entry.body and entry.body:find "^{" and json.decode(entry.body).properties or {}) do
        assert.is_nil(name:find("associations", 1, true), entry.body)
      end
    end
  end)
end)
