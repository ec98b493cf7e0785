-- Workflows, rule by rule: what is the last that counts, what stays as it is, and what is none of its business.
local account = require "spec.support.account"
local changes = require "spec.support.changes"
local failure = require "spec.support.failure"
local files = require "spec.support.files"
local tether = require "tether"

local w = tether.workflows

describe("a workflow's rule", function()
  local portal, hub
  before_each(function() portal, hub = account.open({}, { retry_pause = 0.01 }) end)
  after_each(function() account.close() files.remove_all() end)

  local function seed(facts)
    facts.labels = facts.labels or { { from = "contacts", to = "companies", label = "Boss", name = "boss" },
      { from = "contacts", to = "companies", label = "Chief", name = "chief" },
      { from = "contacts", to = "contacts", label = "Parent", name = "parent", inverseLabel = "Child" },
      { from = "contacts", to = "contacts", label = "Peer", name = "peer" } }
    portal:seed(facts)
  end

  local function people(count)
    local list = {}
    for i = 1, count do list[i] = { id = 100 + i } end
    return list
  end

  local function refused(code, fn, ...)
    local problem = failure(fn, ...)
    assert.equal(code, problem.code, tostring(problem))
    return problem
  end

  it("of inherit is refused where nothing comes through, but not of some records alone", function()
    seed { contacts = people(1), companies = { { id = 9001 } }, deals = { { id = 501 } } }
    local options = { from = "deals", via = "contacts", to = "companies" }
    refused("PLAN_REFUSED", w.inherit, hub, options)
    options.ids = { 501 }
    assert.equal(0, #w.inherit(hub, options))
  end)

  it("of inherit is told, not refused, where more records have their link than are asked for a middle one", function()
    local deals, links = {}, {}
    for id = 1, 1002 do deals[id] = { id = id } end
    for id = 1, 1000 do links[id] = { from = "deals", fromId = id, to = "companies", toId = 9001, types = { 341 } } end
    seed { contacts = people(1), companies = { { id = 9001 } }, deals = deals, links = links }
    assert.equal(0, #w.inherit(hub, { from = "deals", via = "contacts", to = "companies" }))
    assert.matches("nor have 1000 with a link that were asked: nothing", table.concat(hub.notices, "\n"), 1, true)
  end)

  it("of match takes each domain of a company, and no country's shared ending for one", function()
    seed { contacts = { { id = 101, properties = { email = "a@one.example" } },
        { id = 102, properties = { email = "b@two.example" } },
        { id = 103, properties = { email = "c@mail.acme.co.uk" } } },
      companies = { { id = 9001, properties = { domain = "one.example; two.example" } },
        { id = 9002, properties = { domain = "co.uk" } }, { id = 9003, properties = { domain = "acme.co.uk" } } } }
    assert.same({ "link 101 9001", "link 102 9001", "link 103 9003" }, changes(w.match(hub, {})))
    hub:archive("companies", 9003)
    assert.same({ "link 101 9001", "link 102 9001" }, changes(w.match(hub, {})))
  end)

  it("of match reads comments in a file of providers as such", function()
    seed { contacts = { { id = 101, properties = { email = "a@one.example" } } },
      companies = { { id = 9001, properties = { domain = "one.example" } } } }
    local file = files.write "# ours, and nobody's company\n\n  # two.example!\n two.example \r\n"
    assert.same({ "link 101 9001" }, changes(w.match(hub, { free = file })))
    assert.same({ "left 9001 0: one.example is a mail provider's domain" },
      changes(w.match(hub, { free = files.write "one.example\n" })))
  end)

  it("of orphans has as many as the threshold for fine, and one more for too many", function()
    seed { contacts = people(4), companies = { { id = 9001 }, { id = 9002 } } }
    hub:associate("contacts", "companies", { { 101, 9001 }, { 101, 9002 }, { 102, 9001 } }):assert()
    local function over(threshold, min)
      local plan = w.orphans(hub, { from = "contacts", to = "companies", threshold = threshold, min = min })
      return plan.over, plan.orphans
    end
    assert.same({ false, 2 }, { over(2) })
    assert.same({ true, 2 }, { over(1) })
    assert.same({ false, 2 }, { over "50%" })
    assert.same({ true, 2 }, { over "49.9%" })
    assert.same({ false, 3 }, { over(3, 2) })
    assert.same({ true, 3 }, { over(2, 2) })
  end)

  it("of primary moves none that is there where it is to be kept", function()
    seed { contacts = { { id = 101, properties = { email = "a@one.example" } },
        { id = 102, properties = { email = "b@one.example" } } },
      companies = { { id = 9001, properties = { domain = "one.example" } }, { id = 9002 } } }
    hub:associate("contacts", "companies", { { 101, 9001 }, { 101, 9002 }, { 102, 9001 }, { 102, 9002 } }):assert()
    hub.primary:set("contacts", 101, "companies", 9002)
    local options = { choose = "domain" }
    assert.equal(2, w.primary(hub, options).primary)
    options.keep = true
    w.primary(hub, options):apply():assert()
    assert.equal(9002, hub.primary:get("contacts", 101, "companies"))
    assert.equal(9001, hub.primary:get("contacts", 102, "companies"))
  end)

  it("of relabel names no label that becomes itself, and has a pair of one object type once", function()
    seed { contacts = people(3), companies = { { id = 9001 } } }
    for _, map in ipairs { { Boss = "Boss" }, { Boss = "boss" } } do
      refused("BAD_ARGUMENT", w.relabel, hub, { from = "contacts", to = "companies", map = map })
    end
    hub:associate("contacts", "contacts", { { 102, 101, "Peer" }, { 101, 103, "Peer" } }):assert()
    local plan = w.relabel(hub, { from = "contacts", to = "contacts", map = { Peer = "Parent" } })
    assert.same({ "relabel 101 102", "relabel 101 103" }, changes(plan))
    plan:apply():assert()
    assert.equal(0, #w.relabel(hub, { from = "contacts", to = "contacts", map = { Peer = "Parent" } }))
  end)

  it("of split leaves with the shared record whoever it names for that", function()
    seed { contacts = { { id = 101, properties = { city = "Berlin" } }, { id = 102, properties = { city = "Paris" } } },
      companies = { { id = 9001 }, { id = 9002 } } }
    hub:associate("contacts", "companies", { { 101, 9001 }, { 102, 9001 } }):assert()
    local plan = w.split(hub, { from = "contacts", to = "companies", id = 9001, by = "city",
      map = { Berlin = 9002, Paris = 9001 } })
    assert.same({ "link 101 9002", "unlink 101 9001" }, changes(plan))
    assert.equal(0, plan.left)
  end)

  it("of move leaves a record its primary, and links none to itself", function()
    seed { contacts = people(3), companies = { { id = 9001 }, { id = 9002 }, { id = 9003 } } }
    hub:associate("contacts", "companies", { { 101, 9001 }, { 102, 9002 } }):assert()
    hub.primary:set("contacts", 101, "companies", 9001)
    hub.primary:set("contacts", 102, "companies", 9002)
    hub:associate("contacts", "contacts", { { 101, 102, "Peer" }, { 101, 103, "Peer" } }):assert()
    local plan = w.move(hub, { type = "contacts", from = 101, to = 102, types = { "companies", "contacts" } })
    plan:apply():assert()
    assert.equal(9002, hub.primary:get("contacts", 102, "companies"))
    assert.is_truthy(hub:associations("contacts", 102, "companies"):find(9001))
    assert.equal(0, #hub:associations("contacts", 101, "companies") + #hub:associations("contacts", 101, "contacts"))
    local others = {}
    for link in hub:associations("contacts", 102, "contacts"):rows() do others[#others + 1] = link.to end
    assert.same({ 103 }, others)
  end)

  describe("of keep", function()
    local state
    before_each(function()
      state = files.folder() .. "/rule.keep"
      seed { contacts = { { id = 101, properties = { email = "a@one.example" } } },
        companies = { { id = 9001, properties = { domain = "one.example" } },
          { id = 9002, properties = { domain = "two.example" } } } }
    end)

    local function tick() return w.keep(hub, { state = state, workflow = "match", options = {} }) end

    it("looks again at a record that was changed behind its own write, and not at the write", function()
      assert.equal(1, tick().report.done)
      local echo = tick()
      assert.same({ 0, 0 }, { echo.dirty, echo.changes })
      portal:clock(portal:clock() + 10000)
      hub:update("contacts", 101, { email = "a@two.example" })
      local after = tick()
      assert.same({ 1, 0, 1 }, { after.dirty, after.echoes, after.changes })
    end)

    it("looks once more at what a tick that was stopped has left", function()
      tick()
      portal:clock(portal:clock() + 10000)
      hub:update("contacts", 101, { email = "a@two.example" })
      portal:fault { operation = "batch_create", status = 401, body = { message = "no" } }
      refused("UNAUTHENTICATED", tick)
      portal:clear_faults()
      local again = tick()
      assert.same({ false, 1, 1 }, { again.swept, again.dirty, again.report and again.report.done })
    end)
  end)
end)
