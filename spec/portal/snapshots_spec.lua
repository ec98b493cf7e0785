-- States to go back to: snapshots, forks, and the routes of both.
local files = require "spec.support.files"
local given = require "spec.support.portal"
local socket = require "socket"
local tether = require "tether"

local CONTACTS = "/crm/objects/2026-03/contacts"
local BOSS = { from = "contacts", to = "companies", label = "Boss", inverseLabel = "Staff", name = "boss", id = 42,
  inverseId = 43 }

local function filled(options)
  local portal = given.open(options)
  portal:seed { labels = { BOSS }, limits = { { from = "contacts", to = "companies", type = 279, most = 7 } },
    links = { { from = "contacts", fromId = 101, to = "companies", toId = 9001, types = { "Boss" } },
      { from = "contacts", fromId = 102, to = "deals", toId = 501 } } }
  return portal
end

-- All that a script can do to an account.
local function spoil(portal)
  local hub <close> = portal:connect()
  hub:associate("contacts", 103, "companies", 9003)
  hub:unlabel("contacts", 101, "companies", 9001, { "Boss" })
  hub.labels:ensure("contacts", "companies", "Another")
  given.ask(portal, "DELETE", CONTACTS .. "/102")
  given.ask(portal, "POST", CONTACTS, { properties = { firstname = "New" } })
  portal:seed { schemas = { { name = "pet", number = 33 } } }
end

