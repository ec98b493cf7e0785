-- A plan as a page: what would change, how often, with examples, and nothing that an account's texts could do.
local account = require "spec.support.account"
local files = require "spec.support.files"
local shell = require "spec.support.shell"
local xml = require "spec.support.xml"

describe("a plan's page", function()
  local portal
  before_each(function()
    portal = account.open {}
    local facts = { contacts = {}, companies = { { id = 9001 }, { id = 9002 } }, links = {}, labels = { {
      from = "contacts", to = "companies", label = "<script>x</script>", inverseLabel = "Back", id = 42,
      inverseId = 43 } } }
    for id = 101, 140 do facts.contacts[#facts.contacts + 1] = { id = id } end
    facts.links[1] = { from = "contacts", fromId = 101, to = "companies", toId = 9002, types = { 279 } }
    facts.links[2] = { from = "contacts", fromId = 102, to = "companies", toId = 9001, types = { 279 } }
    portal:seed(facts)
  end)
  after_each(function() account.close() files.remove_all() end)

  local function run(arguments) return shell.run("tether " .. arguments, { portal = portal }) end

  it("shows counts, rows before and after, and how it is applied", function()
    local rows = { "from,to,label", "102,9001,<script>x</script>" }
    for id = 101, 140 do if id ~= 102 then rows[#rows + 1] = ("%d,9001,"):format(id) end end
    local links, page = files.write(table.concat(rows, "\n"), "csv"), files.folder() .. "/plan.html"
    local job = files.folder() .. "/x.job"
    local text, code = run(("plan %s --from contacts --to companies --scope from --prune --html %s --out %s"):format(
      links, page, job))
    assert.equal(2, code, text)
    local content = files.content(page)
    local root = xml.parse((content:gsub("^<!doctype html>\n", "")))
    local headings = xml.texts(root, "h2")
    for _, wanted in ipairs { "Links to make: 39", "Links to get other labels: 1", "Links to remove: 1",
      "To apply it" } do
      assert.truthy(headings:find(wanted, 1, true), headings)
    end
    local cells = xml.texts(root, "bdi")
    for _, wanted in ipairs { "contacts:101", "companies:9002", "no link", "linked, no label",
      "<script>x</script>" } do
      assert.truthy(cells:find(wanted, 1, true), wanted)
    end
    assert.same({}, xml.all(root, "script"))
    assert.truthy(content:find("default-src 'none'", 1, true))
    assert.truthy(xml.texts(root, "p"):find("and 19 more", 1, true))
    assert.truthy(xml.texts(root, "p"):find("tether apply " .. job, 1, true))
    assert.equal(0, (select(2, run("apply " .. job))))
    text, code = run(("undo %s --html %s"):format(job, page))
    assert.equal(2, code, text)
    assert.truthy(files.content(page):find("Links to remove: 39", 1, true))
  end)

  it("is written of what a workflow applies as well", function()
    local page = files.folder() .. "/plan.html"
    local text, code = run("do orphans contacts companies --link 9001 --apply --html " .. page)
    assert.equal(0, code, text)
    assert.truthy(files.content(page):find("Links to make: 38", 1, true))
    assert.is_nil(files.content(page):find("To apply it", 1, true))
  end)

  it("says so when nothing would change, and is refused where it cannot stand", function()
    local links, page = files.write("from,to\n101,9002\n", "csv"), files.folder() .. "/plan.html"
    assert.equal(0, (select(2, run(("plan %s --from contacts --to companies --html %s"):format(links, page)))))
    assert.truthy(files.content(page):find("Nothing would change.", 1, true))
    local text, code = run(("plan %s --from contacts --to companies --html /nowhere/x.html"):format(links))
    assert.same({ true, 3 }, { text:find("there is no folder", 1, true) ~= nil, code })
  end)
end)
