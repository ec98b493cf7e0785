-- nginx in front of the portal, as an account behind its proxies: TLS with HTTP/2 at work, and what proxies do to
-- connections. The end is that of an undisturbed run.
local account = require "spec.support.account"
local certificates = require "spec.support.certificates"
local nginx = require "spec.support.nginx"
local tether = require "tether"

local CONTACTS, COMPANIES = 400, 5

local function seeded(options)
  local portal = tether.portal(options)
  portal:seed(account.numbered { contacts = { 1, CONTACTS }, companies = { 9001, 9000 + COMPANIES } })
  return portal
end

-- Every contact with every company.
local function all_links()
  local links = tether.links("contacts", "companies")
  for id = 1, CONTACTS do
    for company = 1, COMPANIES do links:add(id, 9000 + company) end
  end
  return links
end

local function undisturbed_state()
  local portal <close> = seeded()
  local hub <close> = portal:connect()
  hub:associate(all_links()):assert()
  return account.state(portal)
end

describe("nginx in front of the portal", function()
  local authority, wanted, portal, server, ports

  setup(function()
    authority, wanted = certificates.authority(), undisturbed_state()
    authority.sign("good", "IP:127.0.0.1")
    authority.sign("wrong", "DNS:elsewhere.example")
    authority.sign("expired", "IP:127.0.0.1", -1)
  end)
  teardown(function() authority.remove() end)
  after_each(function()
    server.stop()
    if portal then portal:close() end
  end)

  -- One server block: offer "ssl http2" or "ssl", which certificate, what else it says.
  local function block(port, offer, certificate, more)
    return ([[
      server {
        listen 127.0.0.1:%d %s; ssl_certificate %s/%s.pem; ssl_certificate_key %s/%s.key; %s
        access_log $FOLDER/access.log seen;
        location / { proxy_pass %s; proxy_http_version 1.1; proxy_set_header Connection ""; }
      }]]):format(port, offer, authority.folder, certificate, authority.folder, certificate, more or "", portal.url)
  end

  local FORMAT = 'log_format seen "$pid $connection $server_protocol $status"; '

  -- Portal and nginx; `blocks` = { { offer, certificate, more }, … }.
  local function start(blocks, options)
    options = options or {}
    portal = options.portal or seeded { switches = { batch_create_most = 31 } }
    ports = {}
    local text = { FORMAT, options.http }
    for i, one in ipairs(blocks) do
      ports[i] = nginx.free_port()
      text[#text + 1] = block(ports[i], table.unpack(one))
    end
    server = nginx.start { port = ports[1], servers = table.concat(text, "\n"), connections = options.connections }
  end

  local function connect(i, options)
    local given = { url = "https://127.0.0.1:" .. ports[i or 1], ca_file = authority.file, retry_pause = 0.02 }
    for name, value in pairs(options or {}) do given[name] = value end
    return portal:connect(given)
  end

  -- The distinct values of a column of the access log.
  local function seen(column)
    local values, count = {}, 0
    for _, line in ipairs(server.lines "access.log") do
      local words = {}
      for word in line:gmatch "%S+" do words[#words + 1] = word end
      count = count + (values[words[column]] and 0 or 1)
      values[words[column]] = true
    end
    return values, count
  end

  local function assert_all_done(outcome)
    local failure = outcome:failures()()
    assert.equal(CONTACTS * COMPANIES, outcome.linked, ("%s; %s"):format(outcome, failure and failure.error))
    assert.equal(wanted, account.state(portal))
  end

  it("does all the work by HTTP/2 and TLS", function()
    start { { "ssl http2", "good" } }
    local hub <close> = connect()
    hub.labels:ensure("contacts", "companies", "A")
    hub:associate("contacts", 1, "companies", 9001, "A")
    local made = hub:create("contacts", { email = "new@example.com" }, { { to = 9002, type = "companies" } })
    assert.equal(1, #hub:associations("contacts", made.id, "companies"))
    assert.same({ "A" }, hub:associations("contacts", 1, "companies"):row(1).labels)
    hub:archive("contacts", made.id)
    hub:dissociate("contacts", 1, "companies", 9001)
    hub.labels:delete("contacts", "companies", "A")
    assert.equal(CONTACTS * COMPANIES, hub:associate(all_links()).linked)
    assert.same({ ["HTTP/2.0"] = true }, (seen(3)))
  end)

  it("is sent nothing when its certificate has expired, or is another's", function()
    start { { "ssl http2", "expired" }, { "ssl", "wrong" } }
    for i = 1, 2 do
      local hub <close> = connect(i)
      local ok, err = pcall(hub.create, hub, "contacts", { email = "new@example.com" })
      assert.is_false(ok)
      assert.equal("TLS_FAILED", err.code)
      assert.is_falsy(err.in_doubt)
      ok, err = pcall(hub.dissociate, hub, all_links())
      assert.is_false(ok)
      assert.equal("TLS_FAILED", err.code)
      assert.equal(CONTACTS * COMPANIES, err.outcome.pending)
    end
    assert.equal(0, portal:counters().requests)
  end)

  for _, offer in ipairs { "ssl http2", "ssl" } do
    it(("reloads in the middle of a run (%s), and nothing is lost"):format(offer), function()
      start { { offer, "good" } }
      portal:fault { operation = "batch_create", delay = 0.01 } -- so that requests are under way
      local hub <close> = connect(1, { concurrency = 8 })
      local batches = 0
      assert_all_done(hub:associate(all_links(), { on_batch = function()
        batches = batches + 1
        if batches % 15 == 0 then server.reload() end -- returns when the new workers are there
      end }))
      assert.is_true(batches >= 60)
      local _, workers = seen(1)
      assert.is_true(workers >= 3, workers .. " workers")
    end)

    it(("ends a connection after three requests (%s)"):format(offer), function()
      start { { offer, "good", "keepalive_requests 3;" } }
      local hub <close> = connect(1, { concurrency = 8 })
      assert_all_done(hub:associate(all_links()))
      local _, connections = seen(2)
      assert.is_true(connections >= 20, connections .. " connections")
    end)
  end

  it("lets only some requests in at once, and answers 503 to the others", function()
    start({ { "ssl http2", "good", "limit_conn one 6;" } }, { http = "limit_conn_zone $server_port zone=one:1m;" })
    portal:fault { operation = "batch_create", delay = 0.002 }
    local hub <close> = connect(1, { concurrency = 8 })
    assert_all_done(hub:associate(all_links()))
    assert.is_true(seen(4)["503"])
  end)

  it("has room for few connections, and closes the others", function()
    start({ { "ssl", "good" } }, { connections = 10 })
    portal:fault { operation = "batch_create", delay = 0.005 }
    local hub <close> = connect(1, { concurrency = 8 })
    assert_all_done(hub:associate(all_links()))
    assert.matches("worker_connections are not enough", table.concat(server.lines "error.log", "\n"))
  end)

  it("answers 502 with a page while the portal is away for a moment", function()
    local path, port = os.tmpname(), nginx.free_port()
    os.remove(path)
    local options = { path = path, port = port, token = "pat-na1-away", switches = { batch_create_most = 31 } }
    start({ { "ssl http2", "good" } }, { portal = seeded(options) })
    local hub <close> = connect(1, { concurrency = 8 })
    local batches, refused = 0, 0
    hub:on("retry", function()
      refused = refused + 1
      if refused == 8 then portal = tether.portal(options) end
    end)
    local outcome = hub:associate(all_links(), { on_batch = function()
      batches = batches + 1
      if batches == 20 then portal:close() end
    end })
    assert_all_done(outcome)
    assert.is_true(seen(4)["502"])
    os.remove(path)
  end)
end)