for _, where in ipairs { "memory", "a file" } do
  describe("a snapshot of a portal in " .. where, function()
    local portal
    before_each(function()
      local path = where ~= "memory" and files.folder() .. "/portal.db" or nil
      portal = filled { path = path, admin = true }
    end)
    after_each(function() portal:close() end)

    it("brings back records, links, labels, limits and object types, as often as is wanted", function()
      local before = portal:dump()
      portal:snapshot "start"
      for _ = 1, 3 do
        spoil(portal)
        assert.not_equal(before, portal:dump())
        portal:restore "start"
        assert.equal(before, portal:dump())
      end
      local hub <close> = portal:connect()
      hub:associate("contacts", 101, "companies", 9002, "Boss") -- the account works on
      assert.equal("279 U42", given.links(portal, "contacts", 101, "companies")[9002])
    end)

    it("gives the same ids to what comes next", function()
      local function create()
        local _, record = given.ask(portal, "POST", CONTACTS, { properties = { firstname = "Next" } })
        return record.id
      end
      given.ask(portal, "POST", CONTACTS .. "/gdpr-delete", { objectId = create() })
      portal:snapshot "start"
      local first = create()
      portal:restore "start"
      assert.equal(first, create())
    end)

    it("has switches, faults and the clock, and leaves log and counters alone", function()
      portal:set("labels", "append")
      portal:fault { status = 503, nth = 2 }
      portal:clock(1772427600000)
      given.ask(portal, "GET", "/crm/objects/2026-03/contacts/101") -- the fault has met one
      portal:snapshot "start"
      portal:set("labels", "replace")
      portal:clear_faults()
      portal:advance(86400)
      portal:restore "start"
      assert.is_true(math.abs(portal:clock() - 1772427600000) < 60000)
      assert.equal(503, (given.ask(portal, "GET", "/crm/objects/2026-03/contacts/101")))
      local _, lab = given.ask(portal, "GET", "/portal/lab")
      assert.equal("append", lab.switches[1].value)
      assert.equal(2, #portal:log())
      assert.equal(2, portal:counters().requests)
    end)

    it("of one name replaces the one before; unknown names are told what there is", function()
      portal:snapshot "start"
      portal:seed("contacts", 555)
      portal:snapshot "start"
      portal:snapshot "second"
      local list = portal:snapshots()
      assert.same({ "start", "second" }, { list[1].name, list[2].name })
      assert.same({ 8, 2 }, { list[1].records, list[1].links })
      portal:drop_snapshot "start"
      assert.error_matches(function() portal:restore "start" end, 'there is no snapshot "start", but: second')
      assert.error_matches(function() portal:snapshot "" end, "1 to 100 bytes")
      assert.error_matches(function() portal:drop_snapshot "nothing" end, "BAD_ARGUMENT")
      for i = 1, 31 do portal:snapshot("more " .. i) end
      assert.error_matches(function() portal:snapshot "one too many" end, "keeps 32 snapshots")
    end)

    it("begins a second portal, which goes its own way", function()
      portal:set("labels", "append")
      local before = portal:dump()
      local fork <close> = portal:fork()
      assert.equal(before, fork:dump())
      assert.not_equal(portal.url, fork.url)
      assert.equal(portal.token, fork.token)
      spoil(fork)
      assert.equal(before, portal:dump())
      local _, lab = given.ask(fork, "GET", "/portal/lab")
      assert.equal("append", lab.switches[1].value)
      assert.same({}, fork:snapshots())
    end)
  end)
end

describe("a portal's file", function()
  it("keeps what was restored", function()
    local path = files.folder() .. "/portal.db"
    local portal = filled { path = path }
    local before = portal:dump()
    portal:snapshot "start"
    spoil(portal)
    portal:restore "start"
    local hub = portal:connect()
    hub:associate("contacts", 103, "companies", 9003, "Boss")
    hub:close()
    local after = portal:dump()
    portal:close()
    portal = tether.portal { path = path }
    assert.equal(after, portal:dump())
    assert.not_equal(before, after)
    portal:close()
  end)
end)

describe("forks", function()
  it("of custom object types keep their links, whatever order the types were made in", function()
    local portal <close> = given.open()
    portal:seed { schemas = { { name = "toy", number = 90 } } }
    portal:seed { schemas = { { name = "pet", number = 33 } } }
    portal:seed { ["2-33"] = { { id = 7 } }, ["2-90"] = { { id = 8 } },
      labels = { { from = "2-33", to = "2-90", label = "Plays with", name = "plays", id = 50, inverseId = 51 } },
      links = { { from = "2-33", fromId = 7, to = "2-90", toId = 8, types = { "Plays with" } } } }
    local fork <close> = portal:fork()
    assert.equal(portal:dump(), fork:dump())
  end)
end)

describe("a snapshot of custom object types", function()
  it("brings them and their links back when they were deleted, and others made", function()
    local portal <close> = given.open()
    portal:seed { schemas = { { name = "toy", number = 90 }, { name = "pet", number = 33 } } }
    portal:seed { ["2-33"] = { { id = 7 } }, ["2-90"] = { { id = 8 } },
      labels = { { from = "2-33", to = "2-90", label = "Plays with", name = "plays", id = 50, inverseId = 51 } },
      links = { { from = "2-33", fromId = 7, to = "2-90", toId = 8, types = { "Plays with" } } } }
    local before = portal:dump()
    portal:snapshot "start"
    portal:reset()
    portal:seed { schemas = { { name = "car", number = 34 }, { name = "pet", number = 33 } } }
    portal:restore "start"
    assert.equal(before, portal:dump())
    local fork <close> = portal:fork()
    assert.equal(before, fork:dump())
  end)
end)

describe("the routes", function()
  local portal
  local function ask(...) return given.ask(portal, ...) end
  before_each(function() portal = filled { admin = true } end)
  after_each(function() portal:close() end)

  it("take, list, restore and drop snapshots", function()
    local before = portal:dump()
    local status, kept = ask("PUT", "/portal/snapshots/before%20the%20import")
    assert.same({ 201, "before the import" }, { status, kept.snapshots[1].name })
    spoil(portal)
    assert.equal(204, (ask("POST", "/portal/snapshots/before%20the%20import/restore")))
    assert.equal(before, portal:dump())
    assert.equal(204, (ask("DELETE", "/portal/snapshots/before%20the%20import")))
    local _, all = ask("GET", "/portal/snapshots")
    assert.same({ snapshots = {}, most = 32 }, all)
    assert.equal(404, (ask("POST", "/portal/snapshots/before/restore")))
    assert.equal(404, (ask("DELETE", "/portal/snapshots/before")))
    assert.equal(400, (ask("PUT", "/portal/snapshots/%0A")))
  end)

  it("open forks and close them; the last ones end with the portal", function()
    local status, fork = ask("POST", "/portal/forks")
    assert.equal(201, status)
    local _, all = ask("GET", "/portal/forks")
    assert.equal(fork.url, all.forks[1].url)
    local other = { url = fork.url, token = portal.token }
    assert.equal(200, (given.ask(other, "GET", "/crm/objects/2026-03/contacts/101")))
    assert.equal(0, portal:counters().requests)
    local address = ("/portal/forks/%d"):format(math.tointeger(fork.fork))
    assert.equal(204, (ask("DELETE", address)))
    assert.equal(404, (ask("DELETE", address)))
    assert.is_nil((given.ask(other, "GET", "/portal/health")))
    local _, last = ask("POST", "/portal/forks")
    portal:close()
    assert.is_nil((given.ask({ url = last.url, token = portal.token }, "GET", "/portal/health")))
  end)

  it("tell that the portal is well, without a token, also when nothing else under /portal is served", function()
    local plain <close> = given.open()
    local status, health = given.ask(plain, "GET", "/portal/health", nil, { authorization = false })
    assert.same({ 200, { status = "ok" } }, { status, health })
    assert.equal(404, (given.ask(plain, "GET", "/portal/snapshots")))
    assert.equal(401, (ask("GET", "/portal/snapshots", nil, { authorization = false })))
  end)
end)

it("100,000 links are restored in a tenth of the time of seeding them", function()
  local portal <close> = tether.portal()
  local lines = {}
  for id = 1, 2000 do
    lines[#lines + 1] = ('{"kind":"record","type":"contacts","id":%d}'):format(id)
    lines[#lines + 1] = ('{"kind":"record","type":"companies","id":%d}'):format(id)
  end
  portal:seed(table.concat(lines, "\n"))
  lines = {}
  for i = 0, 99999 do
    lines[i + 1] = ('{"kind":"link","from":"contacts","fromId":%d,"to":"companies","toId":%d}'):format(i % 2000 + 1,
      (i // 2000 * 37 + i) % 2000 + 1)
  end
  local text, begun = table.concat(lines, "\n"), socket.gettime()
  portal:seed(text)
  local seeding, best = socket.gettime() - begun, math.huge
  portal:snapshot "full"
  assert.equal(100000, portal:snapshots()[1].links)
  for _ = 1, 5 do
    begun = socket.gettime()
    portal:restore "full"
    best = math.min(best, socket.gettime() - begun)
  end
  assert.is_true(best <= seeding / 10, ("%.4f s of %.4f s"):format(best, seeding))
end)
