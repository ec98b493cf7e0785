-- A colleague deletes, renames and makes labels anew while a script runs: their names are resolved once more.
local tether = require "tether"
local files = require "spec.support.files"
local shown = require "spec.support.shown"

for _, labels in ipairs { "replace", "append" } do
  describe(("labels that somebody changes meanwhile, where labels=%s"):format(labels), function()
    local portal, hub, colleague
    before_each(function()
      portal = tether.portal { switches = { labels = labels } }
      portal:seed { contacts = { { id = 1 }, { id = 2 }, { id = 3 } }, companies = { { id = 11 }, { id = 12 } } }
      hub, colleague = portal:connect(), portal:connect()
      hub.labels:create("contacts", "companies", { label = "Boss" })
      hub.labels:create("contacts", "companies", { label = "Clerk" })
      hub:associate("contacts", "companies", { { 1, 11, { "Boss", "Clerk" } }, { 2, 12, "Clerk" } }):assert()
    end)
    after_each(function()
      hub:close()
      colleague:close()
      portal:close()
      files.remove_all()
    end)

    local function make_anew()
      colleague.labels:delete("contacts", "companies", "Boss", { force = true })
      colleague.labels:create("contacts", "companies", { label = "Other" })
      colleague.labels:create("contacts", "companies", { label = "Boss" })
    end

    local function swap()
      colleague.labels:rename("contacts", "companies", "Boss", { label = "Chief", inverse = "Chief" })
      colleague.labels:create("contacts", "companies", { label = "Boss", name = "boss_2" })
    end

    local function state()
      return shown(hub:associations("contacts", { 1, 2, 3 }, "companies"))
    end

    local ROWS = { { 2, 12, "Boss" }, { 3, 11, "Boss" }, { 3, 12, "Clerk" } }
    local DONE = { "1-11 Clerk", "2-12 Boss+Clerk", "3-11 Boss", "3-12 Clerk" }

    for _, read in ipairs { true, false } do
      it(("are found under their new id by associate, read = %s"):format(read), function()
        make_anew()
        local outcome = hub:associate("contacts", "companies", ROWS, { read = read })
        assert.equal("3 linked, 0 unchanged, 0 rejected, 0 unknown", tostring(outcome))
        if read or labels == "append" then assert.same(DONE, state()) end
      end)

      it(("are found under their new id by an import, read = %s"):format(read), function()
        local path = files.write "from,to,label\n3,12,Clerk\n2,12,Boss\n3,11,Boss\n"
        local options = { from = "contacts", to = "companies", piece = 1, read = read, on_progress = function(report)
          if report.rows == 1 and not portal.changed then
            portal.changed = true
            make_anew()
          end
        end }
        hub.labels:list("contacts", "companies")
        local report = hub:import(path, options)
        assert.same({ 3, 0, 0 }, { report.linked, report.rejected, report.not_sent })
        if read or labels == "append" then assert.same(DONE, state()) end
      end)
    end

    it("are found by a single pair and by relabel", function()
      make_anew()
      assert.equal(1, hub:associate("contacts", 3, "companies", 11, "Boss").linked)
      colleague.labels:create("contacts", "companies", { label = "Third" })
      colleague.labels:delete("contacts", "companies", "Boss", { force = true })
      colleague.labels:create("contacts", "companies", { label = "Boss" })
      hub:relabel("contacts", "companies", { { 2, 12, "Boss" } }):assert()
      assert.same({ "1-11 Clerk", "2-12 Boss", "3-11 " }, state())
    end)

    it("are not written under an id that a read shows as another label's", function()
      swap()
      hub:associate("contacts", "companies", { { 1, 12, "Boss" } }):assert()
      assert.same({ "1-11 Chief+Clerk", "1-12 Boss", "2-12 Clerk" }, state())
      local path = files.write "from,to,label\n1,11,Boss\n"
      assert.equal(1, hub:import(path, { from = "contacts", to = "companies" }).linked)
      assert.same({ "1-11 Boss+Chief+Clerk", "1-12 Boss", "2-12 Clerk" }, state())
    end)

    it("that are gone cost their own rows", function()
      colleague.labels:delete("contacts", "companies", "Boss", { force = true })
      local outcome = hub:associate("contacts", "companies", ROWS)
      assert.equal("1 linked, 0 unchanged, 2 rejected, 0 unknown", tostring(outcome))
      assert.equal("LABEL_UNKNOWN", outcome:failures()().error.code)
      local ok, err = pcall(hub.associate, hub, "contacts", 3, "companies", 11, "Boss")
      assert.is_false(ok)
      assert.equal("LABEL_UNKNOWN", err.code)
      assert.same({ "1-11 Clerk", "2-12 Clerk", "3-12 Clerk" }, state())
    end)
  end)
end
