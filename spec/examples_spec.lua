local files = require "spec.support.files"
local redis = require "spec.support.redis"
local shell = require "spec.support.shell"

local run = shell.output

describe("examples", function()
  it("type_ids prints both directions of a pair", function()
    local text = run "lua5.4 examples/type_ids.lua deals companies"
    assert.matches("    5  deal_to_primary_company\n", text)
    assert.matches("  342  company_to_deal", text)
  end)

  it("overview runs the page's requests in order", function()
    local text, code = run "build/tether run --portal examples/overview.lua"
    assert.equal(0, code, text)
    local at = 1
    for _, line in ipairs { "created contact %d+, associated with company 9001", "by type id 279", "removed it by",
      "in one request", "company 9001, labels: Partner", "removed the link; 0 left", 'label "Decision maker"',
      "may have 1 company", "HUBSPOT_DEFINED +279" } do
      at = assert(select(2, text:find(line, at)), line .. " is missing in\n" .. text)
    end
  end)

  it("overview sends the page's requests: method, path and JSON value", function()
    local tether, json = require "tether", require "tether.json"
    local portal = tether.portal()
    _G.tether, _G.portal = tether, portal
    local print_before = print
    _G.print = function() end
    local ok, problem = pcall(dofile, "examples/overview.lua")
    _G.print, _G.tether, _G.portal = print_before, nil, nil
    assert.is_true(ok, tostring(problem))
    local spec = { associationCategory = "HUBSPOT_DEFINED", associationTypeId = 279 }
    local page = {
      { "POST", "/crm/objects/2026-03/contacts", {
        properties = { firstname = "Jane", lastname = "Smith", email = "jsmith@example.com" },
        associations = { { to = { id = 9001 }, types = { spec } } } } },
      { "PUT", "/crm/objects/2026-03/contacts/101/associations/companies/9001/279" },
      { "DELETE", "/crm/objects/2026-03/contacts/101/associations/companies/9001/279" },
      { "POST", "/crm/objects/2026-03/associations/contacts/companies/batch/create", {
        inputs = { { from = { id = "101" }, to = { id = "9001" },
          types = { spec, { associationCategory = "USER_DEFINED", associationTypeId = 42 } } } } } },
      { "GET", "/crm/objects/2026-03/contacts/101/associations/companies" },
      { "DELETE", "/crm/objects/2026-03/contacts/101/associations/companies/9001" },
      { "POST", "/crm/associations/2026-03/contacts/companies/labels",
        { label = "Decision maker", name = "decision_maker" } },
      { "POST", "/crm/associations/2026-03/definitions/configurations/contacts/companies/batch/update" },
      { "GET", "/crm/associations/2026-03/contacts/companies/labels" },
    }
    local at = 1
    for _, request in ipairs(portal:log()) do
      local wanted = page[at]
      if wanted and request.method == wanted[1] and request.path == wanted[2] then
        if wanted[3] then assert.same(wanted[3], json.decode(request.body)) end
        at = at + 1
      end
    end
    assert.equal(#page + 1, at, "missing in the log: " .. tostring(page[at] and page[at][2]))
    portal:close()
  end)

  it("demo loads, imports and imports again", function()
    local text, code = run "build/tether run --portal examples/demo.lua"
    assert.equal(0, code, text)
    assert.matches("linked +5%d%d%d\nunchanged +0\nrejected +43\nunknown +0", text)
    assert.matches("linked +0\nunchanged +5%d%d%d\nrejected +43", text)
  end)

  describe("checked", function()
    local tether = require "tether"
    local portal, script
    setup(function()
      portal = tether.portal { switches = { tier = "professional" }, scopes = { "oauth", "crm.objects.contacts.read",
        "crm.objects.contacts.write" } }
      portal:seed("contacts", 101)
      script = files.write 'hub:get("contacts", 101); if os.getenv "BREAK" then error "broken" end'
    end)
    teardown(function()
      os.remove(script)
      portal:close()
    end)
    local function checked(environment, arguments)
      return run(("HUBSPOT_TOKEN=%s TETHER_URL=%s %s lua5.4 examples/checked.lua %s"):format(portal.token, portal.url,
        environment, arguments))
    end

    it("runs a job on a sound account, and tells what it took", function()
      portal:fault { operation = "record_get", times = 1, status = 503 }
      local text, code = checked("", script .. " contacts")
      assert.equal(0, code, text)
      assert.matches("GET /crm/objects/2026%-03/contacts/101: 503 after %d+ ms %(try 1%)\n", text)
      assert.matches("2 requests, 1 sent again, 1 refused, 0.0 s waited for the quota, %d+ calls left today", text)
      portal:clear_faults()
    end)

    it("passes arguments and the script's exit code on", function()
      local path = files.write 'local first = ...; print(arg[0] ~= nil, first, arg[2], #arg, hub ~= nil); return 7'
      local text, code = checked("", path .. " contacts -- --apply 'two words' -- 4")
      assert.equal(7, code, text)
      assert.matches("true\t--apply\ttwo words\t4\ttrue\n", text, 1, true)
      text, code = checked("", path .. ".none contacts")
      assert.equal(3, code, text)
      assert.matches("cannot open", text)
      os.remove(path)
    end)

    it("stops before the job when a scope is missing, and tells a job that fails", function()
      local text, code = checked("", script .. " contacts companies")
      assert.equal(1, code)
      assert.matches("fail  scopes    missing: crm.objects.companies.read, crm.objects.companies.write", text)
      assert.is_nil(text:match "requests")
      text, code = checked("BREAK=1", script .. " contacts")
      assert.equal(3, code)
      assert.matches("broken\n1 requests", text)
      text, code = run "lua5.4 examples/checked.lua"
      assert.equal(2, code)
      assert.matches("usage", text)
    end)
  end)

  it("import_links says how it is used", function()
    local text, code = run "build/tether run --portal examples/import_links.lua"
    assert.equal(2, code)
    assert.matches("usage: tether run import_links.lua links.csv", text)
  end)

  it("export_links writes every link, and tells who has none", function()
    local path = os.tmpname()
    local text, code = run(("build/tether run --portal examples/export_links.lua contacts companies %s"):format(path))
    assert.equal(0, code, text)
    assert.equal("3 links of 3 records; 1 of them have none\n", text)
    local file = assert(io.open(path))
    assert.equal("from,to,labels,primary\n1,501,,true\n", file:read "L" .. file:read "L")
    file:close()
    os.remove(path)
  end)

  describe("webhook", function()
    local socket, sign = require "socket", require "spec.support.signature"
    local recorded = require "spec.fixtures.webhooks"
    local URL, output, pid, port = "https://hooks.example.com/crm"

    local function printed()
      local file = assert(io.open(output))
      local text = file:read "a"
      file:close()
      return text
    end

    setup(function()
      output = os.tmpname()
      local pipe = assert(io.popen(("HUBSPOT_APP_SECRET=%s lua5.4 examples/webhook.lua %s 0 >%s 2>&1 & echo $!"):format(
        recorded.secret, URL, output)))
      pid = pipe:read "n"
      pipe:close()
      for _ = 1, 500 do
        port = printed():match "^listening on (%d+)\n"
        if port then return end
        socket.sleep(0.02)
      end
      error("it does not listen: " .. printed())
    end)
    teardown(function()
      os.execute("kill " .. pid)
      os.remove(output)
    end)

    local function send(bytes)
      local client = assert(socket.connect("127.0.0.1", port))
      client:settimeout(20)
      client:send(bytes)
      local status = (client:receive() or ""):match "^HTTP/1.1 (%d+) "
      client:close()
      return tonumber(status)
    end

    local function deliver(body, signed_body)
      local time = ("%d"):format(os.time() * 1000)
      return send(("POST /internal?x=%%40 HTTP/1.1\r\nHost: x\r\nX-HubSpot-Signature-v3: %s\r\n" ..
        "X-HubSpot-Request-Timestamp: %s\r\ncontent-length: %d\r\n\r\n%s"):format(
        sign.v3(recorded.secret, "POST", URL .. "?x=@", signed_body or body, time), time, #body, body))
    end

    it("prints what HubSpot delivers, once, and refuses the rest", function()
      assert.equal(401, deliver(recorded.delivery, "another"))
      assert.equal(204, deliver(recorded.delivery))
      assert.equal(204, deliver(recorded.delivery))
      assert.equal(400, deliver "{}")
      assert.equal(400, send "GET / HTTP/1.1\r\ncontent-length: -1\r\n\r\n")
      assert.equal(400, send "POST / HTTP/1.1\r\ncontent-length: 99999999\r\n\r\n")
      assert.equal(204, deliver(recorded.vectors[5].body))
      assert.equal(("listening on %s\nSIGNATURE_WRONG\ndeals 64058987777 and line_items 58061514894: linked\n" ..
        "EVENTS_MALFORMED\ncontact.creation\t123\tnil\n"):format(port), printed())
    end)

    it("says how it is used", function()
      local text, code = run "lua5.4 examples/webhook.lua"
      assert.equal(2, code)
      assert.matches("usage: HUBSPOT_APP_SECRET=", text)
    end)
  end)

  it("verbs shows every verb that a hub has", function()
    local text = ""
    for _, name in ipairs { "verbs", "verbs_schema", "verbs_jobs" } do
      local part, code = run(("build/tether run --portal examples/%s.lua"):format(name))
      assert.equal(0, code, part)
      text = text .. part
    end
    local server = redis.start()
    finally(function() server:close() end)
    local part, code = run("build/tether run --portal examples/work.lua " .. server.url)
    assert.equal(0, code, part)
    assert.matches("20 done", part)
    text = text .. part
    local portal = require("tether").portal()
    local hub = portal:connect()
    local internal = { close = true, learn_ceiling = true }
    local missing = {}
    local function expect(verb)
      if not ("\n" .. text):find("\n" .. verb:gsub("%p", "%%%0") .. " +") then missing[#missing + 1] = verb end
    end
    for verb, value in pairs(getmetatable(hub)) do
      if type(value) == "function" and not verb:match "^__" and not internal[verb] then expect(verb) end
    end
    for _, noun in ipairs { "labels", "limits", "primary" } do
      for verb, value in pairs(getmetatable(hub[noun])) do
        if type(value) == "function" and not verb:match "^__" then expect(noun .. ":" .. verb) end
      end
    end
    table.sort(missing)
    assert.same({}, missing)
    hub:close()
    portal:close()
  end)

  it("rehearsed does what a script would have done, when that is not too much", function()
    local portal <close> = require("tether").portal()
    portal:seed { contacts = { { id = 101 } }, companies = { { id = 9001 } } }
    local folder = files.folder()
    local script = files.write([[
      if not arg[1] then return 7 end
      hub:associate("contacts", 101, "companies", 9001)
      hub:create("contacts", { firstname = arg[1] })]], ".lua")
    local function rehearse(most, arguments)
      return run(("TETHER_URL=%s HUBSPOT_TOKEN=%s build/tether run examples/rehearsed.lua %d %s %s %s"):format(
        portal.url, portal.token, most, folder, script, arguments))
    end
    local text, code = rehearse(1, "Ada")
    assert.equal(1, code, text)
    assert.matches("2 changes are more than 1: look at", text, 1, true)
    text, code = rehearse(1, "")
    assert.equal(7, code, text)
    assert.is_nil(portal:dump():find('"link"', 1, true))
    os.execute("rm " .. folder .. "/*")
    text, code = rehearse(2, "Ada")
    assert.equal(0, code, text)
    assert.matches("would change: 1 to create, 1 to link.-\n2 done", text)
    assert.matches('"firstname":"Ada"', portal:dump(), 1, true)
    files.remove_all()
  end)

  it("keeper goes on where a night was cut off, keeps its ceiling, and is done once", function()
    local tether = require "tether"
    local portal <close> = tether.portal { switches = { batch_create_most = 1 } }
    portal:seed { contacts = { { id = 101 }, { id = 102 } }, companies = { { id = 9001 }, { id = 9002 } },
      links = { { from = "contacts", fromId = 101, to = "companies", toId = 9002, types = { 279 } } } }
    local links = files.write("from,to\n101,9001\n102,9002\n", ".csv")
    local folder = files.folder()
    local function keep(ceiling)
      return run(("TETHER_URL=%s HUBSPOT_TOKEN=%s build/tether run examples/keeper.lua %s %s %s"):format(portal.url,
        portal.token, links, folder, ceiling or ""))
    end
    local text, code = keep()
    assert.equal(1, code, text)
    assert.matches("1 of 1 links would be removed, and at most 0 may be", text, 1, true)
    portal:fault { operation = "batch_create", status = 401, nth = 2, times = 100 }
    text, code = keep "1"
    assert.equal(1, code, text)
    assert.matches("planned: 2 to link, 1 to unlink", text, 1, true)
    portal:clear_faults()
    text, code = keep "1"
    assert.equal(0, code, text)
    assert.matches("applied: 3 done", text, 1, true)
    text, code = keep "1"
    assert.equal(0, code, text)
    assert.matches("nothing to do, 2 right already", text, 1, true)
    files.remove_all()
  end)
end)
