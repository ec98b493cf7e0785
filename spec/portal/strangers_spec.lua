-- Who must not get anything from the portal, or keep others from it: harmless requests of strangers' kinds.
local given = require "spec.support.portal"
local process = require "spec.support.process"
local socket = require "socket"

local GET = "/crm/objects/2026-03/contacts/101"
local CREATE = "/crm/associations/2026-03/contacts/companies/batch/create"

describe("strangers", function()
  local portal, address, port
  local function ask(...) return given.ask(portal, ...) end
  before_each(function()
    portal = given.open { admin = true }
    address, port = portal.url:match "//(.-):(%d+)"
  end)
  after_each(function() portal:close() end)

  -- Sends bytes as they are, and reads until the portal closes; answers the status.
  local function raw(head, body)
    local client = assert(socket.connect(address, tonumber(port)))
    client:settimeout(60)
    client:send(head .. "Connection: close\r\n\r\n" .. (body or ""))
    local whole, _, part = client:receive "*a"
    local text = whole or part
    client:close()
    return tonumber(text:match "^HTTP/1.1 (%d+)"), text
  end

  local function request(method, path, ...)
    local lines = { ("%s %s HTTP/1.1"):format(method, path), "Authorization: Bearer " .. portal.token, ... }
    return table.concat(lines, "\r\n") .. "\r\n"
  end

  it("are told that they lack a token whatever their body holds, and none of it is kept", function()
    local body = ("x"):rep(8 << 20)
    local function resident()
      local file <close> = assert(io.open "/proc/self/status")
      return tonumber(file:read("a"):match "VmRSS:%s+(%d+)")
    end
    local before = resident()
    local clients = {}
    for i = 1, 12 do
      clients[i] = assert(socket.connect(address, tonumber(port)))
      clients[i]:settimeout(60)
      assert(clients[i]:send(("POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\nConnection: close\r\n" ..
        "Content-Type: application/json\r\n\r\n"):format(CREATE, #body)))
      assert(clients[i]:send(body:sub(1, -2))) -- all but a byte: what is kept is kept now
    end
    local grown = resident() - before
    for _, client in ipairs(clients) do
      client:send "x"
      assert.matches("^HTTP/1.1 401", client:receive "*a")
      client:close()
    end
    local sanitized = process.interpreter():match "/san/" -- which keeps what was freed
    assert.is_true(sanitized ~= nil or grown < 60 << 10, grown .. " kB") -- 96 MB were sent
    assert.equal(12, portal:counters().requests)
  end)

  it("cannot fill the memory together, even with a token: what is too much is refused, others are served", function()
    local piece, clients, refused = ("x"):rep(1 << 20), {}, 0
    for i = 1, 5 do -- 5 times 60 MB, of which 256 may be held
      clients[i] = assert(socket.connect(address, tonumber(port)))
      clients[i]:settimeout(60)
      assert(clients[i]:send(request("POST", CREATE, "Host: 127.0.0.1", "Content-Type: application/json",
        "Content-Length: " .. (60 << 20), "Connection: close") .. "\r\n"))
      for _ = 1, 59 do assert(clients[i]:send(piece)) end
    end
    assert.equal(200, (ask("GET", GET)))
    for _, client in ipairs(clients) do
      assert(client:send(piece))
      local status = client:receive("*a"):match "^HTTP/1.1 (%d+)"
      refused = refused + (status == "413" and 1 or 0)
      client:close()
    end
    assert.is_true(refused >= 1)
  end)

  it("cannot have a page's own name lead here: Host is an address, this machine, or HubSpot's", function()
    for _, host in ipairs { "127.0.0.1:" .. port, "127.0.0.1", "localhost:" .. port, "LOCALHOST", "api.localhost",
      "[::1]:" .. port, "api.hubapi.com", "10.1.2.3" } do
      assert.equal(200, (raw(request("GET", GET, "Host: " .. host))), host)
    end
    for _, host in ipairs { "evil.example:" .. port, "evil.example", "portal", "localhost.evil.example",
      "127.0.0.1.evil.example", "hubapi.com.evil.example", "", "127.0.0.1:1.evil.example", "localhost:", "[::1]x" } do
      assert.equal(403, (raw(request("GET", GET, "Host: " .. host))), host)
      assert.equal(403, (raw(request("GET", "/portal/state", "Host: " .. host))), host)
    end
    assert.equal(400, (raw(request("GET", GET, "Host: 127.0.0.1", "Host: evil.example"))))
  end)

  it("cannot have a name lead here that was not allowed; one that was is served, as are its pages", function()
    portal:close()
    portal = given.open { admin = true, allow_hosts = { "portal", "hubspot.test" } }
    address, port = portal.url:match "//(.-):(%d+)"
    for _, host in ipairs { "portal", "PORTAL:" .. port, "hubspot.test:" .. port, "127.0.0.1" } do
      assert.equal(200, (raw(request("GET", GET, "Host: " .. host, "Origin: http://" .. host))), host)
    end
    for _, host in ipairs { "porta", "portal.evil.example", "evil.test", "hubspot.test.evil.example",
      "portal,hubspot.test", ",", "" } do
      assert.equal(403, (raw(request("GET", GET, "Host: " .. host))), host)
    end
    assert.equal(403, (raw(request("GET", GET, "Host: portal", "Origin: http://evil.example"))))
    for _, name in ipairs { "a:80", "a b", "a,b", "", "http://a", 7 } do
      local ok, err = pcall(given.open, { allow_hosts = { name } })
      assert.is_false(ok)
      assert.equal("BAD_ARGUMENT", err.code)
    end
  end)

  it("are none that call the command's portal by a name of --allow-host", function()
    local served = process.background "build/tether portal --allow-host one.test --allow-host two.test"
    local told = given.json.decode(served:printed "(%b{})")
    served:printed "ready"
    address, port = told.url:match "//(.-):(%d+)"
    for host, status in pairs { ["one.test"] = 200, ["two.test"] = 200, ["three.test"] = 403 } do
      assert.equal(status, (raw(("GET /crm/objects/2026-03/contacts HTTP/1.1\r\nAuthorization: Bearer %s\r\n" ..
        "Host: %s\r\n"):format(told.token, host))))
    end
    served:signal "TERM"
    served:finish()
  end)

  it("cannot read or write from a page of another origin", function()
    local own = "127.0.0.1:" .. port
    assert.equal(200, (raw(request("GET", GET, "Host: " .. own, "Origin: http://" .. own))))
    for _, origin in ipairs { "http://evil.example", "http://127.0.0.1:1", "null", "https://" } do
      assert.equal(403, (raw(request("GET", GET, "Host: " .. own, "Origin: " .. origin))), origin)
      assert.equal(403, (raw(request("POST", "/portal/state", "Host: " .. own, "Origin: " .. origin,
        "Content-Type: application/json", "Content-Length: 2"), "{}")), origin)
    end
    assert.matches("does not answer pages of", (select(2, raw(request("GET", GET, "Host: " .. own, "Origin: null")))))
  end)

  it("cannot make the log unreadable by bytes that are no UTF-8", function()
    raw(request("GET", GET .. "?x=\xFF\xFEa", "Host: 127.0.0.1", "X-Odd: \xE9"))
    raw(request("POST", CREATE, "Host: 127.0.0.1", "Content-Type: application/json", "Content-Length: 3"), "\xFF{}")
    local status, log = ask("GET", "/portal/log")
    assert.equal(200, status)
    local entries = {}
    for line in log:gmatch "[^\n]+" do entries[#entries + 1] = given.json.decode(line) end
    assert.equal(2, #entries)
    assert.equal(GET .. "?x=%FF%FEa", entries[1].path)
    assert.equal(GET .. "?x=%FF%FEa", portal:log()[1].path)
    assert.equal("%E9", portal:log()[1].headers["x-odd"])
  end)

  it("may send 48 headers, and hear of it when there are more", function()
    local lines = { "Host: 127.0.0.1" }
    for i = 3, 47 do lines[#lines + 1] = ("X-%d: v"):format(i) end -- with Authorization and Connection: 48
    assert.equal(200, (raw(request("GET", GET, table.unpack(lines)))))
    lines[#lines + 1] = "X-49: v"
    local status, text = raw(request("GET", GET, table.unpack(lines)))
    assert.equal(431, status)
    assert.matches("More than 48 headers", text)
  end)

  it("may leave blanks behind a header's value", function()
    assert.equal(200, (raw(("GET %s HTTP/1.1\r\nHost: 127.0.0.1  \r\nAuthorization: Bearer %s \t \r\n"):format(GET,
      portal.token))))
    assert.equal(201, (raw(request("POST", "/crm/objects/2026-03/contacts", "Host: 127.0.0.1",
      "Content-Type: application/json ", "Content-Length: 32"), '{"properties":{"firstname":"A"}}')))
  end)

  it("are refused when their headers contradict each other about the body, or name an unknown coding", function()
    for _, headers in ipairs { { "Content-Length: 2", "Transfer-Encoding: chunked" }, { "Transfer-Encoding: gzip" },
      { "Content-Length: 2", "Content-Length: 3" }, { "Content-Length: 2x" } } do
      local status = raw(request("POST", CREATE, "Host: 127.0.0.1", "Content-Type: application/json",
        table.unpack(headers)), "{}")
      assert.equal(400, status, table.concat(headers, ", "))
    end
  end)

  it("are warned of when all addresses are listened on, and the address that is told works", function()
    local served = process.background "build/tether portal --port 0 --host 0.0.0.0"
    local url = served:printed '"url":"(.-)"':gsub("\\", "")
    assert.matches("^http://127.0.0.1:%d+$", url)
    assert.matches("every address", served:output())
    assert.equal(401, (given.ask({ url = url, token = "x" }, "GET", GET)))
    local status = given.ask({ url = url, token = "x" }, "GET", GET, nil, { host = "portal:8080" })
    assert.equal(401, status) -- another container's name for this one
    assert.equal(403, (given.ask({ url = url, token = "x" }, "GET", GET, nil, { host = "evil.example" })))
    served:signal "INT"
    assert.equal(130, (served:finish()))
  end)
end)
