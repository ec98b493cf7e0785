-- What the account says in another shape than usual, and what a verb makes of it: each was once a slip unseen.
local account = require "spec.support.account"
local files = require "spec.support.files"
local given = require "spec.support.portal"
local tether = require "tether"
local zip = require "spec.support.zip"

describe("an account that answers otherwise", function()
  local portal, hub
  before_each(function() portal, hub = account.open(nil, { retry_pause = 0.01 }) end)
  after_each(account.close)

  local function bodies(part)
    local found = given.bodies(portal, part)
    for i, body in ipairs(found) do found[i] = given.json.decode(body) end
    return found
  end

  local function records(object_type)
    local count = 0
    for _ in hub:records(object_type) do count = count + 1 end
    return count
  end

  it("is asked for no more values than a page of a search can answer", function()
    local pairs_of_keys, people = {}, {}
    for i = 1, 150 do
      people[i] = { id = 1000 + i, properties = { nickname = "n" .. i } }
      pairs_of_keys[i] = { "nickname=n" .. i, 9001 }
    end
    portal:seed { contacts = people }
    assert.equal(150, hub:associate("contacts", "companies", pairs_of_keys).linked)
    local values = 0
    for _, body in ipairs(bodies "/search") do
      local list = (body.filters or body.filterGroups[1].filters)[1].values
      assert.is_true(#list <= 100, #list)
      values = values + #list
    end
    assert.equal(150, values)
  end)

  it("makes no record of a key that it could not look for", function()
    local before = records "contacts"
    portal:fault { operation = "records_read", refusal = "missing_scopes" }
    local fine, err = pcall(hub.associate, hub, "contacts", "companies", { { "email=new@example.com", 9001 } },
      { keys = { none = "create" } })
    assert.is_false(fine)
    assert.equal("MISSING_SCOPES", err.code)
    assert.equal(before, records "contacts")
  end)

  it("says why a record of a key was not made", function()
    portal:fault { operation = "records_create", refusal = "missing_scopes" }
    local fine, outcome = pcall(hub.associate, hub, "contacts", "companies", { { "email=new@example.com", 9001 } },
      { keys = { none = "create" } })
    local err = not fine and outcome or outcome:failures()().error
    assert.equal("MISSING_SCOPES", err.code)
  end)

  it("has a batch that it calls a conflict sent again in halves", function()
    portal:fault { operation = "batch_create", status = 409, times = 1 }
    assert.equal(2, hub:associate("contacts", "companies", { { 101, 9001 }, { 102, 9002 } }).linked)
    assert.equal(1, portal:counters().faults)
  end)

  it("has its primary taken over where a second one is beyond a limit, and given back where that fails", function()
    hub.primary:set("contacts", 101, "companies", 9001)
    local limit = { status = "error", category = "VALIDATION_ERROR", subCategory = "ASSOCIATIONS_LIMIT_EXCEEDED",
      message = "the limit of primary associations is exceeded" }
    portal:fault { operation = "batch_create", status = 400, times = 1, body = limit }
    hub.primary:set("contacts", 101, "companies", 9002)
    assert.equal(9002, hub.primary:get("contacts", 101, "companies"))
    portal:fault { operation = "batch_create", status = 400, times = 2, body = limit }
    local fine = pcall(hub.primary.set, hub.primary, "contacts", 101, "companies", 9003)
    assert.is_false(fine)
    assert.equal(9002, hub.primary:get("contacts", 101, "companies"))
  end)

  it("has no primary to be given back where the old one never went", function()
    hub.primary:set("contacts", 101, "companies", 9001)
    portal:fault { operation = "batch_create", status = 400, times = 2, body = { status = "error",
      category = "VALIDATION_ERROR", subCategory = "ASSOCIATIONS_LIMIT_EXCEEDED", message = "one primary is enough" } }
    portal:fault { operation = "batch_labels_archive", status = 204, times = 1 }
    local _, err = pcall(hub.primary.set, hub.primary, "contacts", 101, "companies", 9002)
    assert.equal("LIMIT_EXCEEDED", err.code)
    assert.equal(9001, hub.primary:get("contacts", 101, "companies"))
  end)

  it("gets one primary of two rows that say the same, and none of two that do not", function()
    local outcome = hub.primary:set(tether.links("contacts", "companies"):add(101, 9001):add(102, 9001):add(101, 9001))
    assert.equal(3, outcome.linked)
    local fine, err = pcall(hub.primary.set, hub.primary, tether.links("contacts", "companies"):add(101, 9001)
      :add(101, 9002))
    assert.same({ false, "BAD_ARGUMENT" }, { fine, err.code })
  end)

  it("is not believed when it confirms another limit than was asked for, or cancels the batch", function()
    local function answered(status, body)
      portal:clear_faults()
      for _, operation in ipairs { "limits_create", "limits_update" } do
        portal:fault { operation = operation, status = status, times = 1, body = body }
      end
      return select(2, pcall(hub.limits.set, hub.limits, "contacts", "companies", { default = 20 }))
    end
    local other = { category = "HUBSPOT_DEFINED", typeId = 279, userEnforcedMaxToObjectIds = 30, label = given.null }
    assert.equal("NOT_CONFIRMED", answered(200, { status = "COMPLETE", results = { other } }).code)
    assert.matches("the batch was canceled", answered(200, { status = "CANCELED", results = { other } }).message)
    local _, err = pcall(hub.limits.set, hub.limits, "contacts", "companies", { default = 10001 })
    assert.equal("BAD_ARGUMENT", err.code)
  end)

  it("has a search that it refuses without a policy sent again after a second", function()
    portal:fault { operation = "record_search", status = 429, times = 1, body = { status = "error", message = "no" } }
    local waited
    hub:on("retry", function(event) waited = event.wait_ms end)
    assert.is_function(hub:search("deals", { filters = { { "hs_object_id", "EQ", 501 } } }))
    for record in hub:search("deals", { filters = { { "hs_object_id", "EQ", 501 } } }) do
      assert.equal(501, record.id)
    end
    assert.is_true(hub:stats().waited_ms < 5000)
    assert.is_true(not waited or waited < 5000)
  end)

  it("compares numbers with every operator of a search", function()
    portal:seed { deals = { { id = 601, properties = { amount = "9" } }, { id = 602, properties = { amount = "10" } },
      { id = 603, properties = { amount = "11" } } } }
    local function found(operator, value, high)
      local ids = {}
      local filter = { propertyName = "amount", operator = operator, value = value, highValue = high }
      local status, answer = given.ask(portal, "POST", "/crm/objects/2026-03/deals/search",
        { filterGroups = { { filters = { filter } } } })
      assert.equal(200, status)
      for _, one in ipairs(answer.results) do ids[#ids + 1] = math.tointeger(tonumber(one.id)) end
      table.sort(ids)
      return table.concat(ids, " ")
    end
    assert.equal("601", found("LT", "10"))
    assert.equal("601 602", found("LTE", "10"))
    assert.equal("603", found("GT", "10"))
    assert.equal("602 603", found("GTE", "10"))
    assert.equal("601 602", found("BETWEEN", "9", "10"))
    assert.equal("501 601 603", found("NEQ", "10"))
  end)

  it("shows a link under the other record's new id", function()
    hub:request("POST", "/crm/objects/2026-03/companies/merge", { primaryObjectId = "9001", objectIdToMerge = "9002" })
    local outcome = hub:associate("contacts", "companies", { { 101, 9002 } }, { verify = 1 })
    assert.equal("1 linked, 0 unchanged, 0 rejected, 0 unknown", tostring(outcome))
    local survivor = outcome.merged[9002]
    assert.is_truthy(hub:associations("contacts", 101, "companies"):find(survivor))
  end)

  it("is given some time to show what was written, or none at all is asked for", function()
    for _, seconds in ipairs { 0, -1, "1" } do
      local fine, err = pcall(hub.associate, hub, "contacts", "companies", { { 101, 9001 } }, { verify = seconds })
      assert.is_false(fine)
      assert.equal("BAD_ARGUMENT", err.code)
    end
  end)

  it("is found by an address with a slash behind it", function()
    local other = tether.connect { url = portal.url .. "/", token = portal.token }
    assert.equal(101, other:get("contacts", 101).id)
    other:close()
  end)

  it("is never asked with a token that has a blank in it", function()
    for _, token in ipairs { "pat-na1 secret", "pat-na1\127secret", "pat-na1-secr\xC3\xA9t" } do
      local fine, err = pcall(tether.connect, { url = portal.url, token = token })
      assert.is_false(fine)
      assert.equal("TOKEN_MALFORMED", err.code)
      assert.is_nil(tostring(err):find("secr", 1, true))
    end
  end)

  it("is not asked with a token that others may read, or that has a NUL in it", function()
    local function refused(text, mode)
      local path = files.write(text)
      os.execute(("chmod %s %s"):format(mode, path))
      local fine, err = pcall(tether.connect, { url = portal.url, token_file = path })
      os.remove(path)
      return not fine and err.code
    end
    for _, mode in ipairs { "640", "604", "620" } do assert.equal("FILE_FAILED", refused(portal.token, mode)) end
    assert.equal("TOKEN_MALFORMED", refused(portal.token .. "\0more\n", "600"))
    assert.equal("TOKEN_MISSING", refused("\n" .. portal.token, "600"))
    assert.is_false(refused(portal.token .. "\nmore", "600"))
  end)

  it("is known to have made our own record by its clock, however wrong that is", function()
    local stats = hub.stats
    function hub:stats() -- what a Date an hour behind makes of it: no portal sends one
      local told = stats(self)
      told.skew_ms = -3600 * 1000
      return told
    end
    portal:clock(portal:clock() - 3600 * 1000)
    portal:fault { operation = "record_create", reset = "after", times = 1 }
    local made = hub:create("contacts", { email = "jane@example.com" })
    assert.equal("jane@example.com", made.properties.email)
    assert.equal(4, records "contacts")
  end)

  it("is backed up once for each pair, and not for none", function()
    hub:associate("contacts", 101, "companies", 9001)
    local path = files.write("")
    os.remove(path)
    local counts = hub:backup({ "contacts:companies", "contacts:companies" }, path)
    assert.equal(1, counts.links)
    os.remove(path)
    local fine, err = pcall(hub.backup, hub, {}, path)
    assert.is_false(fine)
    assert.equal("BAD_ARGUMENT", err.code)
    os.remove(path)
  end)

  it("does not make an import fine that was stopped", function()
    local path = files.write("from,to\n101,9001\n", ".csv")
    local report = hub:import(path, { from = "contacts", to = "companies" })
    assert.is_true(report:fine())
    report.stopped = {}
    assert.is_false(report:fine())
    os.remove(path)
  end)

  it("has five bad ids of a file told by preflight, and the sixth counted", function()
    local path = files.write("from,to\nx1,1\nx2,1\nx3,1\nx4,1\nx5,1\nx6,1\n", ".csv")
    local facts = tether.preflight(path, { from = "contacts", to = "companies" })
    assert.equal(5, #facts.problems)
    assert.matches("and 1 more", tostring(facts))
    os.remove(path)
  end)
end)

describe("a plan whose batch is answered by half", function()
  local portal, hub
  before_each(function() portal, hub = account.open(nil, { retry_pause = 0.01 }) end)
  after_each(account.close)

  local nobody = { from = { id = "7" }, to = { id = "8" } }

  local function apply(fault)
    fault.operation, fault.times = "batch_create", 1
    local plan = hub:plan(tether.links("contacts", "companies"):add(101, 9001):add(102, 9002))
    portal:fault(fault)
    local counts = hub:apply(plan)
    return ("%d done, %d already, %d rejected, %d unknown"):format(counts.done, counts.already, counts.rejected,
      counts.unknown)
  end

  local function refused(path)
    local fine, err = pcall(hub.apply, hub, path)
    assert.is_false(fine)
    return err.code, err.message
  end

  it("is no file of another program, nor one whose end is missing", function()
    local folder = files.folder()
    tether.portal({ path = folder .. "/account.db" }):close()
    local code, message = refused(folder .. "/account.db")
    assert.equal("JOB_FILE", code)
    assert.matches("is no job file of Tether", message, 1, true)
    hub:plan(tether.links("contacts", "companies"):add(101, 9001)):save(folder .. "/whole.job")
    local whole = files.content(folder .. "/whole.job")
    assert.equal("JOB_FILE", refused(files.write(whole:sub(1, -101), ".job")))
    files.remove_all()
  end)

  it("knows which row was refused, and sends the one that is in doubt again", function()
    local complaint = { status = "error", category = "OBJECT_NOT_FOUND", message = "102 is gone",
      context = { fromObjectId = { "102" }, toObjectId = { "9002" } } }
    assert.equal("1 done, 0 already, 1 rejected, 0 unknown",
      apply { status = 207, body = { status = "COMPLETE", results = { nobody }, errors = { complaint } } })
  end)

  it("takes what is there afterwards for its own work", function()
    assert.equal("2 done, 0 already, 0 rejected, 0 unknown",
      apply { status = 201, applied = true, body = { status = "COMPLETE", results = { nobody } } })
  end)
end)

describe("a workbook", function()
  after_each(files.remove_all)

  local function entries()
    local rows = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row>'
    return zip.workbook { sheets = { { name = "Links", rows = rows } }, strings = { "<t>from</t>", "<t>to</t>" } }
  end

  local function read(list)
    return pcall(tether.links.read, files.write(zip.bytes(list), ".xlsx"), { from = "contacts", to = "companies" })
  end

  it("with damaged shared texts, or with a damaged sheet, is refused", function()
    for _, damaged in ipairs { "sharedStrings", "worksheets/" } do
      local list = entries()
      for _, entry in ipairs(list) do
        if entry.name:find(damaged, 1, true) then entry.crc = 7 end
      end
      local fine, err = read(list)
      assert.is_false(fine)
      assert.equal("FILE_BROKEN", err.code)
      assert.is_truthy(err.message:find(damaged, 1, true), err.message)
    end
  end)

  it("is closed when nobody reads it any more", function()
    local function descriptors()
      collectgarbage()
      collectgarbage()
      local pipe <close> = assert(io.popen "ls /proc/$PPID/fd | wc -l")
      return math.tointeger(tonumber(pipe:read "a"))
    end
    assert.is_true(read(entries()))
    local before = descriptors()
    for _ = 1, 5 do assert.is_true(read(entries())) end
    assert.is_true(descriptors() - before < 3) -- what a task still holds may go meanwhile
  end)
end)
