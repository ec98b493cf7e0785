-- Trees, limits, definitions, snapshots, and rules that are kept true.
local account = require "spec.support.account"
local changes = require "spec.support.changes"
local failure = require "spec.support.failure"
local files = require "spec.support.files"
local process = require "spec.support.process"
local tether = require "tether"

local w = tether.workflows

describe("a workflow", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open { contacts = { { id = 101 }, { id = 102 } },
      companies = { { id = 9001, properties = { domain = "acme.example" } },
        { id = 9002, properties = { domain = "eu.acme.example", city = "9001", country = "acme.example" } },
        { id = 9003, properties = { domain = "de.eu.acme.example", city = "9002" } }, { id = 9004 } },
      deals = { { id = 501 }, { id = 502 } },
      labels = { { from = "contacts", to = "companies", label = "Boss", name = "boss" } },
      links = { { from = "contacts", fromId = 101, to = "companies", toId = 9001, types = { 279 } },
        { from = "deals", fromId = 501, to = "contacts", toId = 101, types = { 3 } } } }
  end)
  after_each(function() account.close() files.remove_all() end)

  local function refused(code, words, fn, ...)
    local problem = failure(fn, ...)
    assert.equal(code, problem.code, tostring(problem))
    assert.matches(words, tostring(problem), 1, true)
  end

  describe("tree", function()
    it("goes by domains, by ids and by keys, and is done once", function()
      local by_domains = w.tree(hub, { by = "domains" })
      assert.same({ "link 9001 9002", "link 9002 9003" }, changes(by_domains))
      assert.same(changes(by_domains), changes(w.tree(hub, { parent = "city" })))
      assert.same({ "link 9001 9002" }, changes(w.tree(hub, { parent = "country", key = "domain" })))
      assert.is_true(by_domains:apply():fine())
      assert.equal(0, #w.tree(hub, { by = "domains" }))
      local child = hub:associations("companies", 9003, "companies"):row(1)
      assert.equal(9002, child.to)
      local is_child = false
      for _, one in ipairs(child.types) do is_child = is_child or one.id == 14 end
      assert.is_true(is_child)
    end)

    it("refuses a cycle, also through parents that are there, and names it", function()
      w.tree(hub, { by = "domains" }):apply()
      hub:update("companies", 9001, { city = "9003" })
      refused("PLAN_REFUSED", "9001, 9003, 9002, 9001", w.tree, hub, { parent = "city" })
      hub:update("companies", 9001, { city = "9001" })
      refused("PLAN_REFUSED", "9001, 9001", w.tree, hub, { parent = "city" })
    end)

    it("tells what is no id, and leaves another parent alone", function()
      w.tree(hub, { by = "domains" }):apply()
      hub:update("companies", 9002, { city = "nine" })
      hub:update("companies", 9003, { city = "9004" })
      assert.same({ 'left 9002 0: city is "nine", which is no record id',
        "left 9003 9004: it has another parent already" }, changes(w.tree(hub, { parent = "city" })))
      refused("PLAN_REFUSED", "has a value in mother", w.tree, hub, { parent = "mother", key = "domain" })
      refused("BAD_ARGUMENT", "parent or by", w.tree, hub, {})
    end)
  end)

  it("limits tells who is near, at and over, and what a plan would break", function()
    local links = tether.links("contacts", "companies"):add(101, 9002):add(101, 9003):add(102, 9001, "Boss")
    hub:associate(links)
    hub.limits:set("contacts", "companies", { default = 2, Boss = 1 })
    local plan = hub:plan(tether.links("contacts", "companies"):add(101, 9004))
    local report = w.limits(hub, { pairs = "contacts:companies", plan = plan })
    assert.same({ 2, 1, 1, 0, 1 }, { report.limits, report.over, report.at, report.near, report.blocked })
    local path = files.folder() .. "/x.job"
    plan:save(path)
    assert.equal(1, w.limits(hub, { pairs = "contacts:companies", plan = path }).blocked)
    table.sort(report.rows, function(a, b) return a.id < b.id end)
    assert.same({ from = "contacts", to = "companies", id = 101, count = 3, max = 2, state = "over" }, report.rows[1])
    assert.equal("Boss", report.rows[2].label)
    refused("BAD_ARGUMENT", "between 0 and 1", w.limits, hub, { pairs = "contacts:companies", near = 0 })
  end)

  it("labels makes those of another account or of a file, and deletes nothing", function()
    hub.limits:set("contacts", "companies", { default = 9, Boss = 4 })
    local path = files.folder() .. "/labels.json"
    hub:export_schema(path, { { "contacts", "companies" } })
    local other <close> = tether.portal()
    other:seed { labels = { { from = "contacts", to = "companies", label = "Chief", name = "chief" } } }
    local there <close> = other:connect()
    local before = other:dump()
    local plan = w.labels(there, { from = hub, pairs = "contacts:companies" })
    assert.equal(tostring(plan), tostring(w.labels(there, { file = path })))
    assert.equal("1 labels to create, 1 limits to set, 0 labels are there, 1 are here alone and stay", tostring(plan))
    assert.equal(before, other:dump())
    assert.same({ created = 1, limits = 1 }, plan:apply())
    plan = w.labels(there, { file = path })
    assert.same({ 0, 1, "Chief" }, { #plan, plan.present, plan.extra[1].label })
    refused("FILE_FAILED", "is not a file of tether labels export", w.labels, there, { file = files.write "{}" })
    refused("BAD_ARGUMENT", "file or from", w.labels, there, {})
  end)

  it("snapshot tells the difference to the last one, and keeps so many", function()
    local folder = files.folder()
    local options = { folder = folder, pairs = "contacts:companies", keep = 1 }
    local first = w.snapshot(hub, options)
    assert.is_nil(first.difference)
    hub:associate("contacts", 102, "companies", 9001)
    assert(os.rename(first.path, folder .. "/2020-01-01T00-00-00.links")) -- the night before
    assert.is_truthy(io.open(folder .. "/notes.txt", "w")):close()
    local second = w.snapshot(hub, options)
    assert.equal(1, second.difference.added)
    assert.same({ "2020-01-01T00-00-00.links" }, second.removed)
    assert.is_truthy(io.open(folder .. "/notes.txt")):close()
    options.folder = folder .. "/none"
    refused("FILE_FAILED", "cannot write", w.snapshot, hub, options)
  end)

  it("limits tells what it may not read of the account, and ends where nothing can be read", function()
    portal:fault { operation = "track_pair", status = 403 }
    w.limits(hub, { pairs = "contacts:companies" })
    assert.matches("contacts to companies cannot be read", table.concat(hub.notices, "\n"), 1, true)
    portal:clear_faults()
    portal:fault { operation = "track_pair", status = 401 }
    refused("UNAUTHENTICATED", "", w.limits, hub, { pairs = "contacts:companies" })
  end)

  describe("keep", function()
    local rule
    before_each(function()
      rule = { state = files.folder() .. "/inherit.keep", workflow = "inherit",
        options = { from = "deals", via = "contacts", to = "companies" } }
    end)

    it("looks at all, then at what has changed or was named, and is not moved by its own writes", function()
      local first = w.keep(hub, rule)
      assert.same({ true, 1 }, { first.swept, first.changes })
      local second = w.keep(hub, rule)
      assert.same({ false, 0 }, { second.swept, second.changes })
      assert.equal(1, second.echoes) -- deal 501
      hub:associate("deals", 502, "contacts", 101)
      rule.ids = { 502 } -- as a webhook says
      local third = w.keep(hub, rule)
      assert.same({ false, 1 }, { third.swept, third.changes })
      assert.equal(0, w.keep(hub, rule).changes)
      rule.sweep = 0
      assert.is_true(w.keep(hub, rule).swept)
    end)

    it("looks at all once a day", function()
      w.keep(hub, rule)
      local function swept_after(hours)
        local state <close> = require("tether.job.native").open(rule.state, true)
        assert(state:set("swept_at", ("%d"):format(require("tether.native").wall_ms() - hours * 3600000)))
        state:close()
        return w.keep(hub, rule).swept
      end
      assert.is_false(swept_after(23))
      assert.is_true(swept_after(25))
      assert.is_false(w.keep(hub, rule).swept)
    end)

    it("lets one tick run at a time, and refuses another job's file", function()
      w.keep(hub, rule)
      local script = files.write(([[
        local state = require("tether.job.native").open(%q, true)
        print "held"
        io.stdout:flush()
        require("tether").sleep(60)
        state:close()]]):format(rule.state), ".lua")
      local holder = process.background(process.interpreter() .. " " .. script)
      holder:printed "held"
      refused("JOB_BUSY", "", w.keep, hub, rule)
      holder:signal "KILL"
      holder:finish()
      assert.equal(0, w.keep(hub, rule).changes)
      local path = files.folder() .. "/x.job"
      hub:plan(tether.links("contacts", "companies"):add(102, 9001)):save(path)
      rule.state = path
      refused("JOB_FILE", "is a job", w.keep, hub, rule)
    end)

    it("tells why a rule's file fails", function()
      local pipe = assert(io.popen(("TETHER_URL=%s HUBSPOT_TOKEN=%s build/tether do keep %s 2>&1; echo exit $?"):format(
        portal.url, portal.token, files.write('return { workflow = "match", options = { free = read() } }', ".lua"))))
      local text = pipe:read "a"
      pipe:close()
      assert.matches("lua:1: attempt to call a nil value (global 'read')", text, 1, true)
      assert.matches("exit 3\n$", text)
    end)

    it("refuses a workflow that is no rule, and options that say which records", function()
      rule.workflow = "move"
      refused("BAD_ARGUMENT", "inherit, orphans", w.keep, hub, rule)
      rule.workflow, rule.options.ids = "inherit", { 1 }
      refused("BAD_ARGUMENT", "leave ids", w.keep, hub, rule)
    end)
  end)
end)
