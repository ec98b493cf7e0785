-- Graphs and reports: what an XML parser and a reader find in them, of an account full of hostile texts too.
local account = require "spec.support.account"
local files = require "spec.support.files"
local json = require "tether.json"
local shell = require "spec.support.shell"
local tether = require "tether"
local xml = require "spec.support.xml"

local HOSTILE = {
  '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "]]>&amp;<!--",
  "שלום \u{202E}gnp.exe\u{2066}",
  "\\", '\\"];}', ("long "):rep(2000), "tab\tnew\nline\u{7}\u{85}", "\u{FFFE}'&\"", "</style></title><b>" }

local portal, hub

local function facts()
  local all = { contacts = {}, companies = {}, deals = { { id = 501, properties = { dealname = "Deal" } } },
    labels = { { from = "contacts", to = "companies", label = "<Boss> & \"Co\"", inverseLabel = "Staff", id = 42,
      inverseId = 43 } }, links = {}, limits = { { from = "contacts", to = "companies", type = 279, most = 10 } } }
  for i, text in ipairs(HOSTILE) do
    all.companies[i] = { id = 9000 + i, properties = { name = text } }
    all.links[i] = { from = "contacts", fromId = 101, to = "companies", toId = 9000 + i,
      types = i == 1 and { 1, 279, 42 } or { 279 } }
    all.links[i].types[3] = i == 1 and "<Boss> & \"Co\"" or nil
  end
  for id = 101, 120 do
    all.contacts[#all.contacts + 1] = { id = id, properties = { firstname = "Jane", lastname = tostring(id) } }
  end
  for id = 102, 110 do
    all.links[#all.links + 1] = { from = "contacts", fromId = id, to = "companies", toId = 9001, types = { 279 } }
  end
  all.links[#all.links + 1] = { from = "contacts", fromId = 102, to = "deals", toId = 501, types = { 4 } }
  return all
end

local function run(arguments) return shell.run("tether " .. arguments, { portal = portal }) end

local function drawn(arguments, ending)
  local path = files.folder() .. "/out." .. ending
  local text, code = run(("graph %s --output %s"):format(arguments, path))
  assert.equal(0, code, text)
  return files.content(path)
end

describe("a picture", function()
  setup(function() portal, hub = account.open(facts()) end)
  teardown(function() account.close() files.remove_all() end)

  it("as SVG shows each record around one, and each label on its line, as text", function()
    local text = drawn("contacts:101", "svg")
    local root = xml.parse(text)
    assert.equal("svg", root.name)
    local circles = 0
    for _, one in ipairs(xml.all(root, "circle")) do circles = circles + (one.attributes.class and 1 or 0) end
    assert.equal(11, circles)
    assert.equal(10, #xml.all(root, "path"))
    local texts = xml.texts(root, "text")
    for _, wanted in ipairs { "Jane 101", "<script>alert(1)</script>", '"><img src=x onerror=aler', "שלום gnp.exe",
      "companies:9001", 'primary, <Boss> & "Co"', "11 records, 10 links" } do
      assert.truthy(texts:find(wanted, 1, true), wanted)
    end
    for _, name in ipairs { "script", "img", "b", "a", "foreignObject", "image", "use" } do
      assert.same({}, xml.all(root, name))
    end
    assert.is_nil(text:find "\u{202E}")
    assert.is_nil(text:find " on%a+=" and text:gsub("&[^;]*;", ""):find "<[^>]* on%a+=")
    assert.is_true(#text < 60000) -- the long text is cut where it is drawn, and whole in the title of a record
  end)

  it("is the same every time, whatever the order of answers", function()
    assert.equal(drawn("contacts:101 --depth 3 --concurrency 1", "svg"), drawn("contacts:101 --depth 3", "svg"))
  end)

  it("goes as far as it is told, and says what is not shown", function()
    local function counted(arguments)
      local found = json.decode((run("graph contacts:101 --json --quiet " .. arguments):match "{[^\n]*"))
      return { #found.records, #found.links, found.left_out }
    end
    assert.same({ 1, 0, 0 }, counted "--depth 0")
    assert.same({ 11, 10, 0 }, counted "")
    assert.same({ 20, 19, 0 }, counted "--depth 2")
    assert.same({ 20, 19, 0 }, counted "--depth 3") -- deals are no type that stands beside the first record
    assert.same({ 21, 20, 0 }, counted "--depth 3 --type companies --type contacts --type deals")
    assert.same({ 4, 3, 7 }, counted "--most 4")
  end)

  it("as GraphML is read by other tools: records, labels, primary", function()
    local root = xml.parse(drawn("contacts:101", "graphml"))
    assert.equal("graphml", root.name)
    assert.same({ 11, 10 }, { #xml.all(root, "node"), #xml.all(root, "edge") })
    local found = {}
    for _, data in ipairs(xml.all(xml.all(root, "edge")[1], "data")) do found[data.attributes.key] = data.text end
    assert.same({ labels = '<Boss> & "Co"', primary = "true" }, { labels = found.labels, primary = found.primary })
  end)

  it("as DOT has nothing that ends a text too early", function()
    local text = drawn("contacts:101", "dot")
    local statements = 0
    for line in text:gmatch "[^\n]+" do
      local rest = line:gsub('\\[\\"]', ""):gsub('"[^"]*"', "")
      assert.is_nil(rest:find '"', line)
      statements = statements + (rest:match "^  [^;]*;$" and 1 or 0)
    end
    assert.equal(3 + 11 + 10, statements)
  end)

  it("is refused in words when its record, file or figures are wrong", function()
    local function refused(arguments, wanted, code)
      local text, found = run("graph " .. arguments)
      assert.truthy(text:find(wanted, 1, true), text)
      assert.equal(code, found)
    end
    refused("contacts", "a record is needed", 2)
    refused("contacts:999", "NOT_FOUND", 3)
    refused("contatcs:101", "OBJECT_TYPE_UNKNOWN", 2)
    refused("contacts:101 --depth 11", "0 to 10", 2)
    refused("contacts:101 --output x.pdf", ".pdf", 2)
    refused("contacts:101 --output /nowhere/x.svg", "there is no folder", 3)
  end)
end)

describe("a report", function()
  local backup
  setup(function()
    portal, hub = account.open(facts())
    backup = files.folder() .. "/before.links"
    hub:backup("contacts:companies", backup)
    hub:associate("contacts", 111, "companies", 9002)
    hub:dissociate("contacts", 110, "companies", 9001)
  end)
  teardown(function() account.close() files.remove_all() end)

  it("has the figures of the account, from both sides", function()
    local found = json.decode((run("report contacts companies --json --quiet --since " .. backup):match "{[^\n]*"))
    local contacts, companies = table.unpack(found.sides)
    assert.equal(19, found.links)
    assert.same({ 20, 10, 10 }, { contacts.records, contacts.linked, contacts.without })
    assert.same({ 110, 112, 113 }, { table.unpack(contacts.without_samples, 1, 3) })
    assert.same({ 1, 0, 18, 1 }, { contacts.labels['<Boss> & "Co"'], contacts.several_primaries, contacts.unlabeled,
      contacts.with_primary })
    assert.same({ { id = 101, links = 10 }, { id = 102, links = 1 } }, { contacts.most[1], contacts.most[2] })
    assert.same({ 1, 0, 10 }, { contacts.limits[1].at_limit, contacts.limits[1].near_limit, contacts.limits[1].most })
    assert.same({ 10, 10, 0, 9 }, { companies.records, companies.linked, companies.without, companies.most[1].links })
    local records = 0
    for _, step in ipairs(contacts.degrees) do records = records + step.records end
    assert.equal(contacts.records, records)
    assert.same({ 1, 1, 0 }, { found.since.added, found.since.removed, found.since.relabeled })
  end)

  it("counts a record whose links come in several pages once", function()
    local small <close> = tether.portal { switches = { page = 3 } }
    small:seed { contacts = { { id = 1 }, { id = 2 } }, companies = { { id = 9 } } }
    local list = { companies = {}, links = {} }
    for id = 11, 30 do
      list.companies[#list.companies + 1] = { id = id }
      list.links[#list.links + 1] = { from = "contacts", fromId = 1, to = "companies", toId = id, types = { 279 } }
    end
    small:seed(list)
    local connected <close> = small:connect()
    local found = require("tether.pictures.figures").of(connected, "contacts", "companies")
    assert.same({ { id = 1, links = 20 } }, found.sides[1].most)
    assert.same({ 2, 1, 1, 20 }, { found.sides[1].records, found.sides[1].linked, found.sides[1].without, found.links })
    assert.same({ 21, 20, 1 }, { found.sides[2].records, found.sides[2].linked, found.sides[2].without })
  end)

  it("is a page of one file without script, in which hostile texts are text", function()
    local path = files.folder() .. "/report.html"
    local text, code = run(("report contacts companies --since %s --output %s"):format(backup, path))
    assert.equal(0, code, text)
    local page = files.content(path)
    local root = xml.parse((page:gsub("^<!doctype html>\n", "")))
    assert.truthy(page:find("default-src 'none'", 1, true))
    for _, name in ipairs { "script", "img", "link", "iframe", "a" } do assert.same({}, xml.all(root, name)) end
    assert.is_nil(page:find("http", 1, true) and page:gsub("http%-equiv", ""):find("http", 1, true))
    assert.truthy(xml.texts(root, "text"):find('<Boss> & "Co"', 1, true))
    assert.is_true(#xml.all(root, "svg") >= 4)
    assert.truthy(xml.texts(root, "h2"):find("What has changed since the backup", 1, true))
  end)

  it("is refused before anything is read when its backup or its place is wrong", function()
    local text, code = run "report contacts companies --since /nowhere"
    assert.same({ true, 3 }, { text:find("FILE_FAILED", 1, true) ~= nil, code })
    text, code = run "report contacts companies --output /nowhere/x.html"
    assert.same({ true, 3 }, { text:find("there is no folder", 1, true) ~= nil, code })
  end)
end)
