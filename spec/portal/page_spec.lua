-- The page at /portal without a browser: what is served to whom, under which headers, and what its routes tell.
local given = require "spec.support.portal"
local tether = require "tether"

local HOSTILE = { "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "\u{202E}evil\u{202C} \u{5E2}",
  "a\"b'c`${d}&amp;", ("long "):rep(20000), "100%_\\ done" }

local function hostile_seed()
  local facts = { contacts = {}, companies = { { id = 1, properties = { name = HOSTILE[1] } } }, links = {} }
  for i, text in ipairs(HOSTILE) do
    facts.contacts[i] = { id = i, properties = { firstname = text, ["<b>" .. i] = text } }
    facts.links[i] = { from = "contacts", fromId = i, to = "companies", toId = 1, types = { 279 } }
  end
  facts.labels = { { from = "contacts", to = "companies", label = "<i>Boss</i>", name = "boss", id = 42, inverseId = 43,
    inverseLabel = "\u{202E}ffatS" } }
  facts.links[1].types = { "<i>Boss</i>" }
  return facts
end

describe("the page", function()
  local portal
  local function ask(...) return given.ask(portal, ...) end
  before_each(function() portal = given.open { page = true } end)
  after_each(function() portal:close() end)

  it("and its files need no token, and hold no word of the account", function()
    for _, path in ipairs { "", "/", "/page/app.js", "/page/style.css", "/page/icon.svg", "/page/graph.js" } do
      local status, text, headers = ask("GET", "/portal" .. path, nil, { authorization = false })
      assert.equal(200, status, path)
      assert.is_nil(text:find(portal.token, 1, true))
      assert.matches("default%-src 'none'", headers["content-security-policy"])
      assert.matches("script%-src 'self';", headers["content-security-policy"])
      assert.matches("frame%-ancestors 'none'", headers["content-security-policy"])
      assert.is_nil(headers["content-security-policy"]:find("unsafe", 1, true))
      assert.equal("nosniff", headers["x-content-type-options"])
      assert.equal("no-store", headers["cache-control"])
    end
    assert.equal(404, (ask("GET", "/portal/page/nothing.js")))
    assert.equal(404, (ask("GET", "/portal/page/..%2Fgenerate.lua")))
  end)

  it("has neither script nor style in its markup, and names no other host", function()
    for _, path in ipairs { "", "/page/app.js", "/page/dom.js", "/page/style.css" } do
      local _, text = ask("GET", "/portal" .. path)
      assert.is_nil(text:find "<script>")
      assert.is_nil(text:find "<style")
      assert.is_nil(text:find " style=")
      assert.is_nil(text:find " on%l+=")
      assert.is_nil(text:find "innerHTML")
      for address in text:gmatch "https?://[%w.]+" do assert.equal("http://www.w3.org", address) end
    end
  end)

  it("refuses a text that is no UTF-8, and says why in each answer", function()
    local status, refused = ask("GET", "/portal/records?type=contacts&text=%ff")
    assert.equal(400, status)
    assert.matches("UTF-8", refused.message, 1, true)
    for _, type_name in ipairs { "%ff", "x" .. ("%c3%a4"):rep(40) } do -- the second is cut within a letter
      status, refused = ask("GET", "/portal/records?type=" .. type_name)
      assert.equal(400, status)
      assert.matches("There is no object type", refused.message, 1, true)
    end
  end)

  it("is not there unless it is asked for", function()
    for _, options in ipairs { {}, { admin = true } } do
      local other <close> = given.open(options)
      assert.equal(404, (given.ask(other, "GET", "/portal")))
      assert.equal(404, (given.ask(other, "GET", "/portal/page/app.js")))
    end
    assert.equal(200, (ask("GET", "/portal/overview")))
    local plain <close> = given.open()
    assert.equal(404, (given.ask(plain, "GET", "/portal/overview")))
  end)

  it("is refused under a stranger's name, and its routes without the token or to another site's page", function()
    assert.equal(403, (ask("GET", "/portal", nil, { host = "evil.example" })))
    assert.equal(403, (ask("GET", "/portal/overview", nil, { origin = "http://evil.example" })))
    local routes = { "overview", "records", "records/contacts/101", "pairs/contacts/companies", "lab", "limits",
      "operations", "log/live", "log/1", "snapshots", "forks" }
    for _, path in ipairs(routes) do
      assert.equal(401, (ask("GET", "/portal/" .. path, nil, { authorization = false })), path)
      assert.equal(401, (ask("GET", "/portal/" .. path, nil, { authorization = "Bearer nothing" })), path)
    end
    local own = portal.url:match "//(.*)"
    assert.equal(200, (ask("GET", "/portal/overview", nil, { origin = "http://" .. own })))
  end)

  it("tells of object types, links, and a record with both directions of what it is tied to", function()
    portal:seed { labels = { { from = "contacts", to = "companies", label = "Boss", inverseLabel = "Staff", name = "b",
      id = 42, inverseId = 43 } },
      links = { { from = "contacts", fromId = 101, to = "companies", toId = 9001, types = { "Boss", 1 } },
        { from = "contacts", fromId = 101, to = "contacts", toId = 102 } } }
    local _, all = ask("GET", "/portal/overview")
    local records = {}
    for _, type in ipairs(all.types) do records[type.type] = math.tointeger(type.records) end
    assert.same({ 3, 3, 1, 0 }, { records.contacts, records.companies, records.deals, records.tickets })
    assert.equal(2, #all.ties)
    local _, one = ask("GET", "/portal/records/contacts/101")
    assert.equal("101", one.record.id)
    local towards = {}
    for _, tie in ipairs(one.ties) do towards[tie.type] = tie.links[1] end
    local function labels(set)
      local names = {}
      for _, type in ipairs(one.sets[tostring(math.tointeger(set))]) do
        names[#names + 1] = type.label ~= given.null and type.label or type.kind
      end
      table.sort(names)
      return table.concat(names, " ")
    end
    assert.equal("Boss Primary unlabeled", labels(towards.companies.set))
    assert.equal("Primary Staff unlabeled", labels(towards.companies.back))
    assert.equal("102", towards.contacts.id)
    local _, back = ask("GET", "/portal/records/companies/9001")
    assert.equal("101", back.ties[1].links[1].id)
    assert.equal(404, (ask("GET", "/portal/records/contacts/77")))
    assert.equal(404, (ask("GET", "/portal/records/contacts/x")))
    assert.equal(400, (ask("GET", "/portal/records/nothing/1")))
    assert.equal(400, (ask("GET", "/portal/records/contacts/101?limit=501")))
  end)

  it("pages through the ties of a record that has many", function()
    local links = {}
    local contacts = {}
    for i = 1, 250 do
      contacts[i] = { id = 1000 + i }
      links[i] = { from = "contacts", fromId = 1000 + i, to = "companies", toId = 9001 }
    end
    portal:seed { contacts = contacts, links = links }
    local seen, after = 0, 0
    repeat
      local _, page = ask("GET", ("/portal/records/companies/9001/links/contacts?limit=100&after=%s"):format(after))
      seen = seen + #page.ties[1].links
      after = page.ties[1].links[#page.ties[1].links].id
    until not page.ties[1].more
    assert.equal(250, seen)
  end)

  it("finds records by a text in any value, by id, and gives texts as they are", function()
    portal:seed(hostile_seed())
    for i, text in ipairs(HOSTILE) do
      if #text < 100 then
        local escaped = text:gsub("[^%w]", function(c) return ("%%%02X"):format(c:byte()) end)
        local _, found = ask("GET", "/portal/records?text=" .. escaped)
        local ids = {}
        for _, record in ipairs(found.results) do ids[record.type .. record.id] = record.title end
        assert.equal(text, ids["contacts" .. i])
      end
    end
    local _, found = ask("GET", "/portal/records?text=firstname") -- a name of a property is no value
    assert.same({}, found.results)
    _, found = ask("GET", "/portal/records?text=9002")
    assert.equal("companies", found.results[1].type)
    _, found = ask("GET", "/portal/records?type=contacts&text=LONG")
    assert.equal("5", found.results[1].id)
    assert.is_true(#found.results[1].title < 200)
    _, found = ask("GET", "/portal/records?type=contacts&after=3")
    assert.equal("4", found.results[1].id)
    assert.equal(400, (ask("GET", "/portal/records?type=nothing")))
    assert.equal(400, (ask("GET", "/portal/records?text=" .. ("x"):rep(201))))
  end)

  it("tells the types of a pair with their limits and who is near one", function()
    portal:seed { labels = { { from = "contacts", to = "companies", label = "Boss", inverseLabel = "Staff", name = "b",
      id = 42, inverseId = 43 } },
      limits = { { from = "contacts", to = "companies", type = { category = "USER_DEFINED", typeId = 42 }, most = 2 } },
      links = { { from = "contacts", fromId = 101, to = "companies", toId = 9001, types = { "Boss" } },
        { from = "contacts", fromId = 101, to = "companies", toId = 9002, types = { "Boss" } } } }
    local _, pair = ask("GET", "/portal/pairs/contacts/companies")
    assert.equal(2, #pair.directions)
    local boss = pair.directions[1].types[1]
    assert.same({ "Boss", 42, 43, "101" }, { boss.label, boss.id, boss.inverse, boss.fullest })
    assert.same({ 2, 2, 1, 1 }, { boss.most, boss.links, boss.records, boss.near })
    local _, own = ask("GET", "/portal/pairs/contacts/contacts")
    assert.equal(1, #own.directions)
  end)

  it("tells switches, faults, limits and tokens as they stand, and no token whole", function()
    portal:close()
    portal = given.open { page = true, client_id = "app", client_secret = "hidden", code = "c0de",
      switches = { burst = 5, daily = 100, labels = "append" } }
    portal:fault { operation = "record_get", status = 503, times = 1 }
    portal:fault { delay = 0 }
    local form = "grant_type=authorization_code&client_id=app&client_secret=hidden&code=c0de"
    local _, granted = ask("POST", "/oauth/v1/token", form, { ["content-type"] = "application/x-www-form-urlencoded" })
    for _ = 1, 2 do ask("GET", "/crm/objects/2026-03/contacts/101") end
    local _, lab = ask("GET", "/portal/lab")
    local text = given.json.encode(lab)
    for _, secret in ipairs { portal.token, "hidden", granted.access_token, granted.refresh_token } do
      assert.is_nil(text:find(secret, 1, true))
    end
    assert.same({ "append", "replace" }, { lab.switches[1].value, lab.switches[1].default })
    assert.same({ 1, 2 }, { lab.faults[1].struck, lab.faults[1].met })
    assert.equal(2, #lab.oauth.tokens)
    assert.equal(204, (ask("DELETE", "/portal/faults/0")))
    assert.equal(404, (ask("DELETE", "/portal/faults/7")))
    _, lab = ask("GET", "/portal/lab")
    assert.equal(0, lab.faults[1].rule.delay)
    local _, limits = ask("GET", "/portal/limits")
    assert.same({ 1, 5, 1, 100 }, { limits.window.used, limits.window.most, limits.day.used, limits.day.most })
    portal:advance(11)
    _, limits = ask("GET", "/portal/limits")
    assert.equal(0, limits.window.used)
    assert.is_nil(limits.counters.operations.page_lab)
  end)

  it("leaves no trace in log, counters, limits and faults", function()
    portal:fault { status = 500 }
    for _, path in ipairs { "", "/page/app.js", "/overview", "/records?text=x", "/lab", "/limits" } do
      assert.equal(200, (ask("GET", "/portal" .. path)), path)
    end
    assert.same({}, portal:log())
    assert.equal(0, portal:counters().requests)
  end)

  it("tells one request whole, without tokens, as long as the log has it", function()
    ask("POST", "/crm/objects/2026-03/contacts", { properties = { firstname = "Jane", note = portal.token } })
    local status, entry = ask("GET", "/portal/log/1")
    assert.equal(200, status)
    assert.same({ "POST", 201, "record_create" }, { entry.method, entry.status, entry.operation })
    assert.matches("Jane", entry.body)
    assert.is_nil((entry.body .. entry.headers):find(portal.token, 1, true))
    assert.equal(404, (ask("GET", "/portal/log/2")))
    assert.equal(404, (ask("GET", "/portal/log/x")))
  end)
end)

it("a portal of 100,000 records and 300,000 links answers a search within a second", function()
  local portal <close> = tether.portal { page = true }
  local lines, socket = {}, require "socket"
  local function line(...) lines[#lines + 1] = string.format(...) end
  for id = 1, 50000 do
    line('{"kind":"record","type":"contacts","id":%d,"properties":{"firstname":"Jane","email":"p%d@x.org"}}', id, id)
    line('{"kind":"record","type":"companies","id":%d,"properties":{"name":"Company %d"}}', id, id)
  end
  for i = 0, 299999 do
    line('{"kind":"link","from":"contacts","fromId":%d,"to":"companies","toId":%d}', i % 50000 + 1,
      (i * 7 + i // 50000) % 50000 + 1)
  end
  portal:seed(table.concat(lines, "\n"))
  for _, path in ipairs { "/overview", "/records?text=p49999%40x", "/records?text=not+there", "/records/contacts/1" } do
    local best = math.huge
    for _ = 1, 3 do
      local begun = socket.gettime()
      assert.equal(200, (given.ask(portal, "GET", "/portal" .. path)))
      best = math.min(best, socket.gettime() - begun)
    end
    assert.is_true(best < 1, ("%s took %.2f s"):format(path, best))
  end
end)
