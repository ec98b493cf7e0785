-- Links in and out of an account as a stream: full batches over the whole, every row settled as it deserves.
local account = require "spec.support.account"
local support = require "spec.support.portal"
local files = require "spec.support.files"
local tether = require "tether"

local file, content = files.write, files.content

local function seed(portal, contacts, companies)
  portal:seed(account.numbered { contacts = { 1, contacts }, companies = { 100001, 100000 + companies } })
end

-- A file of links: each contact up to `contacts` with one company, or with both.
local function links_csv(contacts, is_with_both)
  local lines = { "from,to" }
  for id = 1, contacts do
    lines[#lines + 1] = id .. ",100001"
    if is_with_both then lines[#lines + 1] = id .. ",100002" end
  end
  return file(table.concat(lines, "\n"))
end

local function calls(portal, pattern)
  local count, bodies = 0, {}
  for _, request in ipairs(portal:log()) do
    if request.path:find(pattern) then
      count = count + 1
      bodies[count] = request.body
    end
  end
  return count, bodies
end

local function links_there(hub)
  local count = 0
  for set in hub:each_link("contacts", "companies") do count = count + #set end
  return count
end

local function inputs_of(bodies)
  local sizes = {}
  for i, body in ipairs(bodies) do sizes[i] = #support.json.decode(body).inputs end
  table.sort(sizes)
  return sizes
end

local PAIR = { from = "contacts", to = "companies" }

local function with(more)
  local options = { from = PAIR.from, to = PAIR.to }
  for name, value in pairs(more or {}) do options[name] = value end
  return options
end

local function counts(report)
  return { report.linked, report.unchanged, report.rejected, report.unknown, report.not_sent }
end

describe("an import as a stream", function()
  local portal, hub
  before_each(function() portal, hub = account.open {} end)
  after_each(function() hub:close() account.close() files.remove_all() end)

  it("fills its batches over the whole file: ceil(N / 2,000) writes, by the portal's count", function()
    seed(portal, 9001, 1)
    local report = hub:import(links_csv(9001), with { read = false, piece = 2500 })
    assert.same({ 9001, 0, 0, 0, 0 }, counts(report))
    local writes, bodies = calls(portal, "batch/create")
    assert.equal(5, writes) -- what a piece has left over goes with the next one
    assert.same({ 1001, 2000, 2000, 2000, 2000 }, inputs_of(bodies))
    assert.same({ 5, 5, 0 }, { report.calls, report.batches, (calls(portal, "batch/read")) })
  end)

  it("reads before it writes: once for 1,000 records, and finds what is there unchanged", function()
    seed(portal, 2500, 2)
    local path = links_csv(2500)
    assert.same({ 2500, 0, 0, 0, 0 }, counts(hub:import(path, PAIR)))
    portal:clear_log()
    assert.same({ 0, 2500, 0, 0, 0 }, counts(hub:import(path, PAIR)))
    assert.same({ 3, 0 }, { (calls(portal, "batch/read")), (calls(portal, "batch/create")) })
  end)

  it("sends the repeats of a pair as one input with all labels, in whichever piece they stand", function()
    for _, mode in ipairs { "append", "replace" } do
      portal:reset()
      portal:set("labels", mode)
      seed(portal, 4500, 1)
      hub:close()
      hub = portal:connect()
      for _, label in ipairs { "A", "B", "C" } do hub.labels:ensure("contacts", "companies", label) end
      local lines = { "from,to,label" }
      for i = 1, 4500 do lines[#lines + 1] = i .. ",100001,A" end
      for i = 1, 4500, 100 do lines[#lines + 1] = i .. ",100001,B" end
      lines[#lines + 1] = "4500,100001,C"
      local report = hub:import(file(table.concat(lines, "\n")), with { read = false, piece = 4400 })
      assert.same({ 4500 + 45 + 1, 0, 0, 0, 0 }, counts(report), mode)
      local labels = {}
      for link in hub:associations("contacts", { 1, 2, 301, 4401, 4500 }, "companies"):rows() do
        table.sort(link.labels)
        labels[link.from] = table.concat(link.labels)
      end
      assert.same({ [1] = "AB", [2] = "A", [301] = "AB", [4401] = "AB", [4500] = "AC" }, labels, mode)
    end
  end)

  it("tells every row that is not done, in a file that can be imported again", function()
    seed(portal, 3, 3)
    hub.labels:ensure("contacts", "companies", "Boss")
    local failed = file("", ".csv")
    local path = file("from,to,label\n1,100001,Boss\nabc,100001,\n2,100009,Boss\n2,100002,Nobody\n3,100003,\n" ..
      "7,100001,\n")
    local report = hub:import(path, with { failures = failed })
    assert.same({ 2, 0, 4, 0, 0 }, counts(report))
    assert.is_false(report:fine())
    assert.equal("from,to,label,line,code,reason,from_object_type,to_object_type,raw\n" ..
      'abc,100001,,3,BAD_ID,"' .. path .. ', line 3, column ""from"": not a record id: ""abc""",' ..
      "contacts,companies,\n" ..
      '2,100002,Nobody,5,LABEL_UNKNOWN,"contacts to companies has no label ""Nobody""",contacts,companies,\n',
      content(failed):match "^.-\n.-\n.-\n")
    assert.matches("2,100009,Boss,4,NOT_FOUND,", content(failed))
    assert.matches("7,100001,,7,NOT_FOUND,", content(failed))
    local ok, err = pcall(report.assert, report)
    assert.is_false(ok)
    assert.equal("ROWS_FAILED", err.code)
    portal:seed("companies", 100009)
    portal:seed("contacts", 7)
    hub.labels:ensure("contacts", "companies", "Nobody")
    assert.same({ 3, 0, 1, 0, 0 }, counts(hub:import(failed, PAIR)))
  end)

  it("writes what is not done as JSON lines as well", function()
    seed(portal, 1, 1)
    local failed = file("", ".jsonl")
    hub:import(file '{"from":1,"to":100009,"labels":["Boss","A/B"]}\n', with { failures = failed })
    local row = support.json.decode(content(failed))
    assert.same({ 1, 100009, { "Boss", "A/B" }, 1, "LABEL_UNKNOWN" },
      { row.from, row.to, row.labels, row.line, row.code })
  end)

  it("makes the labels that are missing when it is told to", function()
    seed(portal, 2, 1)
    local path = file "from,to,label\n1,100001,Boss; Clerk\n2,100001,boss\n"
    local report = hub:import(path, with { create_labels = true })
    assert.same({ 2, 0, 0, 0, 0 }, counts(report))
    assert.same({ "Boss", "Clerk" }, report.created)
  end)

  it("finds the records that keys stand for", function()
    portal:seed { contacts = { { id = 1, properties = { email = "jane@example.com" } } },
      companies = { { id = 5, properties = { domain = "a.example" } },
        { id = 6, properties = { domain = "b.example" } } } }
    local path = file("from,to\nemail=Jane@example.com,domain=a.example\n1,domain=b.example\nemail=no@example.com,5\n")
    local failures = {}
    local report = hub:import(path, with { failures = function(row) failures[#failures + 1] = row end })
    assert.same({ 2, 0, 1, 0, 0 }, counts(report))
    assert.same({ "email=no@example.com", 5, 4, "NOT_FOUND" },
      { failures[1].from, failures[1].to, failures[1].line, failures[1].error.code })
    assert.same({ [5] = "279", [6] = "279" }, support.links(portal, "contacts", 1, "companies"))
    report = hub:import(path, with { keys = { none = "skip" } })
    assert.same({ 0, 2, 0, 0, 0 }, counts(report))
    assert.equal(1, report.skipped)
    assert.matches("skipped +1", tostring(report))
  end)

  it("reads back what it wrote when it is told to", function()
    seed(portal, 2500, 1)
    local report = hub:import(links_csv(2500), with { read = false, verify = true })
    assert.same({ 2500, 0, 0, 0, 0 }, counts(report))
    assert.equal(4, (calls(portal, "batch/read"))) -- of the pool of 2,000, and of the 500 that were left
  end)

  it("stops where it is told to, and goes on from the line that it names", function()
    seed(portal, 6000, 2)
    hub:close()
    hub = portal:connect { concurrency = 1 }
    local path = links_csv(6000, true)
    local stop = false
    local report = hub:import(path, with { read = false, piece = 2500,
      stop = function() return stop end,
      on_progress = function(seen) stop = stop or seen.batches >= 2 end })
    assert.equal("signal", report.stopped)
    assert.is_true(report.linked >= 4000 and report.linked < 12000)
    assert.equal(report.rows, report.linked + report.not_sent)
    assert.is_false(report:fine())
    assert.matches(("not sent +%d that were read, and what follows; go on with line %d"):format(report.not_sent,
      report.go_on_from), tostring(report))
    assert.equal(report.linked, links_there(hub))
    local rest = hub:import(path, with { first_line = report.go_on_from, read = true })
    assert.is_true(rest:fine())
    assert.equal(12000, links_there(hub))
  end)

  it("sends what a refusal has left to be sent again, also when it is told to stop meanwhile", function()
    seed(portal, 4, 1)
    hub:close()
    hub = portal:connect { concurrency = 1 }
    portal:fault { operation = "batch_create", status = 400, times = 1, body = { message = "one of them" } }
    local report = hub:import(file "from,to\n1,100001\n2,100001\n3,100001\n4,100001", with { read = false,
      stop = function() return portal:counters().faults == 1 end })
    assert.equal("signal", report.stopped)
    assert.same({ 4, 0, 0, 0, 0 }, counts(report))
    assert.equal(3, (calls(portal, "batch/create"))) -- the batch, and its halves
  end)

  it("ends when nothing more can be done, and tells what was not sent", function()
    seed(portal, 6000, 2)
    hub:close()
    hub = portal:connect { concurrency = 1 }
    portal:set("daily", 2)
    local report = hub:import(links_csv(6000, true), with { read = false, piece = 2500 })
    assert.equal("DAILY_LIMIT", report.stopped.code)
    assert.is_true(report.linked > 0 and report.not_sent > 0)
    assert.equal(report.rows, report.linked + report.rejected + report.not_sent)
    assert.truthy(report.go_on_from)
  end)

  it("stops for good, also when it is told so only once", function()
    seed(portal, 6000, 1)
    hub:close()
    hub = portal:connect { concurrency = 1 }
    local path = links_csv(6000)
    for nth = 1, 4 do
      local asked = 0
      local report = hub:import(path, with { read = false, piece = 2500, stop = function()
        asked = asked + 1
        return asked == nth
      end })
      assert.equal("signal", report.stopped)
      assert.is_true(report.not_sent > 0)
      assert.truthy(report.go_on_from)
    end
  end)

  it("ends with a report also where the day is over after rows that needed nothing", function()
    seed(portal, 6000, 1)
    local path = links_csv(6000)
    hub:import(path, with {}):assert()
    hub:close()
    hub = portal:connect()
    portal:set("daily", portal:counters().requests + 5)
    local report = hub:import(path, with { read = true, piece = 2000 })
    assert.equal("DAILY_LIMIT", report.stopped.code)
    assert.same({ 0, 4000, 2000 }, { report.linked, report.unchanged, report.not_sent })
    assert.equal(4002, report.go_on_from)
  end)

  it("ends when the file of failures cannot be written, and counts what it has sent", function()
    seed(portal, 3, 1)
    local report = hub:import(file "from,to\n1,100001\nx,1\n2,100001\n", with { failures = "/dev/full" })
    assert.equal("FILE_FAILED", report.stopped.code)
    assert.same({ 2, 0, 1, 0, 0 }, counts(report))
    local ok, err = pcall(hub.import, hub, file "from,to\nx,1\n3,100001\n",
      with { failures = function() error "no" end })
    assert.is_false(ok)
    assert.equal("CALLBACK_FAILED", err.code)
    assert.matches("no$", err.cause)
    assert.same({ 0, 0, 1, 0, 1 }, counts(err.report))
  end)

  it("raises what refuses it before anything is sent", function()
    for code, options in pairs { OBJECT_TYPE_UNKNOWN = { from = "contcts", to = "companies" },
      OPTION_UNKNOWN = with { blind = true }, BAD_ARGUMENT = with { verify = "yes" } } do
      local ok, err = pcall(hub.import, hub, file "from,to\n1,2\n", options)
      assert.is_false(ok)
      assert.equal(code, err.code)
    end
    local stranger = tether.connect { url = portal.url, token = "wrong" }
    local ok, err = pcall(stranger.import, stranger, file "from,to\n1,2\n", PAIR)
    assert.is_false(ok)
    assert.equal("UNAUTHENTICATED", err.code)
    stranger:close()
  end)
end)

describe("links of many records", function()
  local portal, hub
  setup(function()
    portal = tether.portal()
    seed(portal, 2345, 2)
    hub = portal:connect()
    local links = tether.links("contacts", "companies")
    for i = 1, 2345, 5 do links:add(i, 100001):add(i, 100002) end
    hub:associate(links):assert()
  end)
  before_each(function() portal:clear_log() end)
  teardown(function() hub:close() portal:close() end)

  local function sum(from, to, options)
    local total, sets = 0, 0
    local next_set, count = hub:each_link(from, to, options)
    for set in next_set do
      assert.is_true(#set > 0)
      total, sets = total + #set, sets + 1
    end
    return total, sets, count
  end

  it("are read in the other form of the route, by all requests that met the first", function()
    portal:fault { operation = "batch_read", nth = 1, times = 2, status = 404, body = "<html>no</html>" }
    local total, sets = sum("contacts", "companies")
    assert.same({ 938, 3 }, { total, sets })
  end)

  it("are read of every record: pages of 100, ceil(R / 1,000) batch reads", function()
    local total, sets, count = sum("contacts", "companies")
    assert.same({ 938, 3 }, { total, sets })
    assert.same({ 2345, 3, 24 }, { count.records, count.reads, count.pages })
    assert.same({ 3, 24 }, { (calls(portal, "batch/read")), (calls(portal, "^/crm/objects/2026%-03/contacts$")) +
      (calls(portal, "^/crm/objects/2026%-03/contacts%?")) })
  end)

  it("are read of the ids of an array, an iterator or a file", function()
    local ids, i = {}, 0
    for id = 1, 1001 do ids[id] = id end
    assert.equal(402, (sum("contacts", "companies", { ids = ids })))
    assert.equal(2, (calls(portal, "batch/read")))
    assert.equal(402, (sum("contacts", "companies", { ids = function()
      i = i + 1
      return ids[i]
    end })))
    assert.equal(402, (sum("contacts", "companies", { ids = file(table.concat(ids, "\r\n")) })))
    assert.equal(4, (sum("contacts", "companies", { ids = file "Contact ID\n1\n2\n\n6\n" })))
    assert.equal(2, (sum("contacts", "companies", { ids = file "name;id\nx;1\ny;2\n", column = "id" })))
    assert.equal(0, (sum("contacts", "companies", { ids = {} })))
  end)

  it("follow the pages inside an answer, and share batches for them", function()
    portal:set("page", 1)
    assert.equal(938, (sum("contacts", "companies")))
    portal:set("page", 500)
    assert.equal(4, (calls(portal, "batch/read"))) -- 469 records have a second page: one batch
  end)

  it("name a bad id with its line", function()
    local ok, err = pcall(sum, "contacts", "companies", { ids = file "id\n1\nx\n" })
    assert.is_false(ok)
    assert.equal("BAD_ID", err.code)
    assert.matches('line 3: not a record id: "x"', err.message)
    ok, err = pcall(sum, "contacts", "companies", { ids = { 1, "x" } })
    assert.is_false(ok)
    assert.matches("id 2", err.message)
  end)
end)

describe("reads that nobody goes on with", function()
  it("are given up, and not kept", function()
    local portal <close> = tether.portal()
    local hub <close> = portal:connect()
    seed(portal, 2345, 2)
    local ids, links = {}, tether.links("contacts", "companies")
    for i = 1, 2345 do
      ids[i] = i
      links:add(i, 100001)
    end
    hub:associate(links):assert()
    local function first()
      for set in hub:each_link("contacts", "companies", { ids = ids }) do
        if set then return set end
      end
    end
    for _ = 1, 3 do assert.truthy(first()) end
    portal:fault { operation = "batch_read", times = 1000, status = 400, body = { message = "no" } }
    local next_set = hub:each_link("contacts", "companies")
    assert.is_false(pcall(function()
      repeat local set = next_set() until not set
    end))
    assert.is_false(pcall(hub.associations, hub, "contacts", ids, "companies"))
    hub:account()
    assert.equal(0, hub:stats().under_way)
    assert.is_nil(next(hub.settled))
  end)
end)
