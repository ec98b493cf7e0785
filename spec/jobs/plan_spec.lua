-- What a plan sees, what it refuses, and what it leaves alone.
local files = require "spec.support.files"
local given = require "spec.support.portal"
local tether = require "tether"
local wanted = require "spec.support.set_of"

local portal, hub

-- What contact 101 and its like are linked to: { [company] = "1 279 U42" }.
local function links_of(contact) return given.links(portal, "contacts", contact, "companies") end

local function actions(plan)
  local found = {}
  for change in plan:changes() do found[#found + 1] = ("%s %d %d"):format(change.action, change.from, change.to) end
  table.sort(found)
  return found
end

local function refusal(...)
  local fine, problem = pcall(hub.plan, hub, ...)
  assert.is_false(fine)
  return problem
end

local function writes()
  local count = 0
  for _, request in ipairs(portal:log()) do
    local is_read = request.method == "GET" or request.path:find("/batch/read", 1, true)
    count = count + (is_read and 0 or 1)
  end
  return count
end

before_each(function()
  portal = given.open()
  hub = portal:connect()
end)

after_each(function() hub:close() portal:close() end)

teardown(files.remove_all)

describe("a plan", function()
  it("tells what would change, and writes nothing", function()
    hub:associate(wanted { { 101, 9001 }, { 102, 9001 } })
    given.label(portal, "payer", "Payer")
    portal:clear_log()
    local plan <close> = hub:plan(wanted { { 101, 9001 }, { 102, 9001, "Payer" }, { 103, 9002 } })
    assert.same({ 1, 1, 0, 1 }, { plan.link, plan.relabel, plan.unlink, plan.right })
    assert.matches("^1 to link, 1 to relabel, 1 right already; 1 reads made; 2 writes, 1 s", tostring(plan))
    assert.equal(0, writes())
    local change = plan:changes()()
    assert.same({ "link", 103, 9002, nil, {}, "pending" },
      { change.action, change.from, change.to, change.before, change.after, change.result })
  end)

  it("takes away what the scope has and the file has not, by scope", function()
    hub:associate(wanted { { 101, 9001 }, { 101, 9002 }, { 102, 9001 }, { 103, 9003 } })
    local set, most = wanted { { 101, 9001 } }, { most_removals = 10 }
    local function of(scope)
      local plan <close> = hub:plan(set, { scope = scope, prune = true, most_removals = most.most_removals })
      return actions(plan)
    end
    assert.same({ "unlink 101 9002" }, of "from")
    assert.same({ "unlink 102 9001" }, of "to")
    assert.same({ "unlink 101 9002", "unlink 102 9001", "unlink 103 9003" }, of "all")
  end)

  it("inside one object type takes a pair as one, whichever way round it is written", function()
    for _, id in ipairs { 104, 105 } do portal:seed("contacts", id) end
    hub:associate("contacts", "contacts", { { 102, 101 }, { 103, 102 }, { 104, 105 } })
    local set = tether.links("contacts", "contacts"):add(102, 101):add(101, 103)
    local plan <close> = hub:plan(set, { scope = "from", prune = true })
    assert.same({ "link 101 103", "unlink 102 103" }, actions(plan))
    local whole <close> = hub:plan(set, { scope = "all", prune = true })
    assert.same({ "link 101 103", "unlink 102 103", "unlink 104 105" }, actions(whole))
    hub:apply(plan)
    local back <close> = hub:undo(plan)
    hub:apply(back)
    local again <close> = hub:plan(set, { scope = "from", prune = true })
    assert.same({ "link 101 103", "unlink 102 103" }, actions(again))
  end)

  it("adds labels, sets them exactly, or cares for the managed ones alone", function()
    given.label(portal, "payer", "Payer")
    given.label(portal, "user", "User")
    hub:associate("contacts", 101, "companies", 9001, { "Payer", "User" })
    local set = wanted { { 101, 9001, "Payer" } }
    local function after(labels)
      local plan <close> = hub:plan(set, { labels = labels })
      local change = plan:changes()()
      return change and change.after
    end
    assert.is_nil(after "at least")
    assert.same({ "Payer" }, after "exactly")
    assert.is_nil(after { "Payer" })
    assert.same({ "Payer" }, after { "User" })
  end)

  it("blocks what a limit forbids, and nothing else", function()
    hub.limits:set("contacts", "companies", { default = 2 })
    hub:associate(wanted { { 101, 9001 } })
    local plan <close> = hub:plan(wanted { { 101, 9001 }, { 101, 9002 }, { 101, 9003 }, { 102, 9001 } })
    assert.same({ "blocked 101 9003", "link 101 9002", "link 102 9001" }, actions(plan))
    local report = hub:apply(plan)
    assert.same({ 2, 0 }, { report.done, report.rejected })
  end)

  it("blocks what a limit of the other side forbids", function()
    hub.limits:set("companies", "contacts", { default = 2 })
    hub:associate(wanted { { 101, 9001 } })
    local plan <close> = hub:plan(wanted { { 101, 9001 }, { 102, 9001 }, { 103, 9001 }, { 103, 9002 } })
    assert.same({ "blocked 103 9001", "link 102 9001", "link 103 9002" }, actions(plan))
    assert.same({ 2, 1 }, { plan.link, plan.blocked })
    local report = hub:apply(plan)
    assert.same({ 2, 0, true }, { report.done, report.rejected, report:ended() })
  end)

  for _, side in ipairs { { "contacts", "companies" }, { "companies", "contacts" } } do
    it("leaves a record its primary where a limit of " .. side[1] .. " forbids the new one", function()
      hub:associate(wanted { { 101, 9001 }, { 102, 9002 } })
      hub.primary:set("contacts", 101, "companies", 9001)
      hub.limits:set(side[1], side[2], { default = 1 })
      local plan <close> = hub:plan(wanted { { 101, 9002, "primary" } }, { primary = true })
      assert.same({ "blocked 101 9002" }, actions(plan))
      assert.equal(0, plan.primary)
      assert.equal(0, hub:apply(plan).done)
      assert.equal(9001, hub.primary:get("contacts", 101, "companies"))
    end)
  end

  it("blocks what a limit of a label forbids on the other side, be it of a new link or of one that is there", function()
    hub.labels:create("contacts", "companies", { label = "Boss", inverse = "Led by", name = "boss" })
    hub:associate(wanted { { 101, 9001, "Boss" }, { 102, 9001 }, { 103, 9002 } })
    hub.limits:set("companies", "contacts", { ["Led by"] = 1 })
    local plan <close> = hub:plan(wanted { { 102, 9001, "Boss" }, { 103, 9001, "Boss" }, { 103, 9002, "Boss" } })
    assert.same({ "blocked 102 9001", "blocked 103 9001", "relabel 103 9002" }, actions(plan))
    assert.same({ 0, 1, 2 }, { plan.link, plan.relabel, plan.blocked })
    local report = hub:apply(plan)
    assert.same({ 1, 0, true }, { report.done, report.rejected, report:ended() })
  end)

  -- Each order: the first of the two in the job is gone, or the last.
  for gone, left in pairs { [9001] = 9002, [9002] = 9001 } do
    it(("gives back the primary that can be, where another one, %d, is gone"):format(gone), function()
      portal:set("second_primary", "keep")
      hub:associate(wanted { { 101, 9001, "primary" }, { 101, 9002, "primary" }, { 101, 9003 } })
      local plan <close> = hub:plan(wanted { { 101, 9003, "primary" } }, { primary = true })
      hub:apply(plan)
      assert.same({ [9001] = "279", [9002] = "279", [9003] = "1 279" }, links_of(101))
      hub:dissociate("contacts", 101, "companies", gone)
      local back <close> = hub:undo(plan)
      hub:apply(back)
      assert.same({ [left] = "1 279", [9003] = "279" }, links_of(101))
    end)
  end

  it("makes room under a limit before it is used, and comes back the same way", function()
    hub.limits:set("contacts", "companies", { default = 1 })
    hub:associate(wanted { { 101, 9001 } })
    local plan <close> = hub:plan(wanted { { 101, 9002 } }, { scope = "from", prune = true })
    assert.equal(2, hub:apply(plan).done)
    assert.same({ [9002] = "279" }, links_of(101))
    local back <close> = hub:undo(plan)
    assert.equal(2, hub:apply(back).done)
    assert.same({ [9001] = "279" }, links_of(101))
  end)

  it("is made of a file of any length, in pieces", function()
    local lines = { "from,to" }
    for company = 9001, 9003 do
      for contact = 101, 103 do lines[#lines + 1] = ("%d,%d"):format(contact, company) end
    end
    local path = files.write(table.concat(lines, "\n"), ".csv")
    local plan <close> = hub:plan(path, { from = "contacts", to = "companies", piece = 2 })
    assert.equal(9, plan.link)
    assert.equal(9, hub:apply(plan).done)
  end)

  it("is kept by one call, and saved where nothing stands", function()
    local plan <close> = hub:plan(wanted { { 101, 9001 } })
    local path = files.folder() .. "/x.job"
    assert.equal(path, plan:save(path).path)
    assert.has_error(function() plan:save(path) end)
    assert.equal(1, hub:apply(path).done)
  end)
end)

describe("a plan is refused, before anything is written,", function()
  local path

  before_each(function()
    given.label(portal, "payer", "Payer")
    given.label(portal, "user", "User")
    hub:associate(wanted { { 101, 9001 }, { 102, 9001 }, { 103, 9001 } })
    portal:clear_log()
    path = files.write("from,to\n", ".csv")
  end)

  after_each(function() assert.equal(0, writes()) end)

  it("for rows that contradict each other under exactly", function()
    local set = wanted { { 101, 9001, "Payer" }, { 101, 9001, "User" }, { 102, 9001 } }
    local problem = refusal(set, { labels = "exactly" })
    assert.equal("PLAN_REFUSED", problem.code)
    assert.matches("1 row of contacts to companies contradict", problem.message, 1, true)
    assert.matches("101 to 9001", problem.message, 1, true)
    local plan <close> = hub:plan(set)
    assert.equal(1, plan.relabel)
  end)

  it("for two primaries of one record", function()
    local problem = refusal(wanted { { 101, 9001, "primary" }, { 101, 9002, "primary" } }, { primary = true })
    assert.matches("two primaries; the first: 101", problem.message, 1, true)
  end)

  it("for an empty file with prune", function()
    local problem = refusal(path, { from = "contacts", to = "companies", scope = "all", prune = true })
    assert.equal("PLAN_REFUSED", problem.code)
    assert.matches("nothing is wanted", problem.message, 1, true)
  end)

  it("for more removals than may be, as a number and as a part", function()
    local set = wanted { { 101, 9001 } }
    for _, most in ipairs { 1, "50%" } do
      local problem = refusal(set, { scope = "all", prune = true, most_removals = most })
      assert.matches("2 of 3 links would be removed, and at most 1 may be", problem.message, 1, true)
    end
    local plan <close> = hub:plan(set, { scope = "all", prune = true, most_removals = "70%" })
    assert.equal(2, plan.unlink)
  end)

  it("for keys that find none, with the count", function()
    local problem = refusal(wanted { { "email=nobody@example.com", 9001 }, { 101, 9002 } })
    assert.equal("PLAN_REFUSED", problem.code)
    assert.matches("1 row cannot be understood", problem.message, 1, true)
  end)

  it("for labels that the account does not have", function()
    local file = files.write("from,to,label\n101,9001,Nope\n102,9001,Payer\n", ".csv")
    local problem = refusal(file, { from = "contacts", to = "companies" })
    assert.matches("line 2", problem.message, 1, true)
    local lost = {}
    local plan <close> = hub:plan(file, { from = "contacts", to = "companies", lost = function(row)
      lost[#lost + 1] = row.error.code
    end })
    assert.same({ "LABEL_UNKNOWN" }, lost)
    assert.equal(1, plan.relabel)
  end)

  it("for a prune without a scope, and keys that would make records", function()
    assert.equal("BAD_ARGUMENT", refusal(wanted { { 101, 9001 } }, { prune = true }).code)
    assert.equal("BAD_ARGUMENT", refusal(wanted { { 101, 9001 } }, { keys = { none = "create" } }).code)
  end)
end)

describe("a job file", function()
  local path

  before_each(function()
    path = files.folder() .. "/x.job"
    hub:plan(wanted { { 101, 9001 }, { 102, 9001 } }):save(path)
    portal:clear_log()
  end)

  local function code_of(verb, ...)
    local fine, problem = pcall(hub[verb], hub, ...)
    return not fine and problem.code
  end

  it("is refused when it is other software's, empty, cut off or damaged", function()
    local text = files.content(path)
    for _, bytes in ipairs { "", "hello", text:sub(1, 100), text:sub(1, 5000), text:sub(1, #text - 4096),
      text:sub(1, 4096) .. ("\xff"):rep(#text - 4096) } do
      local other = files.write(bytes, ".job")
      assert.equal("JOB_FILE", code_of("apply", other), #bytes .. " bytes")
      assert.equal("JOB_FILE", code_of("undo", other), #bytes .. " bytes")
      os.remove(other .. ".lock")
    end
    assert.equal(0, writes())
  end)

  it("is refused when its numbers were changed", function()
    local text = files.content(path)
    local at = text:find("\2\xca\1\xd2\x8c\1", 1, true) -- two rows; 101 and 9001 as zigzag varints
    assert.is_number(at)
    local other = files.write(text:sub(1, at + 1) .. "\2" .. text:sub(at + 3), ".job")
    assert.equal("JOB_FILE", code_of("apply", other))
    assert.equal(0, writes())
    os.remove(other .. ".lock")
  end)

  it("is refused when a newer version wrote it", function()
    local text = files.content(path)
    local other = files.write(text:sub(1, 60) .. "\0\0\0\9" .. text:sub(65), ".job") -- user_version
    local fine, problem = pcall(hub.apply, hub, other)
    assert.is_false(fine)
    assert.matches("newer version of Tether", problem.message, 1, true)
  end)

  it("is refused for another account, and while somebody is at work on it", function()
    local report <close> = hub:apply(path)
    assert.equal("JOB_BUSY", code_of("apply", path))
    report:close()
    assert.equal("JOB_ENDED", code_of("apply", path))
    portal:fault { operation = "account", status = 200, body = { portalId = 4711 } }
    local other <close> = portal:connect()
    local fine, problem = pcall(other.undo, other, path)
    assert.same({ false, "JOB_ACCOUNT" }, { fine, problem.code })
  end)

  it("goes on where the account stopped it", function()
    portal:fault { operation = "batch_create", status = 401, times = 3 }
    local fine, problem = pcall(hub.apply, hub, path)
    assert.same({ false, "UNAUTHENTICATED" }, { fine, problem.code })
    assert.is_false(problem.outcome:ended())
    portal:clear_faults()
    assert.equal(2, hub:apply(path).done)
  end)

  it("leaves alone what has changed since, and lists it", function()
    given.label(portal, "payer", "Payer")
    hub:associate("contacts", 101, "companies", 9001, "Payer")
    local report <close> = hub:apply(path)
    assert.same({ 1, 1 }, { report.done, report.drifted })
    local told = {}
    for change in report:changes() do told[#told + 1] = change.text and change.action .. change.from end
    assert.same({ "drifted101" }, told)
  end)

  it("is one file again when nobody is at work on it", function()
    local report = hub:apply(path)
    assert.truthy(io.open(path .. "-wal"))
    report:close()
    assert.is_nil(io.open(path .. "-wal"))
    assert.equal("\1\1", files.content(path):sub(19, 20)) -- no journal of its own
  end)

  it("has no token in it, and no property of a record", function()
    portal:seed { contacts = { { id = 777, properties = { email = "secret@example.com" } } } }
    local other = files.folder() .. "/y.job"
    hub:plan(wanted { { "email=secret@example.com", 9001 } }):save(other)
    hub:apply(other):close()
    local text = files.content(other)
    assert.is_nil(text:find(portal.token, 1, true))
    assert.is_nil(text:find("secret@example.com", 1, true))
    assert.truthy(text:find("contacts", 1, true))
  end)
end)
