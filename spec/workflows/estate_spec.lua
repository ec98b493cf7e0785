-- Each workflow on an account of 70,000 records and 200,000 links, in a process of its own: its calls are the fewest,
-- its memory stays below 48 MB, and a second run has nothing to write.
local estate = require "spec.support.estate"
local files = require "spec.support.files"
local json = require "cjson"
local process = require "spec.support.process"
local scheduler = require "tether.tasks.scheduler"

-- The children are plain and know no tasks: sanitized, and as tasks, it would be the same once more.
if not process.interpreter():match "lua5%.4$" then return end

local MOST_KB = 48 * 1024
local READ, PAGE, WRITE = 1000, 100, 2000
local INNER = 500 -- links of one record in an answer

local function parts(count, size)
  return (count + size - 1) // size
end

local function id(type, number)
  return estate.first[type] + number - 1
end

describe("on 70,000 records and 200,000 links", function()
  local portal, facts, folder
  setup(function()
    folder = files.folder()
    local path = files.write ""
    local file <close> = assert(io.open(path, "w"))
    estate.write(function(text) file:write(text) end)
    file:close()
    portal, facts = process.portal("--seed " .. path)
  end)
  teardown(function()
    portal:signal "TERM"
    portal:finish()
    files.remove_all()
  end)

  local function run(script)
    local path = files.write(script)
    local command = "HUBSPOT_TOKEN=%s lua5.4 spec/support/workflow_child.lua %s \"$(cat %s)\" 2>&1"
    local pipe = assert(io.popen(command:format(facts.token, facts.url, path)))
    local text = pipe:read "a"
    pipe:close()
    local ran, result = pcall(json.decode, text)
    assert.is_true(ran, text)
    assert.is_true(result.applied == nil or result.applied.fine, result.applied and result.applied.text)
    assert.equal(0, result.again.size, "the second run has something to write")
    assert.is_true(result.peak < MOST_KB, ("%d kB at the peak"):format(result.peak))
    return result
  end

  -- What a plan reads beside definitions: each of a pair's records once, and pages where records are listed.
  local function check_reads(calls, reads, pages, records)
    assert.equal(reads, calls.batch_read or 0, "batch reads of links")
    assert.equal(pages, calls.record_list or 0, "pages of records")
    assert.equal(records or 0, calls.records_read or 0, "batch reads of records")
    for _, name in ipairs { "batch_create", "batch_archive", "batch_labels_archive", "associate_default" } do
      assert.is_nil(calls[name], "a plan writes nothing")
    end
  end

  local function it_once(name, body)
    it(name, function()
      if not scheduler.running() then body() end
    end)
  end

  local function size(set)
    local count = 0
    for _ in pairs(set) do count = count + 1 end
    return count
  end

  -- Deals without a company; their distinct contacts; how many have one candidate; the contacts of the others.
  local function wanted_of_deals()
    local middles, left_middles, without, found = {}, {}, 0, 0
    for deal = 1, estate.deals do
      if not estate.has_company(deal) then
        local companies = {}
        without = without + 1
        for _, contact in ipairs(estate.contacts_of(deal)) do
          middles[contact] = true
          if contact % 2 == 0 then companies[estate.companies_of(contact)[1]] = true end
        end
        local is_found = size(companies) == 1
        found = found + (is_found and 1 or 0)
        for _, contact in ipairs(is_found and {} or estate.contacts_of(deal)) do left_middles[contact] = true end
      end
    end
    return without, size(middles), found, size(left_middles)
  end

  it_once("inherit", function()
    local without, middles, found, left_middles = wanted_of_deals()
    local result = run [[return w.inherit(hub, { from = "deals", via = "contacts", to = "companies",
      choose = "primary" })]]
    check_reads(result.plan.calls, parts(estate.deals, READ) + parts(without, READ) + parts(middles, READ),
      parts(estate.deals, PAGE))
    assert.equal(found, result.plan.link)
    assert.is_true(found > 1000)
    assert.equal(parts(found, WRITE), result.applied.calls.batch_create)
    check_reads(result.again.calls, parts(estate.deals, READ) + parts(without - found, READ) +
      parts(left_middles, READ), parts(estate.deals, PAGE))
  end)

  it_once("match", function()
    local matched = 38000
    local result = run "return w.match(hub)"
    local pages = parts(estate.contacts, PAGE) + parts(estate.companies, PAGE)
    check_reads(result.plan.calls, parts(matched, READ), pages)
    assert.equal(matched - 30000, result.plan.link)
    assert.equal(30000, result.plan.right)
    assert.equal(parts(matched - 30000, WRITE), result.applied.calls.batch_create)
    check_reads(result.again.calls, parts(matched, READ), pages)
  end)

  it_once("orphans", function()
    local result = run(([[return w.orphans(hub, { from = "contacts", to = "companies", link = %d })]]):format(
      id("companies", 1)))
    check_reads(result.plan.calls, parts(estate.contacts, READ), parts(estate.contacts, PAGE))
    assert.equal(2000, result.plan.orphans)
    assert.equal(1, result.applied.calls.batch_create)
    check_reads(result.again.calls, parts(estate.contacts, READ), parts(estate.contacts, PAGE))
  end)

  it_once("primary", function()
    local result = run [[return w.primary(hub, { choose = "domain" })]]
    local pages = parts(estate.contacts, PAGE) + parts(estate.companies, PAGE)
    check_reads(result.plan.calls, parts(38000, READ), pages)
    assert.equal(15000 + 8000, result.plan.primary) -- those with an odd number, and those that were matched
    check_reads(result.again.calls, parts(38000, READ), pages)
  end)

  it_once("relabel", function()
    local result = run [[return w.relabel(hub, { from = "contacts", to = "companies", map = { Buyer = "Payer" } })]]
    check_reads(result.plan.calls, parts(estate.contacts, READ), parts(estate.contacts, PAGE))
    assert.equal(30000, result.plan.relabel)
    assert.equal(parts(30000, WRITE), result.applied.calls.batch_create)
    check_reads(result.again.calls, parts(estate.contacts, READ), parts(estate.contacts, PAGE))
  end)

  -- The contacts' links of 2,000 deals go to others, by `copy` or by `move`.
  local function transfer(verb)
    return 2000, run(([[
      local map = {}
      for i = 0, 1999 do map[%d + i] = %d + i end
      return w.%s(hub, { type = "deals", map = map, types = { "contacts" } })]]):format(id("deals", 1),
      id("deals", 10001), verb))
  end

  it_once("copy", function()
    local most, result = transfer "copy"
    check_reads(result.plan.calls, parts(most, READ) * 2, 0) -- the old records, and the new ones
    assert.equal(parts(result.plan.link, WRITE), result.applied.calls.batch_create)
    check_reads(result.again.calls, parts(most, READ) * 2, 0)
  end)

  it_once("move", function()
    local most, result = transfer "move"
    check_reads(result.plan.calls, parts(most, READ) * 2, 0)
    assert.equal(5 * most, result.plan.unlink)
    assert.equal(5 * most, result.applied.done)
    check_reads(result.again.calls, parts(most, READ), 0) -- the old ones have nothing left
  end)

  it_once("split", function()
    local result = run(([[
      return w.split(hub, { id = %d, by = function(record) return %d + record.id %% 4 end })]]):format(
      id("companies", 1), id("companies", 5001)))
    local shared = result.plan.unlink
    assert.is_true(shared > 2000)
    check_reads(result.plan.calls, parts(shared, INNER) + parts(shared, READ), 0, parts(shared, PAGE))
    assert.equal(parts(result.plan.link, WRITE), result.applied.calls.batch_create - (result.plan.primary > 0 and
      parts(result.plan.primary, WRITE) or 0))
    check_reads(result.again.calls, 1, 0)
  end)

  it_once("tree", function()
    local result = run [[return w.tree(hub, { parent = "city" })]]
    local children = estate.companies - 5000
    check_reads(result.plan.calls, parts(estate.companies, READ) + parts(children, READ), parts(estate.companies, PAGE))
    assert.equal(children, result.plan.link)
    assert.equal(parts(children, WRITE), result.applied.calls.batch_create)
    check_reads(result.again.calls, parts(estate.companies, READ), parts(estate.companies, PAGE))
  end)

  it_once("limits", function()
    local result = run [[
      hub.limits:set("contacts", "companies", { default = 3 })
      local report = w.limits(hub, { pairs = "contacts:companies" })
      return { size = 0, records = report.at + report.over + report.near }]]
    check_reads(result.plan.calls, parts(estate.contacts, READ), parts(estate.contacts, PAGE))
    assert.is_true(result.plan.records >= 25000, result.plan.records)
  end)

  it_once("snapshot", function()
    local result = run(([[
      local report = w.snapshot(hub, { folder = %q, pairs = "contacts:companies" })
      os.rename(report.path, %q .. "/2020-01-01T00-00-00.links")
      return { size = report.difference and #report.difference or 0, records = report.links }]]):format(folder, folder))
    check_reads(result.plan.calls, parts(estate.contacts, READ), parts(estate.contacts, PAGE))
    assert.is_true(result.plan.records > 90000)
    check_reads(result.again.calls, parts(estate.contacts, READ), parts(estate.contacts, PAGE))
  end)

  it_once("keep", function()
    local result = run(([[
      local told = w.keep(hub, { state = %q, workflow = "match", options = {}, sweep = 0 })
      return { size = told.changes }]]):format(folder .. "/match.keep"))
    local pages = parts(estate.contacts, PAGE) + parts(estate.companies, PAGE)
    assert.equal(pages, result.plan.calls.record_list)
    check_reads(result.again.calls, parts(38000, READ), pages)
  end)
end)
