-- Backup, diff and restore through the embedded portal on a socket.
local backups = require "spec.support.backups"
local files = require "spec.support.files"
local json = require "cjson"
local native = require "tether.native"
local tether = require "tether"

local given, make_labels, state, failure = backups.given, backups.make_labels, backups.state, backups.failure

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

local function write(name, text) files.put(path(name), text) end

local PAIRS = { "contacts:companies", "contacts:contacts" }

describe("a backup", function()
  local portal, hub
  -- 101 is led by two, one of them the primary.
  setup(function()
    folder = files.folder()
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
    files.remove_all()
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

  it("names custom objects by their names, for their type ids differ", function()
    local function account(contacts)
      local one = tether.portal()
      local there = one:connect()
      there:create("contacts", contacts)
      there:request("POST", "/crm-object-schemas/2026-03/schemas", { name = "car", labels = { singular = "Car",
        plural = "Cars" }, primaryDisplayProperty = "vin", requiredProperties = { "vin" }, associatedObjects =
        { "CONTACT" }, properties = { { name = "vin", label = "VIN", type = "string", fieldType = "text",
        hasUniqueValue = true } } })
      return one, there, there:create("Cars", { vin = "V1" }).id
    end
    local one, here, car = account { email = "jane@example.com" }
    local contact = here:get("contacts", { "jane@example.com" }, { id_property = "email" })[1].id
    here.labels:ensure("contacts", "Cars", "Owner")
    here:associate("contacts", contact, "Cars", car, "Owner")
    local report = here:backup("contacts:Cars", path "cars.links", { key = { "email", "vin" } })
    assert.same({ { "contacts", "p_car" } }, report.pairs)
    local other, there, its_car = account { { properties = { email = "x@example.com" } },
      { properties = { email = "jane@example.com" } } }
    local plan <close> = there:restore(path "cars.links", { key = { "email", "vin" }, create_labels = true })
    there:apply(plan):assert()
    local its_contact = there:get("contacts", { "jane@example.com" }, { id_property = "email" })[1].id
    assert.same({ [("%d %d"):format(its_contact, its_car)] = "Owner" }, state(there, "contacts", "Cars"))
    for _, opened in ipairs { here, one, there, other } do opened:close() end
  end)

  it("keeps the links where the token may not read limits, and says so", function()
    portal:fault { operation = "limits_list", status = 403, times = 2 }
    local report = hub:backup("contacts:companies", path "nolimits.links")
    portal:clear_faults()
    assert.equal(5, report.links)
    assert.matches("^the labels and limits of contacts to companies are not kept: ", table.remove(hub.notices))
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
