-- Backup, diff and restore through the embedded portal on a socket.
local json = require "cjson"
local native = require "tether.native"
local tether = require "tether"

local folder

local function path(name)
  return folder .. "/" .. name
end

local function content(name)
  local file = io.open(path(name), "rb")
  local text = file and file:read "a"
  if file then file:close() end
  return text
end

local function write(name, text)
  local file = assert(io.open(path(name), "wb"))
  assert(file:write(text))
  assert(file:close())
end

-- A portal with contacts and companies that have keys; ids begin at `first`.
local function given(first, contacts, companies)
  local portal, lines = tether.portal(), {}
  for i = 1, contacts do
    lines[#lines + 1] = ('{"kind":"record","type":"contacts","id":%d,"properties":{"email":"c%d@example.com"}}'):format(
      first + i, i)
  end
  for i = 1, companies do
    lines[#lines + 1] = ('{"kind":"record","type":"companies","id":%d,"properties":{"domain":"d%d.example"}}'):format(
      first + 50000 + i, i)
  end
  portal:seed(table.concat(lines, "\n"))
  return portal, portal:connect()
end

local function make_labels(hub)
  hub.labels:ensure("contacts", "companies", { label = "Boss", inverse = "Led by" })
  hub.labels:ensure("contacts", "companies", "Clerk")
  hub.labels:ensure("contacts", "contacts", { label = "Parent", inverse = "Child" })
end

