local native = require "tether.session.native"
local socket = require "socket"

local TOKEN = "pat-na1-planted-token"

-- A server in this process: as a session never blocks in step(0), both ends can be driven by turns.
local function listen()
  local server = assert(socket.bind("127.0.0.1", 0))
  server:settimeout(2)
  return server, ("http://127.0.0.1:%d"):format(select(2, server:getsockname()))
end

local function settle(session, tries)
  for _ = 1, tries or 400 do
    assert(session:step(5))
    local ticket, answer, err = session:take()
    if ticket then return ticket, answer, err end
  end
  error "nothing settled in time"
end

local function read_request(client)
  client:settimeout(2)
  local head, length = {}, 0
  for line in function() return client:receive "*l" end do
    if line == "" then break end
    head[#head + 1] = line
    length = tonumber(line:lower():match "^content%-length:%s*(%d+)") or length
  end
  return head[1], table.concat(head, "\n"), length > 0 and client:receive(length) or ""
end

local function accept(session, server)
  for _ = 1, 200 do
    session:step(5)
    server:settimeout(0)
    local client = server:accept()
    if client then return client end
  end
  error "no connection came"
end

local function pump(session)
  for _ = 1, 5 do session:step(5) end
end

-- The first request of a session, as the server has it: the connection, request line, head and body.
local function first_request(session, server)
  local client = accept(session, server)
  pump(session)
  return client, read_request(client)
end

describe("a session", function()
  local server, url, session
  before_each(function()
    server, url = listen()
    session = assert(native.open { url = url, token = TOKEN, timeout_ms = 400 })
  end)
  after_each(function()
    session:close()
    server:close()
  end)

  it("sends method, path, token and body, and takes status, body and correlation id", function()
    local ticket = assert(session:submit("POST", "/crm/objects/2026-03/contacts", '{"a":1}'))
    local client, line, head, body = first_request(session, server)
    assert.equal("POST /crm/objects/2026-03/contacts HTTP/1.1", line)
    assert.matches("Authorization: Bearer " .. TOKEN:gsub("%-", "%%-"), head)
    assert.matches("Accept: application/json", head)
    assert.matches("Content%-Type: application/json", head)
    assert.is_nil(head:match "Expect:")
    assert.equal('{"a":1}', body)
    client:send("HTTP/1.1 201 Created\r\nContent-Length: 2\r\nContent-Type: application/json;charset=utf-8\r\n" ..
      "x-hubspot-correlation-id: c-1\r\n\r\n{}")
    local settled, answer = settle(session)
    assert.equal(ticket, settled)
    assert.equal(201, answer.status)
    assert.equal("{}", answer.body)
    assert.equal("c-1", answer.correlation_id)
    assert.equal("application/json;charset=utf-8", answer.content_type)
    client:close()
  end)

  it("says that the body is empty where a method may have one", function()
    session:submit("PUT", "/1")
    local client, _, head = first_request(session, server)
    assert.matches("Content%-Length: 0", head)
    client:close()
  end)

  it("sends a path as it is, and waits for no body where only the head was asked for", function()
    session:submit("HEAD", "/a/../b")
    local client, line = first_request(session, server)
    assert.equal("HEAD /a/../b HTTP/1.1", line)
    client:send "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
    local _, answer = settle(session)
    assert.equal(200, answer.status)
    assert.is_false(answer.broken)
    session:submit("GET", "/b") -- the next one is asked for its body again
    pump(session)
    assert.equal("GET /b HTTP/1.1", (read_request(client)))
    client:send "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue"
    assert.equal("true", select(2, settle(session)).body)
    client:close()
  end)

  it("waits for a connection as long as one may take, and for an answer as long as its lease lasts", function()
    local deaf = assert(socket.bind("127.0.0.1", 0, 0))
    local port = select(2, deaf:getsockname())
    local queue = {} -- who is connected, and is never taken: nobody else is let in
    for i = 1, 3 do
      queue[i] = socket.tcp()
      queue[i]:settimeout(0)
      queue[i]:connect("127.0.0.1", port)
    end
    local patient = { token = TOKEN, timeout_ms = 60000, connect_timeout_ms = 100, retry_for_ms = 1,
      url = "http://127.0.0.1:" .. port }
    local lonely = assert(native.open(patient))
    lonely:submit("GET", "/1")
    assert.equal("HOST_UNREACHABLE", select(3, settle(lonely)).code)
    lonely:close()
    for _, client in ipairs(queue) do client:close() end
    deaf:close()
    patient.url, patient.connect_timeout_ms = url, 60000
    local leased = assert(native.open(patient))
    leased:lease(1000, 10)
    leased:submit("GET", "/1")
    assert.equal("TIMED_OUT", select(3, settle(leased, 1000)).code)
    leased:close()
  end)

  it("takes whatever answers a request that is no operation of the table", function()
    session:submit("GET", "/1")
    local client = first_request(session, server)
    client:send "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue"
    local _, answer = settle(session)
    assert.same({ "true", 1, false }, { answer.body, answer.attempts, answer.broken })
    client:close()
  end)

  it("sends requests side by side, also while the first has no answer", function()
    session:submit("GET", "/1")
    session:submit("GET", "/2")
    local first, second = accept(session, server), accept(session, server)
    pump(session)
    local seen = { (read_request(first)), (read_request(second)) }
    table.sort(seen)
    assert.same({ "GET /1 HTTP/1.1", "GET /2 HTTP/1.1" }, seen)
    first:close()
    second:close()
  end)

  it("keeps the connection for the next request", function()
    session:submit("GET", "/1")
    local client = accept(session, server)
    for n = 1, 2 do
      pump(session)
      assert.equal(("GET /%d HTTP/1.1"):format(n), (read_request(client)))
      client:send "HTTP/1.1 204 No Content\r\n\r\n"
      local _, answer = settle(session)
      assert.equal(204, answer.status)
      session:recycle(answer)
      assert.has_error(function() return answer.status end)
      if n == 1 then session:submit("GET", "/2") end
    end
    client:close()
  end)

  it("settles a slow answer as TIMED_OUT, a lost one as CONNECTION_LOST, without the token in the text", function()
    session:submit("GET", "/slow")
    local client = accept(session, server)
    local _, answer, err = settle(session)
    assert.is_nil(answer)
    assert.equal("TIMED_OUT", err.code)
    assert.is_nil(err.message:find(TOKEN, 1, true))
    client:close()
    session:submit("GET", "/lost")
    client = first_request(session, server)
    client:close()
    _, answer, err = settle(session)
    assert.is_nil(answer)
    assert.equal("CONNECTION_LOST", err.code)
  end)

  it("settles a cancelled request once, and frees what is in flight when closed", function()
    local first = assert(session:submit("GET", "/1"))
    session:submit("GET", "/2")
    session:step(5)
    assert.is_true(session:cancel(first))
    assert.is_false(session:cancel(first))
    local ticket, _, err = session:take()
    assert.equal(first, ticket)
    assert.equal("CANCELLED", err.code)
    assert.equal(1, session:under_way())
    session:close()
    session:close()
    assert.has_error(function() session:step(0) end)
  end)

  it("queues beyond its concurrency and has one descriptor that a foreign loop can wait for", function()
    local narrow = assert(native.open { url = url, token = TOKEN, concurrency = 1 })
    narrow:submit("GET", "/1")
    narrow:submit("GET", "/2")
    assert.is_true(narrow:fd() > 2)
    assert.is_true(narrow:timeout() >= 0)
    local client = accept(narrow, server)
    pump(narrow)
    assert.equal("GET /1 HTTP/1.1", (read_request(client)))
    client:settimeout(0)
    assert.is_nil((client:receive "*l"))
    narrow:close()
    client:close()
  end)
end)

describe("a session refuses before anything is sent", function()
  local cases = {
    { "no token", { url = "https://api.hubapi.com" }, "TOKEN_MISSING" },
    { "a token with a line break", { url = "https://api.hubapi.com", token = "pat\n" }, "TOKEN_MALFORMED" },
    { "plain http beyond loopback", { url = "http://api.hubapi.com", token = "t" }, "URL_BAD" },
    { "a url with a path", { url = "https://api.hubapi.com/crm", token = "t" }, "URL_BAD" },
    { "a url with a user", { url = "https://u:p@api.hubapi.com", token = "t" }, "URL_BAD" },
    { "no url", { token = "t" }, "URL_BAD" },
    { "a name that only begins like loopback", { url = "http://127.evil.example", token = "t" }, "URL_BAD" },
    { "a url with a query", { url = "https://h/?x=1", token = "t" }, "URL_BAD" },
    { "a url with a fragment", { url = "https://h#f", token = "t" }, "URL_BAD" },
  }
  for _, case in ipairs(cases) do
    it(case[1], function()
      local session, err = native.open(case[2])
      assert.is_nil(session)
      assert.equal(case[3], err.code)
      assert.is_true(#err.hint > 10)
    end)
  end

  it("and shows no password that stands in the url", function()
    local _, err = native.open { url = "https://u:secret@h:bad", token = "t" }
    assert.equal("URL_BAD", err.code)
    assert.is_nil(err.message:find("secret", 1, true))
  end)

  it("and no text that is cut by a NUL", function()
    local ok, message = pcall(native.open, { url = "https://h", token = "abc\0def" })
    assert.is_false(ok)
    assert.matches("token has a NUL byte in it", message)
  end)

  it("and names an unreachable host", function()
    local session = assert(native.open { url = "http://127.0.0.1:1", token = TOKEN })
    session:submit("GET", "/")
    local _, _, err = settle(session)
    assert.equal("HOST_UNREACHABLE", err.code)
    assert.matches("127.0.0.1:1", err.message)
    session:close()
  end)
end)

describe("a session on loopback", function()
  it("never goes through a proxy, which would read the token", function()
    local proxy, proxy_url = listen()
    local script = ([[
      local native = require "tether.session.native"
      local session = native.open { url = "http://127.0.0.1:1", token = %q }
      session:submit("GET", "/")
      local _, _, err
      while not err do session:step(); _, _, err = session:take() end
      print(err.code)]]):format(TOKEN)
    local pipe = io.popen(("http_proxy=%s all_proxy=%s lua5.4 -e '%s'"):format(proxy_url, proxy_url, script))
    assert.equal("HOST_UNREACHABLE\n", pipe:read "a")
    pipe:close()
    proxy:settimeout(0)
    assert.is_nil((proxy:accept()))
    proxy:close()
  end)
end)
