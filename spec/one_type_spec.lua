-- Inside one object type a pair is one pair: (1, 2) and (2, 1) are one link, whose labels have another name seen from
-- its other end.
local account = require "spec.support.account"
local tether = require "tether"
local files = require "spec.support.files"
local shown = require "spec.support.shown"

for _, labels in ipairs { "replace", "append" } do
  describe(("links between contacts, where labels=%s"):format(labels), function()
    local portal, hub
    before_each(function()
      portal, hub = account.open({ contacts = { { id = 1 }, { id = 2 }, { id = 3 } }, labels = {
        { from = "contacts", to = "contacts", label = "Peer", name = "peer" }, -- symmetric
        { from = "contacts", to = "contacts", label = "Boss", name = "boss", inverseLabel = "Staff" },
      } }, nil, { switches = { labels = labels } })
    end)
    after_each(function() account.close() files.remove_all() end)

    local function state()
      return shown(hub:associations("contacts", { 1, 2, 3 }, "contacts"))
    end

    local BOTH = { { 1, 2, "Peer" }, { 2, 1, "Boss" }, { 3, 1, "Boss" } }
    local LINKED = { "1-2 Peer+Staff", "1-3 Staff", "2-1 Boss+Peer", "3-1 Boss" }

    for _, read in ipairs { true, false } do
      it(("keep the labels of rows of both directions, read = %s"):format(read), function()
        local outcome = hub:associate("contacts", "contacts", BOTH, { read = read })
        assert.equal("3 linked, 0 unchanged, 0 rejected, 0 unknown", tostring(outcome))
        assert.same(LINKED, state())
        assert.equal(3, hub:associate("contacts", "contacts", BOTH).unchanged)
      end)

      it(("keep them in an import, whatever stands between its rows, read = %s"):format(read), function()
        local path = files.write "from,to,label\n1,2,Peer\n3,1,Boss\n2,1,Boss\n"
        for _, piece in ipairs { 1, 20000 } do
          local report = hub:import(path, { from = "contacts", to = "contact", read = read, piece = piece })
          assert.equal(3, report.linked + report.unchanged)
          assert.same(LINKED, state())
          hub:dissociate("contacts", "contacts", { { 1, 2 }, { 1, 3 } }):assert()
        end
      end)
    end

    it("have the rows of an import that fail told as the file has them", function()
      local path, failed = files.write "from,to,label\n404,1,Boss\n1,405,Boss\n406,2,Peer\n2,1,Boss\n", files.write ""
      os.remove(failed)
      local report = hub:import(path, { from = "contacts", to = "contacts", failures = failed })
      assert.same({ 1, 3 }, { report.linked, report.rejected })
      local rows = {}
      for from, to, label in files.content(failed):gmatch "(%d+),(%d+),(%a+)" do
        rows[#rows + 1] = from .. " " .. to .. " " .. label
      end
      table.sort(rows)
      assert.same({ "1 405 Boss", "404 1 Boss", "406 2 Peer" }, rows)
    end)

    it("are relabelled to what all rows of a pair say", function()
      hub:associate("contacts", "contacts", { { 1, 2, { "Staff" } }, { 1, 3, "Peer" } }):assert()
      hub:relabel("contacts", "contacts", { { 1, 2, "Peer" }, { 2, 1, "Staff" }, { 3, 1, "Boss" } }):assert()
      assert.same({ "1-2 Boss+Peer", "1-3 Staff", "2-1 Peer+Staff", "3-1 Boss" }, state())
      hub:relabel("contacts", "contacts", { { 1, 2, "Peer" }, { 1, 2, "Boss" } }, { verify = 2 }):assert()
      assert.same({ "1-2 Boss+Peer" }, shown(hub:associations("contacts", { 1, 2 }, "contacts")
        :subtract(tether.links("contacts", "contacts"):add(3, 1))))
    end)

    it("lose the labels that either direction names", function()
      hub:associate("contacts", "contacts", { { 1, 2, { "Peer", "Staff" } } }):assert()
      hub:unlabel("contacts", "contacts", { { 1, 2, "Peer" }, { 2, 1, "Boss" } }):assert()
      assert.same({ "1-2 ", "2-1 " }, state())
    end)

    it("are compared as one link", function()
      hub:associate("contacts", "contacts", BOTH):assert()
      local current = hub:associations("contacts", { 1, 2, 3 }, "contacts")
      local wanted = tether.links("contacts", "contacts")
      for _, row in ipairs(BOTH) do wanted:add(row[1], row[2], row[3]) end
      for _, sets in ipairs { { wanted, current }, { current, wanted }, { wanted:as_in(hub), current },
        { wanted, hub:associations("contacts", { 1 }, "contacts") } } do
        local diff = sets[1]:diff(sets[2])
        assert.same({ 0, 0, 0, 2 }, { #diff.added, #diff.removed, #diff.changed, diff.same })
      end
      assert.equal(0, #current:subtract(wanted))
      local diff = tether.links("contacts", "contacts"):add(3, 2):add(1, 2, "Peer"):diff(current)
      assert.same({ "2-3 " }, shown(diff.added))
      assert.same({ "1-3 Staff" }, shown(diff.removed))
      assert.same({ "1-2 Peer" }, shown(diff.changed))
      assert.same({ "1-2 Peer+Staff" }, shown(diff.before))
      local ok, err = pcall(wanted.diff, wanted, wanted)
      assert.is_false(ok)
      assert.equal("BAD_ARGUMENT", err.code)
      assert.matches("as_in%(hub%)", err.hint)
      assert.equal(2, wanted:as_in(hub):diff(wanted).same)
    end)

    it("are compacted to one row a pair", function()
      hub:associate("contacts", "contacts", BOTH):assert()
      local whole = hub:associations("contacts", { 1, 2, 3 }, "contacts")
      assert.same({ "1-2 Peer+Staff", "1-3 Staff" }, shown(whole:compact()))
      local plain = tether.links("contacts", "contacts"):add(2, 1):add(1, 2):add(3, 1):compact()
      assert.same({ "1-2 ", "1-3 " }, shown(plain))
      local labelled = tether.links("contacts", "contacts"):add(2, 1, "Boss"):add(1, 2, "Peer")
      assert.is_false((pcall(labelled.compact, labelled)))
      assert.same({ "1-2 Peer", "2-1 Boss" }, shown(labelled))
    end)

    it("are told as the file has them when they fail", function()
      portal:fault { operation = "batch_create", nth = 1, status = 400, body = { status = "error",
        category = "VALIDATION_ERROR", message = "no", context = { fromObjectId = { "1" } } } }
      local failures = files.write ""
      local options = { from = "contacts", to = "contacts", failures = failures }
      hub:import(files.write "from,to,label\n2,1,Boss\n", options)
      assert.equal("2,1,Boss,2,INVALID,no,contacts,contacts,", files.content(failures):match "\n(2.-)\n")
      hub:import(failures, { from = "contacts", to = "contacts" })
      assert.same({ "1-2 Staff", "2-1 Boss" }, state())
    end)

    it("are counted once", function()
      hub:associate("contacts", "contacts", BOTH):assert()
      assert.equal(1, hub.labels:count("contacts", "contacts", "Peer"))
      assert.equal(2, hub.labels:count("contacts", "contacts", "Staff"))
      local pipe = assert(io.popen(("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether count -q contacts contacts")
        :format(portal.token, portal.url)))
      assert.equal("2\t(all)\n2\tBoss\n2\tStaff\n1\tPeer\n", pipe:read "a")
      pipe:close()
      local found = tether.preflight(files.write "from,to\n1,2\n2,1\n3,1\n", { from = "contacts", to = "contacts" })
      assert.same({ 2, 1 }, { found.pairs, found.duplicates })
    end)
  end)
end

describe("an account whose schema a token may not read", function()
  it("loses the rows that need it alone, and says what to grant", function()
    local portal = tether.portal()
    portal:seed { contacts = { { id = 1 }, { id = 2 } },
      labels = { { from = "contacts", to = "contacts", label = "Boss", name = "boss", inverseLabel = "Staff" } } }
    local hub = portal:connect()
    portal:fault { operation = "schema_get", status = 403, body = { status = "error", category = "MISSING_SCOPES",
      message = "This app hasn't been granted all required scopes to make this call." } }
    local path = files.write "from,to,label\n1,2,Boss\n2,1,Boss\n2,1,\n"
    local report = hub:import(path, { from = "contacts", to = "contacts" })
    assert.same({ 2, 1 }, { report.linked, report.rejected })
    assert.equal("MISSING_SCOPES", report:reasons()[1].code)
    local ok, err = pcall(hub.associate, hub, "contacts", "contacts", { { 1, 2, "Boss" }, { 2, 1, "Boss" } })
    assert.is_false(ok)
    assert.equal("MISSING_SCOPES", err.code)
    hub:close()
    portal:close()
    files.remove_all()
  end)
end)
