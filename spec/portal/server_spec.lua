local files = require "spec.support.files"
local tether = require "tether"
local socket = require "socket"
local given = require "spec.support.portal"

local portal
local function ask(...) return given.ask(portal, ...) end

local ROOT = "/crm/objects/2026-03/"
local LINK = ROOT .. "contacts/101/associations/companies/9001"

describe("the portal's server", function()
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  it("listens on this machine only, on a free port", function()
    assert.matches("^http://127%.0%.0%.1:%d+$", portal.url)
  end)

  it("listens where it is told to", function()
    -- Another program may hold the same port of another address: not of all five.
    local refused = 0
    for _ = 1, 5 do
      local other <close> = tether.portal { host = "127.0.0.2" }
      assert.equal(200, (given.ask(other, "GET", ROOT .. "contacts")))
      local neighbour = socket.connect("127.0.0.1", tonumber(other.url:match ":(%d+)$"))
      refused = refused + (neighbour and 0 or 1)
      if neighbour then neighbour:close() end
    end
    assert.is_true(refused > 0)
  end)

  it("refuses a request without its token, with the recorded body", function()
    for _, token in ipairs { false, "Bearer wrong", "Basic " .. portal.token } do
      local status, body = ask("GET", ROOT .. "contacts/101", nil, { authorization = token })
      assert.equal(401, status)
      assert.equal("INVALID_AUTHENTICATION", body.category)
      assert.matches("^Authentication credentials not found%.", body.message)
    end
  end)

  it("gives each answer a correlation id, the same in the error body", function()
    local _, body, headers = ask("GET", ROOT .. "contacts/777")
    assert.equal(body.correlationId, headers["x-hubspot-correlation-id"])
    assert.equal(body.correlationId, headers["x-request-id"])
    local status, _, fine = ask("GET", ROOT .. "contacts/101")
    assert.same({ 200, "application/json;charset=utf-8" }, { status, fine["content-type"] })
    assert.matches("^%x+%-", fine["x-hubspot-correlation-id"])
  end)

  it("logs what was asked, and never the token", function()
    ask("PUT", LINK, { given.spec(279) })
    ask("GET", LINK .. "?after=x")
    local log = portal:log()
    assert.equal(2, #log)
    assert.same({ "PUT", LINK, 201 }, { log[1].method, log[1].path, log[1].status })
    assert.same({ given.spec(279) }, given.json.decode(log[1].body))
    assert.equal("application/json", log[1].headers["content-type"])
    assert.equal(LINK .. "?after=x", log[2].path)
    for _, entry in ipairs(log) do
      assert.is_nil(entry.headers.authorization)
      for _, value in pairs(entry.headers) do assert.is_nil(value:find(portal.token, 1, true)) end
    end
    portal:clear_log()
    assert.same({}, portal:log())
  end)

  it("answers 404, 405 and 415 for an unknown route, method and content type", function()
    assert.equal(404, (ask("GET", "/crm/nothing/here/at/all")))
    assert.equal(405, (ask("PATCH", LINK)))
    assert.equal(415, (ask("PUT", LINK, "[]", { ["content-type"] = "text/plain" })))
  end)

  it("bounds what it reads: 414 for a long path, 413 for a long body, an end to long headers", function()
    local status, body = ask("GET", ROOT .. "contacts?properties=" .. ("x"):rep(9000))
    assert.same({ 414, "error" }, { status, body.status })
    status, body = ask("POST", ROOT .. "contacts", (" "):rep((64 << 20) + 1))
    assert.same({ 413, "error" }, { status, body.status })
    status = ask("GET", ROOT .. "contacts", nil, { ["x-long"] = ("x"):rep(70000) })
    assert.is_true(status == nil or status >= 400)
    assert.equal(200, (ask("GET", ROOT .. "contacts")))
  end)

  it("stays up whatever bytes come", function()
    local address, port = portal.url:match "//(.-):(%d+)"
    local pieces = { "GET / HTTP/9.9\r\n\r\n", "\0\1\2\255\r\n\r\n", "POST /crm HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
      "POST /crm HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "GET /%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
      "GET " .. ("/"):rep(300) .. " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", ("A: b\r\n"):rep(2000), "DELETE" }
    for _, bytes in ipairs(pieces) do
      local client = assert(socket.connect(address, tonumber(port)))
      client:settimeout(0.2)
      client:send(bytes)
      client:receive "*a"
      client:close()
    end
    assert.equal(200, (ask("GET", ROOT .. "contacts")))
  end)

  it("closes twice, and refuses work afterwards", function()
    portal:close()
    portal:close()
    local ok, err = pcall(portal.log, portal)
    assert.is_false(ok)
    assert.equal("CLOSED", err.code)
  end)

  it("names what is wrong with its options", function()
    local function code(options) return select(2, pcall(tether.portal, options)).code end
    assert.equal("OPTION_UNKNOWN", code { colour = "red" })
    assert.equal("BAD_ARGUMENT", code { port = 70000 })
    assert.equal("TOKEN_MALFORMED", code { token = "a b" })
    assert.equal("PORT_FAILED", code { port = tonumber(portal.url:match ":(%d+)$") })
    assert.equal("SQL_FAILED", code { path = "/nonexistent/x.db" })
  end)

  it("keeps a file between two runs", function()
    local path = os.tmpname()
    portal:close()
    portal = tether.portal { path = path, token = "mine" }
    portal:seed("contacts", 5)
    portal:close()
    portal = tether.portal { path = path, token = "mine" }
    assert.equal(200, (ask("GET", ROOT .. "contacts/5")))
    os.remove(path)
  end)

  -- A client that speaks no HTTP is refused in the moment in which everything ends: the process crashed now and then.
  it("ends in order while a client is refused", function()
    local script = [[
      local tether = require "tether"
      local portal = tether.portal()
      local hub = tether.connect { token = "x", url = (portal.url:gsub("^http:", "https:")), ca_file = "none.pem",
        retry_for = 0 }
      pcall(hub.get, hub, "contacts", 101)]]
    local path = files.write(script)
    for _ = 1, 40 do assert.is_true(os.execute("lua5.4 " .. path)) end
    os.remove(path)
  end)
end)
