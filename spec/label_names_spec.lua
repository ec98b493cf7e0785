-- Labels are made under an internal name that no other label of the account has, and cost nobody else's rows.
local account = require "spec.support.account"
local tether = require "tether"
local files = require "spec.support.files"

describe("labels", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open({ contacts = { { id = 1 }, { id = 2 } }, companies = { { id = 11 }, { id = 12 } } }, nil,
      { switches = { label_cap = 6 } })
  end)
  after_each(function() account.close() files.remove_all() end)

  local function texts(from, to) return account.labels(hub, from, to) end

  it("of one text stand on several pairs of types", function()
    for _, to in ipairs { "companies", "deals", "contacts" } do
      local _, made = hub.labels:ensure("contacts", to, "Boss")
      assert.is_true(made)
      assert.same({ "Boss" }, texts("contacts", to))
    end
  end)

  it("are made of any script, and of texts that differ in signs alone", function()
    local wanted = { "Board member", "Board-Member", "部長", "課長", "Начальник", "Сотрудник" }
    for _, text in ipairs(wanted) do assert.is_true(select(2, hub.labels:ensure("contacts", "companies", text))) end
    table.sort(wanted)
    assert.same(wanted, texts("contacts", "companies"))
  end)

  it("keep the internal name that a script insists on", function()
    hub.labels:create("contacts", "companies", { label = "Boss", name = "mine" })
    local ok, err = pcall(hub.labels.create, hub.labels, "contacts", "deals", { label = "Chief", name = "mine" })
    assert.is_false(ok)
    assert.equal("LABEL_EXISTS", err.code)
    assert.same({}, texts("contacts", "deals"))
  end)

  it("are told apart from a text that is there already", function()
    hub.labels:create("contacts", "companies", { label = "Boss" })
    portal:clear_log()
    local ok, err = pcall(hub.labels.create, hub.labels, "contacts", "companies", { label = "Boss" })
    assert.is_false(ok)
    assert.equal("LABEL_EXISTS", err.code)
    assert.same({ "Boss" }, texts("contacts", "companies"))
  end)

  it("are not made of words for nothing, unless a script insists", function()
    for _, word in ipairs { "NaN", "None", "null", "\\N", "#N/A" } do
      local ok, err = pcall(hub.labels.ensure, hub.labels, "contacts", "companies", word)
      assert.is_false(ok)
      assert.equal("BAD_ARGUMENT", err.code)
    end
    hub.labels:ensure("contacts", "companies", { label = "None" })
    assert.same({ "None" }, texts("contacts", "companies"))
    local text = '{"from":1,"to":11,"labels":["NaN"]}\n{"from":2,"to":12,"label":"null"}\n' ..
      '{"from":2,"to":11,"labels":["None"]}\n'
    local report = hub:import(files.write(text), { from = "contacts", to = "companies", create_labels = true })
    assert.same({ 2, 1 }, { report.linked, report.rejected })
    assert.same({ "None" }, texts("contacts", "companies"))
  end)

  it("that cannot be made cost an import their own rows, with line and text", function()
    local rows = { "from,to,label" }
    for i = 1, 8 do rows[#rows + 1] = ("%d,%d,L%d"):format(1 + i % 2, 11 + i % 2, i) end
    rows[#rows + 1] = "1,12,L7"
    rows[#rows + 1] = "2,11,"
    local lost = {}
    portal:clear_log()
    local report = hub:import(files.write(table.concat(rows, "\n")), { from = "contacts", to = "companies",
      create_labels = true, failures = function(row)
        local said = row.error.message:match '^the label "L%d" cannot be made'
        lost[#lost + 1] = { row.line, row.label, row.error.code, said }
      end })
    assert.same({ 7, 3 }, { report.linked, report.rejected })
    assert.same({ { 8, "L7", "LABEL_CAP", 'the label "L7" cannot be made' },
      { 9, "L8", "LABEL_CAP", 'the label "L8" cannot be made' },
      { 10, "L7", "LABEL_CAP", 'the label "L7" cannot be made' } }, lost)
    assert.same({ "L1", "L2", "L3", "L4", "L5", "L6" }, report.created)
    assert.is_nil(report.stopped)
  end)

  it("that a token may not make cost their rows alone", function()
    portal:fault { operation = "labels_create", status = 403, body = { status = "error", category = "MISSING_SCOPES",
      message = "This app hasn't been granted all required scopes to make this call." } }
    local report = hub:import(files.write "from,to,label\n1,11,New\n2,12,\n", { from = "contacts", to = "companies",
      create_labels = true })
    assert.same({ 1, 1 }, { report.linked, report.rejected })
    assert.equal("MISSING_SCOPES", report:reasons()[1].code)
  end)

  it("that were made are told by the command, whatever ends it", function()
    portal:fault { operation = "batch_create", status = 401, body = { status = "error",
      category = "INVALID_AUTHENTICATION", message = "no" } }
    local path = files.write "from,to,label\n1,11,New\n"
    local pipe = assert(io.popen(("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether import -q --create-labels " ..
      "--from contacts --to companies %s 2>&1"):format(portal.token, portal.url, path)))
    assert.matches('created the label "New"', pipe:read "a")
    pipe:close()
  end)
end)

describe("labels and limits as a file", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open {}
    hub.labels:create("contacts", "companies", { label = "Boss", inverse = "Staff", name = "boss_of" }) -- ids 1 and 2
    hub.labels:create("contacts", "contacts", { label = "Parent", inverse = "Child", name = "family" })
    hub.labels:create("contacts", "contacts", { label = "Peer", name = "peer" })
  end)
  after_each(function() account.close() files.remove_all() end)

  local PAIRS = { { "contacts", "companies" }, { "contacts", "contacts" } }

  it("have the internal names and inverses that they have in the account", function()
    local second = portal:connect() -- which has not made them
    local written = second:export_schema(files.write "", PAIRS)
    assert.same({ { label = "Boss", name = "boss_of", inverse = "Staff" } }, written.pairs[1].labels)
    local inside = written.pairs[2].labels
    assert.equal(2, #inside)
    assert.same({ label = "Peer", name = "peer" }, inside[2])
    local family = { [inside[1].label] = true, [inside[1].inverse] = true }
    assert.same({ Parent = true, Child = true }, family)
    assert.equal("family", inside[1].name)
    second:close()
  end)

  it("come back in another account, also where their internal names are taken", function()
    local path = files.write ""
    hub:export_schema(path, PAIRS)
    local other = tether.portal()
    local there = other:connect()
    there.labels:create("contacts", "deals", { label = "Else", name = "boss_of" })
    local report = there:import_schema(path)
    assert.same({ 3, 0 }, { report.created, report.present })
    local boss = there.labels:ensure("contacts", "companies", "Boss")
    assert.equal("Staff", (there.labels:inverse("contacts", "companies", boss)))
    local inside = there.labels:ensure("contacts", "contacts", "Child")
    assert.equal("Parent", (there.labels:inverse("contacts", "contacts", inside)))
    assert.same({ 0, 3 }, { there:import_schema(path).created, there:import_schema(path).present })
    there:close()
    other:close()
  end)

  it("are renamed on one side inside one object type", function()
    hub.labels:rename("contacts", "contacts", "Parent", { label = "Mother" })
    local one = hub.labels:ensure("contacts", "contacts", "Mother")
    assert.equal("Child", (hub.labels:inverse("contacts", "contacts", one)))
  end)

  it("that do not fit on the disk are no success", function()
    local ok, err = pcall(hub.export_schema, hub, "/dev/full", PAIRS)
    assert.is_false(ok)
    assert.equal("FILE_FAILED", err.code)
    assert.matches("No space left", err.message)
  end)
end)
