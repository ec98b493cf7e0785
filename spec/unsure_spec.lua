-- Inputs and rows of which an answer leaves nobody sure: what is looked for, what is believed, and what stays unknown.
local account = require "spec.support.account"
local backups = require "spec.support.backups"
local files = require "spec.support.files"
local given = require "spec.support.portal"

local NOTHING = '{"status":"COMPLETE","results":[]}'

describe("of what nobody is sure", function()
  local portal, hub
  before_each(function() portal, hub = account.open(nil, { retry_pause = 0.01 }) end)
  after_each(account.close)

  local function count(object_type)
    local found = 0
    for _ in hub:records(object_type) do found = found + 1 end
    return found
  end

  -- The first create is applied and its answer lost; the first reads do not show it yet; so it is sent again, and
  -- refused as a conflict.
  local function lose(stale)
    portal:fault { operation = "records_create", nth = 1, times = 1, reset = "after" }
    portal:fault { operation = "record_get", nth = 1, times = stale, status = 404,
      body = { category = "OBJECT_NOT_FOUND", message = "not yet" } }
  end

  it("a batch of creates looks once more where sending it again is a conflict, and has what it made", function()
    local before = count "contacts"
    for _, inputs in ipairs { { "a@example.com" }, { "b@example.com", "c@example.com", "d@example.com" } } do
      lose(#inputs)
      local asked = {}
      for i, email in ipairs(inputs) do asked[i] = { properties = { email = email } } end
      local made, failures = hub:create("contacts", asked)
      assert.same({}, failures)
      for i, email in ipairs(inputs) do assert.equal(email, made[i].properties.email) end
      portal:clear_faults()
    end
    assert.equal(before + 4, count "contacts")
  end)

  it("a batch of creates stays in doubt where nobody finds what it conflicts with", function()
    lose(9)
    local made, failures = hub:create("contacts", { { properties = { email = "a@example.com" } } })
    assert.same({}, made)
    assert.is_true(failures[1].error.in_doubt)
    assert.not_equal("CONFLICT", failures[1].error.code)
  end)

  it("a single create is the same: it has what it made, or stays in doubt, and is no conflict", function()
    portal:fault { operation = "record_create", nth = 1, times = 1, reset = "after" }
    portal:fault { operation = "record_get", nth = 1, times = 1, status = 404,
      body = { category = "OBJECT_NOT_FOUND", message = "not yet" } }
    assert.equal("a@example.com", hub:create("contacts", { email = "a@example.com" }).properties.email)
    portal:clear_faults()
    portal:fault { operation = "record_create", nth = 1, times = 1, reset = "after" }
    portal:fault { operation = "record_get", nth = 1, times = 9, status = 404,
      body = { category = "OBJECT_NOT_FOUND", message = "not yet" } }
    local fine, err = pcall(hub.create, hub, "contacts", { email = "b@example.com" })
    assert.same({ false, true }, { fine, err.in_doubt })
    assert.not_equal("CONFLICT", err.code)
  end)

  it("an empty value of a unique property tells no record apart: the create is sent once", function()
    for _, one in ipairs { "record_create", "records_create" } do
      portal:fault { operation = one, nth = 1, times = 1, reset = "after" }
    end
    local before = count "contacts"
    local fine, err = pcall(hub.create, hub, "contacts", { email = "", firstname = "Jane" })
    assert.same({ false, true }, { fine, err.in_doubt })
    assert.matches("unique", err.hint)
    local _, failures = hub:create("contacts", { { properties = { email = "", firstname = "Joe" } } })
    assert.is_true(failures[1].error.in_doubt)
    assert.equal(before + 2, count "contacts")
    assert.same({ 1, 1, 0 }, { portal:counters().operations.record_create, portal:counters().operations.records_create,
      portal:counters().operations.record_get or 0 })
  end)

  it("a link of a merged record that is not there under its new id either is not linked", function()
    hub:request("POST", "/crm/objects/2026-03/companies/merge", { primaryObjectId = "9001", objectIdToMerge = "9002" })
    portal:fault { operation = "batch_create", times = 1, status = 201, body = NOTHING }
    local outcome = hub:associate("contacts", "companies", { { 101, 9002 }, { 102, 9003 } })
    assert.same({ 0, 2 }, { outcome.linked, outcome.unknown })
    assert.is_number(outcome.merged[9002])
    assert.is_nil(outcome.merged[9003])
  end)

  it("a label goes only where the one that takes its place has come", function()
    hub.labels:ensure("contacts", "companies", "Boss")
    hub.labels:ensure("contacts", "companies", "Clerk")
    for _, answer in ipairs { { status = 201, body = NOTHING, times = 1 },
      { status = 400, body = { category = "VALIDATION_ERROR", message = "no" } } } do
      hub:associate("contacts", "companies", { { 101, 9001, "Boss" }, { 102, 9002, "Boss" } }):assert()
      answer.operation = "batch_create"
      portal:fault(answer)
      local outcome = hub:relabel("contacts", "companies", { { 101, 9001, "Clerk" }, { 102, 9002, "Clerk" } })
      assert.equal(0, outcome.linked)
      portal:clear_faults()
      for _, row in ipairs { { 101, 9001 }, { 102, 9002 } } do
        assert.equal("Boss", backups.state(hub, "contacts", "companies")[("%d %d"):format(row[1], row[2])])
      end
    end
  end)
end)

describe("labels that are made anew while an import runs", function()
  after_each(files.remove_all)

  it("leave the built-in types of a link, also where the account does not list those", function()
    local portal <close> = given.open { switches = { labels = "replace" } }
    local hub <close> = portal:connect()
    local colleague <close> = portal:connect()
    for _, label in ipairs { "Boss", "Clerk" } do hub.labels:ensure("contacts", "companies", label) end
    local function make_anew()
      colleague.labels:delete("contacts", "companies", "Boss", { force = true })
      colleague.labels:ensure("contacts", "companies", "Other")
      colleague.labels:ensure("contacts", "companies", "Boss")
      local results = {}
      for _, one in ipairs(colleague.labels:list("contacts", "companies")) do
        if one.category == "USER_DEFINED" then
          results[#results + 1] = { category = one.category, typeId = one.id, label = one.label }
        end
      end
      portal:fault { operation = "labels_list", status = 200, body = { results = results } }
    end
    local path = files.write "from,to,label\n101,9003,\n101,9001,Boss\n"
    hub.primary:set("contacts", 101, "companies", 9001)
    local report = hub:import(path, { from = "contacts", to = "companies", piece = 1,
      on_progress = function(report)
        if report.rows ~= 1 or portal.changed then return end
        portal.changed = true
        make_anew()
      end })
    portal:clear_faults()
    assert.same({ 2, 0, 0 }, { report.linked, report.rejected, report.unknown })
    assert.equal("Boss;primary", backups.state(hub, "contacts", "companies")["101 9001"])
  end)
end)
