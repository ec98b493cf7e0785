local native = require "tether.session.native"
local certificates = require "spec.support.certificates"
local nginx = require "spec.support.nginx"
local socket = require "socket"

local BIG = ("0123456789abcdef"):rep(512 * 1024) -- 8 MiB

describe("TLS and HTTP/2, against nginx", function()
  local authority, other, server, ports

  setup(function()
    authority, other = certificates.authority(), certificates.authority()
    ports = { h2 = nginx.free_port(), h1 = nginx.free_port(), name = nginx.free_port(), old = nginx.free_port(),
      plain = nginx.free_port() }
    local function block(port, offer, certificate, key)
      return ([[server { listen 127.0.0.1:%d ssl%s; ssl_certificate %s; ssl_certificate_key %s;
        location /protocol { return 200 "$server_protocol"; }
        location /hop { return 302 https://example.com/away; }
        location / { } }]]):format(port, offer, certificate, key)
    end
    local certificate, key = authority.sign("good", "IP:127.0.0.1")
    local wrong, wrong_key = authority.sign("wrong", "DNS:elsewhere.example")
    local expired, expired_key = authority.sign("expired", "IP:127.0.0.1", -1)
    server = nginx.start {
      port = ports.h2,
      files = { ["big.txt"] = BIG },
      servers = block(ports.h2, " http2", certificate, key) .. block(ports.h1, "", certificate, key) ..
        ("server { listen 127.0.0.1:%d; }"):format(ports.plain) .. block(ports.name, "", wrong, wrong_key) ..
        block(ports.old, "", expired, expired_key),
    }
  end)
  teardown(function()
    server.stop()
    authority.remove()
    other.remove()
  end)

  local function open(port, ca)
    return assert(native.open { url = "https://127.0.0.1:" .. port, token = "t", ca_file = (ca or authority).file,
      concurrency = 50 })
  end

  local function get(session, path)
    local ticket = assert(session:submit("GET", path))
    while true do
      assert(session:step(1000))
      local settled, answer, err = session:take()
      if settled then
        assert.equal(ticket, settled)
        return answer, err
      end
    end
  end

  it("speaks HTTP/2 where the server offers it, HTTP/1.1 where not", function()
    local session = open(ports.h2)
    assert.equal("HTTP/2.0", get(session, "/protocol").body)
    session:close()
    session = open(ports.h1)
    assert.equal("HTTP/1.1", get(session, "/protocol").body)
    session:close()
  end)

  it("takes a body of 8 MiB whole", function()
    for _, port in ipairs { ports.h1, ports.h2 } do
      local session = open(port)
      assert.is_true(get(session, "/big.txt").body == BIG)
      session:close()
    end
  end)

  it("has 50 requests in flight and gives each its own answer once", function()
    for _, port in ipairs { ports.h1, ports.h2 } do
      local session, open_tickets, count = open(port), {}, 0
      for _ = 1, 50 do open_tickets[assert(session:submit("GET", "/protocol"))] = true end
      while next(open_tickets) do
        assert(session:step(1000))
        local ticket, answer = session:take()
        if ticket then
          assert.is_true(open_tickets[ticket])
          assert.equal(200, answer.status)
          open_tickets[ticket], count = nil, count + 1
        end
      end
      assert.equal(50, count)
      session:close()
    end
  end)

  it("follows no redirect: it would carry the token away", function()
    local session = open(ports.h1)
    assert.equal(302, get(session, "/hop").status)
    session:close()
  end)

  local refused = {
    { "an authority that is not ours", function() return open(ports.h1, other) end },
    { "a certificate for another name", function() return open(ports.name) end },
    { "an expired certificate", function() return open(ports.old) end },
    { "a server that speaks no TLS", function() return open(ports.plain) end },
    { "an authority file that does not exist",
      function() return open(ports.h1, { file = "/nonexistent/ca.pem" }) end },
  }
  for _, case in ipairs(refused) do
    it("refuses " .. case[1], function()
      local session = case[2]()
      local answer, err = get(session, "/protocol")
      assert.is_nil(answer)
      assert.equal("TLS_FAILED", err.code)
      assert.matches("127.0.0.1", err.message)
      assert.matches("ca_file", err.hint)
      session:close()
    end)
  end

  it("sends nothing when libcurl does not take the authorities that it was told to trust", function()
    local too_long = ("x"):rep(8000001) -- libcurl's ceiling for texts is 8,000,000 bytes
    local portal = require("tether").portal()
    for name, option in pairs { ca_file = "file", ca_folder = "folder" } do
      local hub = portal:connect { ["ca_" .. option] = too_long, retry_for = 0 }
      local _, err = pcall(hub.account, hub)
      assert.equal("TLS_FAILED", err.code)
      assert.matches("libcurl does not take " .. name, err.message, nil, true)
      hub:close()
    end
    assert.equal(0, #portal:log())
    portal:close()
  end)

  it("can be driven by a foreign loop through one descriptor and a timeout", function()
    local session = open(ports.h2)
    local pollable = { getfd = function() return session:fd() end, dirty = function() return false end }
    session:submit("GET", "/protocol")
    local answer
    for _ = 1, 200 do
      local timeout = session:timeout()
      socket.select({ pollable }, nil, timeout < 0 and 5 or timeout / 1000)
      assert(session:step(0))
      answer = select(2, session:take())
      if answer then break end
    end
    assert.equal("HTTP/2.0", answer.body)
    session:close()
  end)
end)
