-- Pictures at their edges: the figures that are just at a limit, what is left out once, and texts that just fit.
local account = require "spec.support.account"
local figures = require "tether.pictures.figures"
local files = require "spec.support.files"
local markup = require "tether.pictures.markup"
local shell = require "spec.support.shell"
local walk = require "tether.pictures.walk"
local xml = require "spec.support.xml"

describe("figures", function()
  local portal, hub
  before_each(function() portal, hub = account.open({}, { retry_for = 0 }) end)
  after_each(function() account.close() files.remove_all() end)

  -- `counts`: how many companies each contact has, from 101 on.
  local function seed(counts)
    local facts = { contacts = {}, companies = {}, links = {}, labels = { { from = "contacts", to = "companies",
      label = "Boss", name = "boss", inverseLabel = "Staff" } } }
    for i = 1, 12 do facts.companies[i] = { id = 9000 + i } end
    for i, count in ipairs(counts) do
      facts.contacts[i] = { id = 100 + i }
      for k = 1, count do
        facts.links[#facts.links + 1] = { from = "contacts", fromId = 100 + i, to = "companies", toId = 9000 + k,
          types = { 279 } }
      end
    end
    portal:seed(facts)
  end

  it("have who is at a limit, and who is near it, to the link", function()
    seed { 10, 8, 7, 9 }
    hub.limits:set("contacts", "companies", { default = 10 })
    local limit = figures.of(hub, "contacts", "companies").sides[1].limits[1]
    assert.same({ 1, 2, 10 }, { limit.at_limit, limit.near_limit, limit.most })
    local ids = {}
    for i, one in ipairs(limit.samples) do ids[i] = one.id end
    assert.same({ 101, 104, 102 }, ids)
  end)

  it("have the ten with the most links, of equal ones the lower ids, whenever they come", function()
    seed { 1, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 3, 2 }
    local most = figures.of(hub, "contacts", "companies").sides[1].most
    local ids = {}
    for i, one in ipairs(most) do ids[i] = one.id end
    assert.same({ 112, 102, 103, 113, 101, 104, 105, 106, 107, 108 }, ids)
  end)

  it("tell records that have several primaries", function()
    seed { 2, 1 }
    hub.primary:set("contacts", 101, "companies", 9001)
    hub.primary:set("contacts", 102, "companies", 9001)
    local one = require("spec.support.portal").json
    local type = '{"category":"HUBSPOT_DEFINED","typeId":%d,"label":null}'
    local both = type:format(1) .. "," .. type:format(279)
    local link = '{"toObjectId":%d,"associationTypes":[' .. both .. "]}"
    portal:fault { operation = "batch_read", nth = 1, status = 200, body = one.decode(
      '{"status":"COMPLETE","results":[{"from":{"id":"101"},"to":[' .. link:format(9001) .. "," .. link:format(9002) ..
      ']},{"from":{"id":"102"},"to":[' .. link:format(9001) .. "]}]}") }
    local side = figures.of(hub, "contacts", "companies").sides[1]
    assert.same({ 1, { 101 }, 2 }, { side.several_primaries, side.several_primaries_samples, side.with_primary })
  end)

  it("count a link of one object type once", function()
    seed { 0, 0, 0 }
    portal:seed { links = { { from = "contacts", fromId = 101, to = "contacts", toId = 102, types = { 449 } },
      { from = "contacts", fromId = 101, to = "contacts", toId = 103, types = { 449 } } } }
    local found = figures.of(hub, "contacts", "contacts")
    assert.same({ 2, 1 }, { found.links, #found.sides })
  end)

  it("and graphs end with what an account that is away says, and not with what they have", function()
    seed { 1 }
    portal:fault { operation = "batch_read", status = 401, body = { message = "no" } }
    for _, fn in ipairs { function() figures.of(hub, "contacts", "companies") end,
      function() walk.around(hub, "contacts", 101, { types = { "companies" } }) end } do
      local fine, err = pcall(fn)
      assert.same({ false, "UNAUTHENTICATED" }, { fine, err.code })
    end
  end)

  local function keys(graph)
    local list = {}
    for i, node in ipairs(graph.nodes) do list[i] = node.key end
    table.sort(list)
    return list
  end

  it("of a graph that is full count who is left out, each once", function()
    seed { 12, 12, 12 }
    local graph = walk.around(hub, "companies", 9001, { depth = 2, most = 4, types = { "contacts", "companies" } })
    assert.same({ "companies:9001", "contacts:101", "contacts:102", "contacts:103" }, keys(graph))
    assert.equal(11, graph.left_out)
  end)

  it("of a graph end with its outermost records, whose links to each other are drawn", function()
    seed { 2, 1 }
    local graph = walk.around(hub, "contacts", 102, { depth = 2, types = { "contacts", "companies" } })
    assert.same({ "companies:9001", "contacts:101", "contacts:102" }, keys(graph))
    assert.equal(2, #graph.edges)
  end)

  it("of a graph have the labels of both directions, where those differ", function()
    seed { 0 }
    hub:associate("contacts", 101, "companies", 9001, "Boss")
    local graph = walk.around(hub, "contacts", 101, { depth = 2, types = { "contacts", "companies" } })
    assert.same({ 1, { "Boss" }, { "Staff" } }, { #graph.edges, graph.edges[1].labels, graph.edges[1].back })
  end)

  it("of a graph that has no label or name show none", function()
    seed { 1 }
    for format, writer in pairs { dot = "dot", graphml = "graphml" } do
      local graph = walk.around(hub, "contacts", 101, { types = { "companies" } })
      local text = require("tether.pictures." .. writer).write(graph)
      assert.is_nil(text:find("label=\"\"", 1, true), format)
      assert.is_nil(text:find("></data>", 1, true), format)
    end
  end)

  it("of a plan's page show twenty rows of a kind, and count each further one", function()
    local lines, rows = {}, { "from,to", "101,9001" }
    seed { 1 }
    for id = 201, 221 do
      lines[#lines + 1] = ('{"kind":"record","type":"contacts","id":%d}'):format(id)
      rows[#rows + 1] = id .. ",9001"
    end
    portal:seed(table.concat(lines, "\n"))
    local function page_of(count)
      local path = files.folder() .. "/plan.html"
      local links = files.write(table.concat(rows, "\n", 1, count + 2), ".csv")
      local text, code = shell.run(("tether plan %s --from contacts --to companies --html %s"):format(links, path),
        { portal = portal })
      assert.equal(2, code, text)
      local content = files.content(path)
      return xml.texts(xml.parse((content:gsub("^<!doctype html>\n", ""))), "p"), content
    end
    assert.is_nil(page_of(20):find("more", 1, true))
    local words, content = page_of(21)
    assert.truthy(words:find("and 1 more", 1, true))
    assert.truthy(content:find("right already", 1, true))
  end)
end)

describe("a text in a picture", function()
  it("is cut where it does not fit, and whole where it just does", function()
    assert.equal("abcd", markup.cut("abcd", 4))
    assert.equal("abc…", markup.cut("abcde", 4))
    assert.equal("שלום", markup.cut("שלום", 4))
  end)
end)
