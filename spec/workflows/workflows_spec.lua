-- What each workflow takes for right, leaves, and refuses, on a small account.
local account = require "spec.support.account"
local changes = require "spec.support.changes"
local failure = require "spec.support.failure"
local files = require "spec.support.files"
local given = require "spec.support.portal"
local tether = require "tether"

local w = tether.workflows

describe("a workflow", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open { contacts = { { id = 101, properties = { email = "a@acme.example", city = "Berlin" } },
        { id = 102, properties = { email = "b@mail.acme.example", city = "Paris" } },
        { id = 103, properties = { email = "c@gmail.com", city = "Rome" } } },
      companies = { { id = 9001, properties = { domain = "acme.example" } },
        { id = 9002, properties = { domain = "gmail.com" } }, { id = 9003, properties = { domain = "two.example" } } },
      deals = { { id = 501 }, { id = 502 }, { id = 503 } },
      labels = { { from = "contacts", to = "companies", label = "Boss", name = "boss" },
        { from = "contacts", to = "companies", label = "Chief", name = "chief" } } }
  end)
  after_each(function() account.close() files.remove_all() end)

  local function link(from, from_id, to, to_id, ...)
    portal:seed { links = { { from = from, fromId = from_id, to = to, toId = to_id, types = { ... } } } }
  end

  local function refused(code, words, fn, ...)
    local problem = failure(fn, ...)
    assert.equal(code, problem.code, tostring(problem))
    assert.matches(words, tostring(problem), 1, true)
  end

  local function writes()
    local sum = 0
    for name, count in pairs(portal:counters().operations) do
      if name:find "create" or name:find "archive" or name:find "associate" then sum = sum + count end
    end
    return sum
  end

  describe("inherit", function()
    before_each(function()
      link("contacts", 101, "companies", 9001, 279)
      link("contacts", 101, "companies", 9003, 279, 1, "Boss")
      link("contacts", 102, "companies", 9002, 279)
      link("deals", 501, "contacts", 101, 3)
      link("deals", 502, "contacts", 102, 3)
      link("deals", 503, "contacts", 102, 3)
      link("deals", 503, "companies", 9001, 341)
    end)

    local function inherit(options)
      options.from, options.via, options.to = "deals", "contacts", "companies"
      return w.inherit(hub, options)
    end

    it("takes the one candidate, leaves records with several, and those that have a link", function()
      assert.same({ "left 501 9001: several candidates: 9001, 9003", "link 502 9002" }, changes(inherit {}))
      assert.equal(4, inherit { where = "any", choose = "all" }.link)
    end)

    it("chooses the primary, a label, the record that was made last, or all", function()
      assert.same({ "link 501 9003" }, changes(inherit { choose = "primary" }))
      assert.same({ "link 501 9003" }, changes(inherit { label = "Boss" }))
      assert.same({ "link 501 9003", "link 502 9002" }, changes(inherit { choose = "recent" }))
      assert.same({ "link 501 9001", "link 501 9003", "link 502 9002" }, changes(inherit { choose = "all" }))
    end)

    it("is done once, and only for the records that are asked for", function()
      assert.same({ "link 502 9002" }, changes(inherit { ids = { 502, 503 } }))
      assert.equal("1 done", tostring(inherit { ids = { 502 } }:apply()))
      assert.equal(0, #inherit { ids = { 502 } })
      assert.is_true(inherit { choose = "all" }:apply():fine())
      assert.equal(0, #inherit { choose = "all" }) -- 503, which has no contact, is all that lacks a company
    end)

    it("refuses a middle type without links, and what names no label", function()
      refused("PLAN_REFUSED", "nothing comes through it", w.inherit, hub,
        { from = "deals", via = "tickets", to = "companies" })
      refused("LABEL_UNKNOWN", "Bos", inherit, { label = "Bos" })
      refused("BAD_ARGUMENT", "via is missing", w.inherit, hub, { from = "deals", to = "companies" })
      refused("OPTION_UNKNOWN", "chose", inherit, { chose = "all" })
      assert.equal(0, writes())
    end)
  end)

  it("orphans counts, tells, is over its threshold, and links to one record", function()
    link("contacts", 101, "companies", 9001, 279, "Boss")
    link("contacts", 102, "companies", 9001, 279)
    local plan = w.orphans(hub, { from = "contacts", to = "companies", threshold = "50%" })
    assert.same({ 1, 3, false }, { plan.orphans, plan.records, plan.over })
    assert.same({ "left 103 0: 0 of 1 links to companies" }, changes(plan))
    assert.is_true(w.orphans(hub, { from = "contacts", to = "companies", label = "Boss", threshold = 1 }).over)
    assert.equal(3, w.orphans(hub, { from = "contacts", to = "companies", min = 2 }).orphans)
    assert.same({ "link 103 9003" }, changes(w.orphans(hub, { from = "contacts", to = "companies", link = 9003 })))
    refused("BAD_ARGUMENT", "at least 0", w.orphans, hub, { from = "contacts", to = "companies", threshold = -1 })
    refused("BAD_ARGUMENT", "-5%", w.orphans, hub, { from = "contacts", to = "companies", threshold = "-5%" })
  end)

  it("match knows sub-domains and mail providers, and moves no primary", function()
    link("contacts", 101, "companies", 9003, 279, 1)
    local plan = w.match(hub, { primary = true })
    assert.same({ "left 9002 0: gmail.com is a mail provider's domain", "link 101 9001", "link 102 9001",
      "primary 102 9001" }, changes(plan))
    assert.equal("3 done", tostring(plan:apply()))
    assert.same({ [9001] = "279", [9003] = "1 279" }, given.links(portal, "contacts", 101, "companies"))
    assert.same({ "left 9002 0: gmail.com is a mail provider's domain" }, changes(w.match(hub, { primary = true })))
    assert.equal(0, w.match(hub, { free = { "acme.*" } }).right)
    refused("PLAN_REFUSED", "none of 3 contacts has a value in emial", w.match, hub, { property = "emial" })
    refused("PLAN_REFUSED", "none of 3 companies has a value in site", w.match, hub, { domain = "site" })
    refused("BAD_ARGUMENT", "is no domain", w.match, hub, { free = { "acme" } })
  end)

  it("match leaves contacts whose domain several companies have", function()
    hub:update("companies", 9003, { domain = "https://www.acme.example/about" })
    assert.same({ "left 101 9001: several companies have its domain: 9001, 9003",
      "left 102 9001: several companies have its domain: 9001, 9003",
      "left 9002 0: gmail.com is a mail provider's domain" }, changes(w.match(hub)))
    assert.equal(2, w.match(hub, { choose = "recent" }).link)
    assert.equal(4, w.match(hub, { choose = "all" }).link)
  end)

  it("primary goes by the only link, a label, the domain, a file, and tells where none is chosen", function()
    link("contacts", 101, "companies", 9001, 279, "Boss")
    link("contacts", 101, "companies", 9003, 279)
    link("contacts", 102, "companies", 9003, 279, 1)
    local several = "left 101 9001: no primary, and several could be: 9001, 9003"
    assert.same({ several }, changes(w.primary(hub)))
    assert.same({ "primary 101 9001" }, changes(w.primary(hub, { choose = "label", label = "Boss" })))
    assert.same({ "left 9002 0: gmail.com is a mail provider's domain", "primary 101 9001" },
      changes(w.primary(hub, { choose = "domain" })))
    assert.same({ "primary 101 9003" }, changes(w.primary(hub, { choose = "recent" })))
    local path = files.write("Contact ID,Company ID\n101,9003\n103,9001\n", ".csv")
    assert.same({ "left 103 9001: the file makes it the primary, and there is no such link", "primary 101 9003" },
      changes(w.primary(hub, { choose = "file", file = path })))
    refused("BAD_ARGUMENT", "no label is named", w.primary, hub, { choose = "label" })
  end)

  it("relabel replaces, unites and takes away; other labels stay", function()
    link("contacts", 101, "companies", 9001, 279, 1, "Boss")
    link("contacts", 102, "companies", 9001, 279, "Boss", "Chief")
    local map = { from = "contacts", to = "companies", map = { Boss = "Chief" } }
    assert.equal("2 done", tostring(w.relabel(hub, map):apply()))
    assert.same({ labels = { "Chief" }, primary = true }, (function()
      local one = hub:associations("contacts", 101, "companies"):row(1)
      return { labels = one.labels, primary = one.primary }
    end)())
    assert.equal(0, #w.relabel(hub, map))
    map.map, map.pairs = { Chief = false }, tether.links("contacts", "companies"):add(102, 9001)
    assert.same({ "relabel 102 9001" }, changes(w.relabel(hub, map)))
    refused("LABEL_UNKNOWN", "Chif", w.relabel, hub, { from = "contacts", to = "companies", map = { Boss = "Chif" } })
    refused("BAD_ARGUMENT", "names no label", w.relabel, hub, { from = "contacts", to = "companies", map = {} })
  end)

  describe("move", function()
    before_each(function()
      link("contacts", 101, "companies", 9001, 279, "Boss", 1)
      link("contacts", 102, "companies", 9001, 279)
      link("contacts", 102, "companies", 9002, 279, 1)
      link("deals", 503, "companies", 9001, 341)
    end)

    it("takes labels and primaries along, over every pair, and is done once", function()
      local plan = w.move(hub, { type = "companies", from = 9001, to = 9002 })
      assert.same({ 2, 3, 1 }, { plan.link, plan.unlink, plan.right })
      assert.is_true(plan:apply():fine())
      assert.same({}, hub:tied("companies", 9001))
      local tied = hub:tied("companies", 9002)
      assert.same({ 2, 1 }, { #tied.contacts, #tied.deals })
      local one = hub:associations("contacts", 101, "companies"):row(1)
      assert.same({ { "Boss" }, true }, { one.labels, one.primary })
      assert.equal(0, #w.move(hub, { type = "companies", from = 9001, to = 9002 }))
    end)

    it("keeps an old link whose new one was refused, and says why; the next run goes on", function()
      portal:fault { operation = "batch_create", status = 400, times = 4,
        body = '{"status":"error","category":"VALIDATION_ERROR","message":"no"}' }
      local report = w.move(hub, { type = "companies", from = 9001, to = 9003, types = { "contacts" } }):apply()
      assert.is_false(report:fine())
      assert.is_true(report.rejected > 0)
      local told
      for change in report:changes() do told = told or change.text and change.text:match "it stays, for the link" end
      assert.truthy(told)
      portal:clear_faults()
      for id = 101, 102 do assert.is_true(#hub:associations("contacts", id, "companies") >= 1) end
      assert.is_true(w.move(hub, { type = "companies", from = 9001, to = 9003, types = { "contacts" } }):apply():fine())
      assert.is_nil(hub:tied("companies", 9001).contacts)
      assert.equal(2, #hub:tied("companies", 9003).contacts)
    end)

    it("is proved from a job file too, and taken back by undo", function()
      local path = files.folder() .. "/move.job"
      w.move(hub, { type = "companies", from = 9001, to = 9003 }):save(path)
      assert.is_true(hub:apply(path):fine())
      assert.is_true(hub:apply(hub:undo(path)):fine())
      assert.equal(2, #hub:tied("companies", 9001).contacts)
      assert.is_nil(hub:tied("companies", 9003).contacts)
    end)

    it("copies without taking anything away", function()
      assert.equal("2 done", tostring(w.copy(hub, { type = "companies", from = 9001, to = 9002 }):apply()))
      assert.equal(2, #hub:tied("companies", 9001).contacts)
    end)

    it("refuses a map with an id twice, in a row, or to itself, and a file that has none", function()
      refused("BAD_ARGUMENT", "2 is a new record and an old one", w.move, hub,
        { type = "contacts", map = { [1] = 2, [2] = 3 } })
      refused("BAD_ARGUMENT", "itself", w.move, hub, { type = "contacts", from = 1, to = 1 })
      refused("BAD_ARGUMENT", "7 stands there twice, for 8 and 9", w.move, hub,
        { type = "contacts", map = files.write("old,new\n7,8\n7,9\n", ".csv") })
      refused("BAD_ID", "line 2", w.move, hub, { type = "contacts", map = files.write("old,new\n7,x\n", ".csv") })
      refused("BAD_ARGUMENT", "names no record", w.move, hub, { type = "contacts", map = {} })
      assert.equal(0, writes())
    end)
  end)

  it("split goes by a property, a function or a file, and leaves whom the rule names none for", function()
    link("contacts", 101, "companies", 9001, 279, "Boss", 1)
    link("contacts", 102, "companies", 9001, 279)
    link("contacts", 103, "companies", 9001, 279)
    local left = 'left 103 9001: city is "Rome", and the map has no record for it'
    local by_city = { id = 9001, by = "city", map = { berlin = 9002, Paris = 9003 } }
    assert.same({ left, "link 101 9002", "link 102 9003", "primary 101 9002", "unlink 101 9001", "unlink 102 9001" },
      changes(w.split(hub, by_city)))
    assert.equal(3, w.split(hub, { id = 9001, by = function() return 9002 end }).link)
    local path = files.write("Contact ID,Company ID\n101,9002\n", ".csv")
    assert.equal(1, w.split(hub, { id = 9001, file = path }).link)
    assert.is_true(w.split(hub, by_city):apply():fine())
    assert.same({ left }, changes(w.split(hub, by_city)))
    refused("PLAN_REFUSED", "has a value in cty", w.split, hub, { id = 9001, by = "cty", map = { Berlin = 9002 } })
    refused("BAD_ARGUMENT", "by or file", w.split, hub, { id = 9001 })
    refused("BAD_ARGUMENT", "the map from values of city", w.split, hub, { id = 9001, by = "city" })
  end)

  it("is named with the nearest where it is mistyped", function()
    assert.has_error(function() return w.inhert end)
    refused("OPTION_UNKNOWN", 'did you mean "inherit"', function() return w.inhert end)
  end)
end)
