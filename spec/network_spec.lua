-- What lies between a hub and its server: proxies, authorities, addresses, compression, redirects; and giving up.
local failure = require "spec.support.failure"
local tether = require "tether"
local certificates = require "spec.support.certificates"
local nginx = require "spec.support.nginx"
local processes = require "spec.support.process"
local socket = require "socket"

local TOKEN = "pat-na1-5f0c1a2b-3d4e-4f5a-8b6c-7d8e9fa0b1c2"

local function read(name)
  local file = io.open(name, "rb")
  local text = file and file:read "a" or ""
  if file then file:close() end
  return text
end

local function start_proxy(environment, port, log)
  local pipe = assert(io.popen(("%s lua5.4 spec/support/proxy.lua %d %s >/dev/null 2>&1 & echo $!"):format(environment,
    port, log)))
  local pid = pipe:read "n"
  pipe:close()
  for _ = 1, 200 do
    local client = socket.connect("127.0.0.1", port)
    if client then
      client:close()
      return pid
    end
    socket.sleep(0.02)
  end
  error "the proxy does not listen"
end

describe("a hub behind TLS", function()
  local portal, authority, server, proxy, port, proxy_log, ports
  local URL

  setup(function()
    portal = tether.portal { token = TOKEN }
    portal:seed("contacts", 101)
    authority = certificates.authority()
    local certificate, key = authority.sign("good", "IP:127.0.0.1,IP:::1,DNS:localhost")
    ports = { tls = nginx.free_port(), old = nginx.free_port(), away = nginx.free_port(), plain = nginx.free_port() }
    local tls = ("ssl_certificate %s; ssl_certificate_key %s;"):format(certificate, key)
    local go = ("location / { proxy_pass %s; }"):format(portal.url)
    server = nginx.start { port = ports.tls, servers = ([[
      log_format seen "$request_method $uri $http_accept_encoding $sent_http_content_encoding $http_authorization";
      server { listen 127.0.0.1:%d ssl http2; listen [::1]:%d ssl http2; %s gzip on; gzip_types application/json;
        gzip_min_length 1; gzip_proxied any; access_log $FOLDER/tls.log seen; %s }
      server { listen 127.0.0.1:%d ssl; %s ssl_protocols TLSv1.1; ssl_ciphers "ALL:@SECLEVEL=0"; %s }
      server { listen 127.0.0.1:%d; access_log $FOLDER/away.log seen; return 200 "{}"; }
      server { listen 127.0.0.1:%d; listen [::1]:%d;
        location /to301 { return 301 http://127.0.0.1:%d/; } location /to302 { return 302 http://127.0.0.1:%d/; }
        location /to303 { return 303 http://127.0.0.1:%d/; } location /to307 { return 307 http://127.0.0.1:%d/; }
        location /to308 { return 308 http://127.0.0.1:%d/; } %s }]]):format(ports.tls, ports.tls, tls, go, ports.old,
      tls, go, ports.away, ports.plain, ports.plain, ports.away, ports.away, ports.away, ports.away, ports.away, go) }
    port, proxy_log = nginx.free_port(), os.tmpname()
    proxy = start_proxy("", port, proxy_log)
    URL = "https://127.0.0.1:" .. ports.tls
  end)
  teardown(function()
    os.execute("kill " .. proxy)
    os.remove(proxy_log)
    server.stop()
    authority.remove()
    portal:close()
  end)
  before_each(function() os.execute(": >" .. proxy_log) end)

  -- A process with this environment that reads one contact; what it prints.
  local function process(environment, url)
    local script = [[local ok, result = pcall(function()
        return require("tether").connect { retry_for = 0, connect_timeout = 5 }:get("contacts", 101).id
      end)
      print(ok and result or result.code .. " " .. result.message)]]
    local unset = "env -u no_proxy -u NO_PROXY -u SSL_CERT_FILE -u SSL_CERT_DIR -u CURL_CA_BUNDLE"
    local pipe = assert(io.popen(("%s HUBSPOT_TOKEN=%s TETHER_URL=%s %s lua5.4 -e '%s' 2>&1"):format(unset, TOKEN,
      url or URL, environment, script)))
    local text = pipe:read "a"
    pipe:close()
    return text
  end

  it("takes authorities from SSL_CERT_FILE, CURL_CA_BUNDLE or a folder in SSL_CERT_DIR, and no other ones", function()
    assert.equal("101\n", process("SSL_CERT_FILE=" .. authority.file))
    assert.equal("101\n", process("CURL_CA_BUNDLE=" .. authority.file))
    assert.matches("^TLS_FAILED .*certificate", process "")
    assert.matches("^TLS_FAILED .*/nonexistent", process "SSL_CERT_FILE=/nonexistent")
    assert(os.execute(("cd %s && mkdir hashed && cp ca.pem hashed && openssl rehash hashed"):format(authority.folder)))
    assert.equal("101\n", process(("SSL_CERT_DIR=%s/hashed"):format(authority.folder)))
  end)

  it("goes through the proxy that https_proxy names, in a tunnel that keeps the token", function()
    for _, name in ipairs { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" } do
      os.execute(": >" .. proxy_log)
      assert.equal("101\n", process(("SSL_CERT_FILE=%s %s=http://127.0.0.1:%d"):format(authority.file, name, port)))
      local seen = read(proxy_log)
      assert.matches("^CONNECT 127.0.0.1:" .. ports.tls .. " HTTP/1.1\n", seen)
      assert.is_nil(seen:find(TOKEN, 1, true))
      assert.is_nil(seen:match "[Aa]uthorization")
    end
  end)

  it("goes past the proxy where no_proxy says so", function()
    assert.equal("101\n", process(("SSL_CERT_FILE=%s https_proxy=http://127.0.0.1:%d no_proxy=127.0.0.1"):format(
      authority.file, port)))
    assert.equal("", read(proxy_log))
  end)

  it("never takes a proxy for plain http, which would read the token", function()
    local given = ("http_proxy=http://127.0.0.1:%d all_proxy=http://127.0.0.1:%d"):format(port, port)
    assert.equal("101\n", process(given, portal.url))
    assert.equal("", read(proxy_log))
  end)

  it("says so when the proxy refuses or is not there, and shows no password of it", function()
    local text = process(("SSL_CERT_FILE=%s https_proxy=http://user:planted@127.0.0.1:1"):format(authority.file))
    assert.matches("^HOST_UNREACHABLE ", text)
    assert.is_nil(text:match "planted")
    local other, log = nginx.free_port(), os.tmpname()
    local pid = start_proxy("PROXY_REFUSE=1", other, log)
    text = process(("SSL_CERT_FILE=%s https_proxy=http://user:planted@127.0.0.1:%d"):format(authority.file, other))
    os.execute("kill " .. pid)
    os.remove(log)
    assert.matches("^HOST_UNREACHABLE .*403", text)
    assert.is_nil(text:match "planted")
  end)

  it("refuses TLS below 1.2", function()
    local text = process("SSL_CERT_FILE=" .. authority.file, "https://127.0.0.1:" .. ports.old)
    assert.matches("^TLS_FAILED ", text)
    assert.matches("protocol version", text)
  end)

  it("speaks IPv6, in the clear on the loopback and with TLS", function()
    for _, url in ipairs { "http://[::1]:" .. ports.plain, "https://[::1]:" .. ports.tls,
      "https://localhost:" .. ports.tls, "http://localhost:" .. ports.plain } do
      local hub = tether.connect { url = url, token = TOKEN, ca_file = authority.file }
      assert.equal(101, hub:get("contacts", 101).id)
      hub:close()
    end
  end)

  it("takes compressed answers", function()
    local hub = tether.connect { url = URL, token = TOKEN, ca_file = authority.file }
    local list = {}
    for i = 1, 100 do list[i] = { properties = { firstname = ("x"):rep(1000) } } end
    assert.equal(100, #hub:create("contacts", list))
    local count = 0
    for record in hub:records("contacts", { properties = { "firstname" } }) do
      count = count + (record.properties.firstname == ("x"):rep(1000) and 1 or 0)
    end
    assert.equal(100, count)
    hub:close()
    local seen = read(server.folder .. "/tls.log")
    assert.matches("GET /crm/objects/2026%-03/contacts [^\n]*gzip[^\n]* gzip Bearer", seen)
  end)

  it("follows no redirect: nobody else sees the token", function()
    local hub = tether.connect { url = "http://127.0.0.1:" .. ports.plain, token = TOKEN, retry_for = 0 }
    for _, status in ipairs { 301, 302, 303, 307, 308 } do
      for _, method in ipairs { "GET", "POST" } do
        local problem = failure(hub.request, hub, method, "/to" .. status, method == "POST" and "{}" or nil)
        assert.equal("UNEXPECTED_STATUS", problem.code)
        assert.equal(status, problem.status)
      end
    end
    hub:close()
    assert.equal("", read(server.folder .. "/away.log"))
  end)

  it("sends no token in the clear beyond the loopback, unless told", function()
    assert.equal("URL_BAD", failure(tether.connect, { url = "http://nowhere.invalid", token = TOKEN }).code)
    local hub = tether.connect { url = "http://nowhere.invalid", token = TOKEN, plain_http = true, retry_for = 0 }
    assert.equal("HOST_UNREACHABLE", failure(hub.get, hub, "contacts", 101).code) -- it has been tried
    hub:close()
  end)
end)

describe("giving up", function()
  local portal, hub
  before_each(function()
    portal = tether.portal { refresh_token = "refresh-me" }
    portal:seed("contacts", 101)
  end)
  after_each(function() hub:close() portal:close() end)

  -- Open descriptors of this process. Its own pipe is counted each time, once or twice: whether the child has closed
  -- its end by then is a matter of luck, so the names behind them are asked for and pipes are left out.
  local function descriptors()
    local stat = assert(io.open "/proc/self/stat")
    local pipe = assert(io.popen(("ls -l /proc/%d/fd | grep -vc 'pipe:'"):format(stat:read "n")))
    local count = pipe:read "n"
    pipe:close()
    stat:close()
    return count
  end

  local function submit(operation)
    if operation == "record_search" then
      return assert(hub.session:submit("POST", "/crm/objects/2026-03/contacts/search", "{}", operation))
    end
    return assert(hub.session:submit("GET", "/crm/objects/2026-03/contacts/101", nil, operation))
  end

  local function step(times)
    for _ = 1, times do assert(hub.session:step(20)) end
  end

  local function is_to_be_sent_again() return hub:stats().retries == 1 end
  local function is_answered() return hub.session:under_way() == 0 end

  local OAUTH = { client_id = "a", client_secret = "b", refresh_token = "refresh-me" }

  -- Where a request may be: what disturbs it, how the hub is connected, how many are submitted, and how far they go: so
  -- many steps, or until something is reached.
  local stages = {
    ["in the queue"] = { fault = { operation = "record_get", delay = 2 }, options = { concurrency = 1 }, count = 4,
      steps = 3 },
    ["while it waits for the quota"] = { operation = "record_search", count = 6, steps = 3 },
    ["while it waits to be sent again"] = { fault = { operation = "record_get", status = 503 },
      options = { retry_pause = 20 }, reached = is_to_be_sent_again },
    ["in flight"] = { fault = { operation = "record_get", delay = 2 }, steps = 5 },
    ["while its connection is opened"] = {},
    ["in mid answer"] = { fault = { operation = "record_get", trickle = 0.2, chunk = 1 }, steps = 30 },
    ["while a function is to bring the token"] = { options = { token = function() return portal.token end } },
    ["while OAuth's token is fetched"] = { fault = { operation = "oauth_token", delay = 2 },
      options = { oauth = OAUTH }, steps = 5 },
    ["while OAuth's token is to be fetched again"] = { fault = { operation = "oauth_token", status = 503 },
      options = { oauth = OAUTH, retry_pause = 20 }, reached = is_to_be_sent_again },
    ["when its answer is there but was not taken"] = { reached = is_answered, is_settled = true },
  }

  -- Brings a request there, and answers its ticket.
  local function bring(stage)
    if stage.fault then portal:fault(stage.fault) end
    hub = portal:connect(stage.options)
    local ticket
    for _ = 1, stage.count or 1 do ticket = submit(stage.operation or "record_get") end
    step(stage.steps or 0)
    while stage.reached and not stage.reached() do step(1) end
    return ticket
  end

  for name, stage in pairs(stages) do
    it("a request " .. name .. " settles it once, as CANCELLED, and the hub goes on", function()
      local ticket = bring(stage)
      local before = hub.session:under_way()
      if stage.is_settled then
        assert.is_false(hub.session:cancel(ticket))
        return assert.equal(ticket, (hub.session:take()))
      end
      assert.is_true(hub.session:cancel(ticket))
      assert.is_false(hub.session:cancel(ticket))
      assert.is_true(hub.session:under_way() < before)
      local came = 0
      for settled, answer, err in function() return hub.session:take() end do
        if settled == ticket then
          came = came + 1
          assert.is_nil(answer)
          assert.equal("CANCELLED", err.code)
          assert.is_false(err.in_doubt) -- a read changes nothing
        end
      end
      assert.equal(1, came)
      portal:clear_faults()
    end)

    it("the hub with a request " .. name .. " frees everything", function()
      local before = descriptors()
      bring(stage)
      hub:close()
      -- The portal lives in this process, and closes its ends in its own time.
      processes.wait_until(function() return descriptors() <= before end, "as many descriptors as before")
      hub:close()
      local ok, problem = pcall(hub.get, hub, "contacts", 101)
      assert.is_false(ok)
      assert.equal("CLOSED", problem.code)
    end)
  end

  it("a write says whether it can have been applied: only what was sent can", function()
    portal:fault { operation = "record_create", delay = 2 }
    hub = portal:connect { concurrency = 1 }
    local tickets, doubts = {}, {}
    for i = 1, 4 do
      tickets[i] = assert(hub.session:submit("POST", "/crm/objects/2026-03/contacts", '{"properties":{}}',
        "record_create"))
    end
    step(5)
    hub.session:cancel(tickets[4])
    hub.session:cancel(tickets[1])
    for ticket, _, err in function() return hub.session:take() end do doubts[ticket] = err.in_doubt end
    assert.same({ [tickets[1]] = true, [tickets[4]] = false }, doubts)
  end)

  it("cancelling does not hold the quota of the one that was given up", function()
    hub = portal:connect()
    local tickets = {}
    for i = 1, 6 do tickets[i] = submit "record_search" end
    hub.session:cancel(tickets[6])
    hub.session:cancel(tickets[1])
    while hub.session:under_way() > 0 do step(1) end
    assert.equal(0, portal:counters().rateLimited)
  end)
end)