-- What the portal says of a pair, by the text of the labels: "101 9001" -> "Boss;primary".
local function state(hub, from, to)
  local found = {}
  for set in hub:each_link(from, to) do
    for link in set:rows() do
      local words = table.move(link.labels, 1, #link.labels, 1, {})
      if link.primary then words[#words + 1] = "primary" end
      table.sort(words)
      found[("%d %d"):format(link.from, link.to)] = table.concat(words, ";")
    end
  end
  return found
end

local LABELS = { false, "Boss", "Clerk", { "Boss", "Clerk" } }

-- A random graph of links with labels and primaries.
local function add_random(hub, random, first, count)
  local links, seen = hub:links("contacts", "companies"), {}
  for _ = 1, count do
    local from, to = first + random(1, 12), first + 50000 + random(1, 6)
    if not seen[from .. " " .. to] then links:add(from, to, LABELS[random(1, 4)] or nil) end
    seen[from .. " " .. to] = true
  end
  hub:associate(links):assert()
  for _ = 1, 3 do hub:associate("contacts", first + random(1, 6), "contacts", first + random(7, 12), "Parent") end
  for key in pairs(state(hub, "contacts", "companies")) do
    local from, to = key:match "(%d+) (%d+)"
    if random(1, 5) == 1 then hub.primary:set("contacts", from, "companies", to) end
  end
end

-- Changes that somebody else makes.
local function change_random(hub, random, first, count)
  for _ = 1, count do
    local from, to, what = first + random(1, 12), first + 50000 + random(1, 6), random(1, 4)
    local is_linked = state(hub, "contacts", "companies")[from .. " " .. to] ~= nil
    if what == 1 then
      hub:dissociate("contacts", from, "companies", to)
    elseif what == 2 then
      hub:associate("contacts", from, "companies", to, LABELS[random(1, 4)] or nil)
    elseif is_linked and what == 3 then
      hub:relabel("contacts", from, "companies", to, { "Clerk" })
    elseif is_linked then
      hub.primary:set("contacts", from, "companies", to)
    end
  end
end

-- The same sequence on each run.
local function randomness(seed)
  return function(low, high)
    seed = (seed * 6364136223846793005 + 1442695040888963407) & math.maxinteger
    return low + (seed >> 33) % (high - low + 1)
  end
end

local function without_primary(text)
  local words = {}
  for word in text:gmatch "[^;]+" do
    if word ~= "primary" then words[#words + 1] = word end
  end
  return table.concat(words, ";")
end

-- What a diff must say, from two states.
local function model(before, after)
  local found = { added = 0, removed = 0, relabeled = 0, primary = 0, same = 0 }
  local function count(name) found[name] = found[name] + 1 end
  for key, old in pairs(before) do
    local new = after[key]
    if not new then count "removed" end
    if new == old then count "same" end
    if new and without_primary(new) ~= without_primary(old) then count "relabeled" end
    if new and (new:find "primary" ~= nil) ~= (old:find "primary" ~= nil) then count "primary" end
  end
  for key in pairs(after) do
    if not before[key] then count "added" end
  end
  return found
end

local PAIRS = { "contacts:companies", "contacts:contacts" }
local ROUNDS = math.tointeger(tonumber(os.getenv "BACKUP_ROUNDS")) or 3

local function failure(fn, ...)
  local fine, problem = pcall(fn, ...)
  assert.is_false(fine)
  assert.is_true(tether.error.is(problem))
  return problem
end

describe("backup", function()
  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute("mkdir " .. folder))
  end)
  teardown(function() os.execute("rm -rf " .. folder) end)
  before_each(function() os.execute("rm -rf " .. folder .. "/*") end)

  it("and restore bring back every link, label and primary, whatever was changed", function()
    for round = 1, ROUNDS do
      local portal, hub = given(100, 12, 6)
      local random = randomness(round)
      make_labels(hub)
      add_random(hub, random, 100, 20)
      local before, inside = state(hub, "contacts", "companies"), state(hub, "contacts", "contacts")
      local dump = portal:dump()
      os.remove(path "a.links")
      hub:backup(PAIRS, path "a.links")
      change_random(hub, random, 100, 8)
      hub:dissociate((hub:associations("contacts", { 101, 102, 103, 104 }, "contacts")))
      local plan <close> = hub:restore(path "a.links", { scope = "all", prune = true })
      hub:apply(plan):assert()
      assert.same(before, state(hub, "contacts", "companies"))
      assert.same(inside, state(hub, "contacts", "contacts"))
      assert.equal(dump, portal:dump())
      assert.equal(0, #hub:diff(path "a.links"))
      hub:close()
      portal:close()
    end
  end)

  it("and diff tell what was changed as a model of it does, from two files and from the account", function()
    for round = 1, ROUNDS do
      local portal, hub = given(100, 12, 6)
      local random = randomness(100 + round)
      make_labels(hub)
      add_random(hub, random, 100, 20)
      local before = state(hub, "contacts", "companies")
      os.execute("rm -f " .. folder .. "/*")
      hub:backup("contacts:companies", path "a.links")
      change_random(hub, random, 100, 10)
      local wanted = model(before, state(hub, "contacts", "companies"))
      local report = hub:backup("contacts:companies", path "b.links", { since = path "a.links" })
      local told = { hub:diff(path "a.links"), hub:diff(path "a.links", path "b.links"), report.difference }
      for _, found in ipairs(told) do
        local counts = {}
        for name in pairs(wanted) do counts[name] = found[name] end
        assert.same(wanted, counts)
      end
      hub:close()
      portal:close()
    end
  end)
end)

describe("a backup", function()
  local portal, hub
  -- 101 is led by two, one of them the primary.
  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute("mkdir " .. folder))
    portal, hub = given(100, 4, 3)
    make_labels(hub)
    hub.limits:set("contacts", "companies", { Boss = 5 })
    hub:associate("contacts", "companies", { { 101, 50101, "Boss" }, { 101, 50102, { "Boss", "Clerk" } },
      { 102, 50101 }, { 103, 50102 }, { 103, 50103, "Clerk" } }):assert()
    hub.primary:set("contacts", 101, "companies", 50102)
    hub:associate("contacts", 104, "contacts", 102, "Parent")
    hub:backup(PAIRS, path "a.links", { key = { "email", "domain" } })
  end)
  teardown(function()
    hub:close()
    portal:close()
    os.execute("rm -rf " .. folder)
  end)

  -- Another account with the same people, under other ids and with labels of other ids.
  local function other_account(contacts, companies)
    local other, there = given(70000, contacts or 4, companies or 3)
    for i = 1, 3 do there.labels:ensure("contacts", "companies", "Filler " .. i) end
    return other, there
  end

  it("tells how much it has, and asks the schema which pairs a star means", function()
    local report = hub:backup("contacts:*", path "star.links")
    assert.equal(6, report.links)
    local asked = {}
    for _, pair in ipairs(report.pairs) do asked[table.concat(pair, ":")] = true end
    for _, pair in ipairs { "contacts:companies", "contacts:deals", "contacts:contacts" } do
      assert.is_true(asked[pair], pair)
    end
    assert.equal(report.bytes, #content "star.links")
    assert.is_nil(content "star.links.part")
  end)

  it("is restored into another account by keys and by the names of labels", function()
    local other, there = other_account()
    local problem = failure(there.restore, there, path "a.links", { key = { "email", "domain" } })
    assert.equal("LABEL_UNKNOWN", problem.code)
    assert.equal('restore: the account lacks 3 labels: "Boss" (contacts to companies), "Clerk" (contacts to ' ..
      'companies), "Child" (contacts to contacts)', problem.message)
    local plan <close>, told = there:restore(path "a.links", { key = "email", create_labels = true })
    assert.same({ labels = 3, skipped = 0 }, told)
    there:apply(plan):assert()
    assert.same({ ["70001 120001"] = "Boss", ["70001 120002"] = "Boss;Clerk;primary", ["70002 120001"] = "",
      ["70003 120002"] = "", ["70003 120003"] = "Clerk" }, state(there, "contacts", "companies"))
    assert.same({ ["70004 70002"] = "Parent", ["70002 70004"] = "Child" }, state(there, "contacts", "contacts"))
    assert.equal("Led by", there.labels:inverse("contacts", "companies", { category = "USER_DEFINED",
      id = there.types:id("contacts", "companies", "Boss") }))
    there:close()
    other:close()
  end)

  it("refuses keys that no record has or several, with their numbers, before anything is written", function()
    local other, there = other_account(3, 2)
    local dump = other:dump()
    local problem = failure(there.restore, there, path "a.links", { key = "email", create_labels = true })
    assert.equal("PLAN_REFUSED", problem.code)
    assert.matches("^restore: of %d keys of %w+ %(%w+%), 1 have no record here and 0 have several; the first: ",
      problem.message)
    assert.equal(dump, other:dump())
    local plan <close>, told = there:restore(path "a.links", { key = "email", create_labels = true,
      skip_unknown = true })
    assert.equal(2, told.skipped) -- those of contact 104 and of company 50103
    assert.equal(4, plan.link)
    there:close()
    other:close()
  end)

  it("tells labels and limits that have changed; a label that is renamed changes no link", function()
    hub.labels:rename("contacts", "companies", "Clerk", { label = "Writer" })
    hub.limits:set("contacts", "companies", { Boss = 7 })
    hub.labels:ensure("contacts", "companies", "New")
    local found = hub:diff(path "a.links", "CRM", { pairs = { "contacts:companies" } })
    assert.same({ 3, 0, 0, 0 }, { #found, found.added, found.removed, found.relabeled })
    assert.equal([[
contacts to companies: no link has changed; 5 are the same
contacts to companies: the label "Clerk" is "Writer" now
contacts to companies: the label "New" was created
contacts to companies: the limit of "Boss" was 5, and is 7]], tostring(found))
    hub.labels:delete("contacts", "companies", "New")
    hub.labels:rename("contacts", "companies", "Writer", { label = "Clerk" })
    hub.limits:set("contacts", "companies", { Boss = 5 })
    assert.equal(0, #hub:diff(path "a.links"))
  end)

  it("lists as many changes as asked for", function()
    hub:associate("contacts", 102, "companies", 50103, "Boss")
    hub:associate("contacts", 104, "companies", 50103)
    local found = hub:diff(path "a.links", nil, { list = 1 })
    assert.equal(1, found.left_out)
    assert.same({ { action = "link", from_type = "contacts", to_type = "companies", from = 102, to = 50103,
      after = { "Boss" } } }, found.changes)
    hub:dissociate("contacts", "companies", { { 102, 50103 }, { 104, 50103 } })
  end)

  it("takes the place of an older one when asked to, and tells the difference to it", function()
    write("night.links", content "a.links")
    hub:associate("contacts", 102, "companies", 50103)
    local report = hub:backup(PAIRS, path "night.links", { replace = true })
    assert.equal(1, report.difference.added)
    hub:dissociate("contacts", 102, "companies", 50103)
    assert.equal(1, hub:diff(path "night.links").removed)
  end)

  it("finds pairs in whatever order a file has them, and tells those that one file has alone", function()
    hub:backup({ "contacts:contacts", "contacts:deals", "contacts:companies" }, path "turned.links")
    local found = hub:diff(path "a.links", path "turned.links")
    assert.same({ 6, { "contacts:deals" }, {} }, { found.same, found.only_new, found.only_old })
    assert.equal(1, #found)
  end)

  describe("is refused in a line, and leaves nothing behind,", function()
    local function is_refused(code, text, fn, ...)
      local before = io.popen("ls " .. folder):read "a"
      local problem = failure(fn, ...)
      assert.same({ code, text }, { problem.code, (problem.message:gsub("[^ ]*/", "")) })
      assert.is_nil(problem.message:find "\n")
      assert.is_true(#problem.hint > 0)
      assert.equal(before, io.popen("ls " .. folder):read "a")
    end

    it("when its file is there already", function()
      is_refused("FILE_FAILED", "a.links exists already", hub.backup, hub, PAIRS, path "a.links")
    end)

    it("when there is no folder, or no room on the disk", function()
      is_refused("FILE_FAILED", "cannot write x.links: there is no folder none", hub.backup, hub, PAIRS,
        path "none/x.links")
      is_refused("FILE_FAILED", "the backup cannot be written: No space left on device", hub.backup, hub, PAIRS,
        "/dev/full")
    end)

    it("when what is asked for is no pair", function()
      is_refused("BAD_ARGUMENT", 'a pair of object types is needed, got "contacts"', hub.backup, hub, "contacts",
        path "x.links")
      is_refused("OBJECT_TYPE_UNKNOWN", 'object type "compamies" is not known; did you mean "companies"?', hub.backup,
        hub, "contacts:compamies", path "x.links")
    end)

    it("when no record has such a key", function()
      is_refused("BAD_ARGUMENT", "key shoe_size: none of contacts, companies has this property", hub.backup, hub,
        "contacts:companies", path "x.links", { key = "shoe_size" })
    end)

    it("when the account refuses in the middle", function()
      portal:fault { operation = "batch_read", status = 403, times = 1 }
      local problem = failure(hub.backup, hub, PAIRS, path "x.links")
      portal:clear_faults()
      assert.equal(403, problem.status)
      assert.is_nil(content "x.links")
      assert.is_nil(content "x.links.part")
    end)

    it("when a pair is not in it", function()
      for _, verb in ipairs { hub.diff, hub.restore } do
        local options = { pairs = { "deals:companies" } }
        local problem = failure(verb, hub, path "a.links", verb == hub.restore and options or nil, options)
        assert.equal("BAD_ARGUMENT", problem.code)
        assert.matches("a.links has no pair deals:companies$", problem.message)
        assert.equal("it has contacts:companies, contacts:contacts", problem.hint)
      end
    end)

    it("when it is another account's, and no key is named", function()
      local backup = assert(native.backup(path "other.links"))
      backup:text("meta", json.encode { account = "1", version = "2026-03", made_at = 0, pairs = {} })
      assert(backup:finish())
      backup:close()
      is_refused("JOB_ACCOUNT", "other.links is a backup of the account 1, and this is 62515, where records have " ..
        "other ids", hub.restore, hub, path "other.links")
    end)

    it("when it has no such key", function()
      hub:backup("contacts:companies", path "nokey.links")
      is_refused("BAD_ARGUMENT", "nokey.links has no key email of contacts", hub.restore, hub, path "nokey.links",
        { key = "email" })
    end)

    it("when it is something else, or of a newer version", function()
      write("passwd", "root:x:0:0:root:/root:/bin/bash\n")
      write("empty", "")
      write("newer", "TetherBK\2\0\0\0")
      is_refused("FILE_BROKEN", "passwd: it is no backup of Tether", hub.diff, hub, path "passwd")
      is_refused("FILE_BROKEN", "empty: it is no backup of Tether", hub.restore, hub, path "empty")
      is_refused("FILE_BROKEN", "newer: a newer version has written it: its format is 2, and this one reads 1",
        hub.diff, hub, path "a.links", path "newer")
      is_refused("FILE_BROKEN", "passwd: it is no backup of Tether", hub.backup, hub, PAIRS, path "y.links",
        { since = path "passwd" })
    end)

    it("when it is cut off at any byte, or a byte of it is another one", function()
      local whole = content "a.links"
      for at = 0, #whole - 1, 7 do
        write("cut", whole:sub(1, at))
        assert.equal("FILE_BROKEN", failure(hub.diff, hub, path "cut", path "a.links").code)
        local byte = string.char(whole:byte(at + 1) ~ 1 << at % 8)
        write("cut", whole:sub(1, at) .. byte .. whole:sub(at + 2))
        assert.equal("FILE_BROKEN", failure(hub.diff, hub, path "cut", path "a.links").code)
      end
      write("cut", whole .. "\n")
      assert.equal("FILE_BROKEN", failure(hub.restore, hub, path "cut").code)
    end)
  end)

  describe("as a command", function()
    local function run(line)
      local command = "cd %s && HUBSPOT_TOKEN=%s TETHER_URL=%s %s/build/tether %s >out 2>err"
      local here = io.popen("pwd"):read "l"
      local _, _, code = os.execute(command:format(folder, portal.token, portal.url, here, line))
      return code, content "out", content "err"
    end

    it("does what the examples of --help say", function()
      write("night.links", content "a.links")
      for _, name in ipairs { "backup", "diff", "restore" } do
        local code, help = run(name .. " --help")
        assert.equal(0, code)
        local count = 0
        for example in (help:match "Examples:\n(.*)$"):gmatch "tether ([^\n]*)" do
          local got, _, err = run(example .. " -q")
          assert.same({ 0, "" }, { got, err }, example)
          count = count + 1
        end
        assert.is_true(count > 0)
      end
    end)

    it("exits with 2 where something differs or would change, and 3 where it could not run", function()
      hub:dissociate("contacts", 102, "companies", 50101)
      local code, out = run "diff a.links -q"
      assert.equal(2, code)
      assert.equal([[
contacts to companies: 1 removed; 4 are the same
contacts to contacts: no link has changed; 1 are the same
  unlink    102 -> 50101  linked => no link
]], out)
      code, out = run "diff a.links --json -q"
      local counts, change = out:match "^(.-)\n(.-)\n$"
      assert.equal(2, code)
      assert.equal(1, json.decode(counts).removed)
      assert.same({ action = "unlink", from_type = "contacts", to_type = "companies", from = 102, to = 50101,
        before = {} }, json.decode(change))
      assert.equal(2, (run "restore a.links -q --out y.job"))
      assert.equal(0, (run "apply y.job -q"))
      assert.equal(0, (run "diff a.links -q"))
      local refused, _, err = run "restore nobody -q"
      assert.equal(3, refused)
      assert.matches("^tether: FILE_FAILED: cannot read nobody: No such file or directory\n", err)
    end)
  end)
end)
