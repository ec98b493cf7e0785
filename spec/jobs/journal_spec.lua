-- A journal keeps every write of links, so that any script can be taken back.
local account = require "spec.support.account"
local files = require "spec.support.files"
local given = require "spec.support.portal"

describe("a journal", function()
  local portal, hub, path, first

  local function state() return account.state(portal) end

  before_each(function()
    portal = given.open()
    given.label(portal, "payer", "Payer")
    given.label(portal, "user", "User")
    path = files.folder() .. "/x.job"
    local before <close> = portal:connect()
    before:associate("contacts", "companies", { { 101, 9001, "Payer" }, { 101, 9002 }, { 102, 9001, "User" } })
    before.primary:set("contacts", 101, "companies", 9001)
    first = state()
    hub = portal:connect { journal = path }
  end)

  after_each(function() hub:close() portal:close() end)

  teardown(files.remove_all)

  -- A script of single verbs, and of many rows; a pair is written several times.
  local function script()
    hub:associate("contacts", 103, "companies", 9003, "Payer")
    hub:associate("contacts", 103, "companies", 9002)
    hub:relabel("contacts", 101, "companies", 9001, { "User" })
    hub:unlabel("contacts", 102, "companies", 9001, "User")
    hub.primary:set("contacts", 101, "companies", 9002)
    hub:associate("contacts", 101, "companies", 9003, { "Payer", "User" })
    hub:dissociate("contacts", 101, "companies", 9001)
    hub:dissociate("contacts", "companies", { { 103, 9002 } })
    hub:import(files.write("from,to\n102,9002\n102,9003\n", ".csv"), { from = "contacts", to = "companies" })
  end

  it("takes a script back, byte for byte", function()
    script()
    assert.is_true(first ~= state())
    hub:close()
    local other <close> = portal:connect()
    local back <close> = other:undo(path)
    assert.is_true(other:apply(back):fine())
    assert.equal(first, state())
  end)

  it("takes back the links that records were made with, and leaves the records", function()
    local function tied(id) return #hub:associations("contacts", id, "companies") end
    local payer = { to = 9001, type = "companies", types = "Payer" }
    local one = hub:create("contacts", { lastname = "Doe" }, { payer, { to = 9002, type = "companies" } })
    local many = hub:create("contacts", { { properties = { lastname = "A" }, associations = { payer } },
      { properties = { lastname = "B" } } })
    assert.same({ 2, 1, 0 }, { tied(one.id), tied(many[1].id), tied(many[2].id) })
    hub:journal(nil)
    local back <close> = hub:undo(path)
    assert.equal(3, back.unlink)
    assert.is_true(hub:apply(back):fine())
    assert.same({ 0, 0, 0 }, { tied(one.id), tied(many[1].id), tied(many[2].id) })
    assert.equal("Doe", hub:get("contacts", one.id, { properties = { "lastname" } }).properties.lastname)
  end)

  it("goes on from one connection to the next", function()
    hub:associate("contacts", 103, "companies", 9003)
    hub:close()
    hub = portal:connect()
    hub:journal(path)
    hub:dissociate("contacts", 101, "companies", 9002)
    hub:journal(nil)
    hub:associate("contacts", 103, "companies", 9001)
    local back <close> = hub:undo(path)
    assert.is_true(hub:apply(back):fine())
    assert.same({ [9001] = "279" }, given.links(portal, "contacts", 103, "companies"))
    assert.equal("279", given.links(portal, "contacts", 101, "companies")[9002])
  end)

  it("leaves alone what somebody else has changed since", function()
    hub:associate("contacts", 103, "companies", 9003)
    hub:associate("contacts", 103, "companies", 9002)
    hub:close()
    hub = portal:connect()
    hub:associate("contacts", 103, "companies", 9003, "Payer")
    local back <close> = hub:undo(path)
    assert.same({ 1, 1 }, { back.unlink, back.conflict })
  end)

  it("knows of a write whose end it has not seen", function()
    portal:fault { operation = "batch_create", reset = "after" }
    hub:close()
    hub = portal:connect { journal = path, retry_for = 0 }
    pcall(hub.associate, hub, "contacts", "companies", { { 103, 9003 }, { 103, 9002 } })
    portal:clear_faults()
    local back <close> = hub:undo(path)
    hub:journal(nil)
    hub:apply(back)
    assert.equal(first, state())
  end)

  it("writes nothing where the journal cannot be", function()
    local plan <close> = hub:plan(hub:links("contacts", "companies"):add(103, 9003))
    local other = files.folder() .. "/y.job"
    plan:save(other)
    hub:journal(other)
    local fine, problem = pcall(hub.associate, hub, "contacts", 103, "companies", 9001)
    assert.same({ false, "JOB_FILE" }, { fine, problem.code })
    assert.equal(first, state())
  end)
end)
