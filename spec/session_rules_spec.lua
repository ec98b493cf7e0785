-- Rules of sending, one by one, against a server that is driven by hand: what may be sent twice, what goes first, what
-- holds whom back, and what is shown of it.
local files = require "spec.support.files"
local native = require "tether.session.native"
local socket = require "socket"

local TOKEN = "planted-token-of-no-region"

describe("a session that is driven by hand", function()
  local server, url, session, clients
  before_each(function()
    server = assert(socket.bind("127.0.0.1", 0))
    server:settimeout(0)
    url, clients = ("http://127.0.0.1:%d"):format(select(2, server:getsockname())), {}
  end)
  after_each(function()
    session:close()
    for client in pairs(clients) do client:close() end
    server:close()
  end)

  local function open(options)
    local given = { url = url, token = TOKEN, timeout_ms = 3000, retry_for_ms = 3000, retry_pause_ms = 20 }
    for name, value in pairs(options or {}) do given[name] = value or nil end
    session = assert(native.open(given))
  end

  local function body_of(status, body, head)
    return ("HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s"):format(status, #body, head or "", body)
  end

  -- What has come since: reads whole requests, and answers each as `answer(path, method, head, body)` says; false: the
  -- connection is closed, nothing: the client waits.
  local function serve(answer)
    local client = server:accept()
    if client then clients[client] = "" end
    for known, before in pairs(clients) do
      known:settimeout(0)
      local all, problem, part = known:receive "*a"
      local text = before .. (all or part or "")
      local head, rest = text:match "^(.-\r\n)\r\n(.*)$"
      local length = head and tonumber(head:lower():match "content%-length:%s*(%d+)") or 0
      clients[known] = text
      if head and #rest >= length then
        local method, path = head:match "^(%S+) (%S+)"
        clients[known] = ""
        local said = answer(path, method, head, rest)
        if said then known:send(said) end
        if said == false then problem = "closed" end
      end
      if problem == "closed" then
        known:close()
        clients[known] = nil
      end
    end
  end

  -- Goes on until so many requests are settled, or for so long; answers them in that order.
  local function settle(count, answer, seconds)
    local found, last = {}, socket.gettime() + (seconds or 5)
    while #found < count and socket.gettime() < last do
      assert(session:step(2))
      serve(answer)
      local ticket, settled, err = session:take()
      if ticket then found[#found + 1] = { ticket = ticket, answer = settled, err = err } end
    end
    return found
  end

  -- Goes on until something has happened, whatever the machine does meanwhile.
  local function until_(happened, answer)
    local last = socket.gettime() + 20
    while not happened() do
      assert(socket.gettime() < last, "it did not happen")
      assert(session:step(2))
      serve(answer)
    end
  end

  it("refuses a path with a blank or a line's end in it, before anything is sent", function()
    open()
    for _, path in ipairs { "/a b", "/a\r", "/a\nX:1", "a", "" } do
      local ticket, err = session:submit("GET", path)
      assert.is_nil(ticket)
      assert.equal("BAD_ARGUMENT", err.code)
    end
  end)

  it("refuses a number that is beyond all use, and knows no region but the token's", function()
    open()
    assert.is_nil(session:region())
    session:close()
    open { token = "pat-eu1-x" }
    assert.equal("eu1", session:region())
    for _, number in ipairs { -1, 1 << 31, math.maxinteger } do
      assert.is_false(pcall(native.open, { url = url, token = TOKEN, timeout_ms = number }))
    end
  end)

  for method, repeated in pairs { GET = true, HEAD = true, PUT = true, DELETE = true, POST = false, PATCH = false } do
    it(("sends %s %s when the connection is lost"):format(method, repeated and "again" or "once"), function()
      open()
      local seen = 0
      session:submit(method, "/unknown", nil)
      local one = settle(1, function()
        seen = seen + 1
        return seen > 1 and "HTTP/1.1 204 No Content\r\n\r\n"
      end)[1]
      assert.equal(repeated and 2 or 1, seen)
      assert.equal(repeated and 204 or nil, one.answer and one.answer.status)
      if not repeated then assert.is_true(one.err.in_doubt) end
    end)
  end

  it("reads again what is answered with success and no body, unless that is what success looks like", function()
    open()
    local seen = 0
    session:submit("GET", "/crm/objects/2026-03/contacts/1", nil, "record_get")
    local one = settle(1, function()
      seen = seen + 1
      return body_of("200 OK", seen == 1 and "" or "{}")
    end)[1]
    assert.same({ 2, "{}" }, { seen, one.answer.body })
    session:submit("DELETE", "/crm/objects/2026-03/contacts/1", nil, "record_archive")
    one = settle(1, function() return "HTTP/1.1 204 No Content\r\n\r\n" end)[1]
    assert.same({ 204, 1 }, { one.answer.status, one.answer.attempts })
  end)

  it("sends again first what is due first", function()
    open { retry_for_ms = 60000 }
    session:submit("GET", "/late")
    local failed, order = {}, {}
    local function answer(path)
      if failed[path] then
        order[#order + 1] = path
        return body_of("200 OK", "{}")
      end
      failed[path] = true
      return body_of("503 Down", "", path == "/late" and "Retry-After: 30\r\n" or "")
    end
    until_(function() return failed["/late"] end, answer)
    local second = session:submit("GET", "/soon")
    local found = settle(1, answer, 15)
    assert.equal(second, found[1] and found[1].ticket)
    assert.same({ "/soon" }, order)
  end)

  it("hides its token in what is refused with any status, and leaves data as they are", function()
    open()
    for status, hidden in pairs { [200] = false, [400] = true, [404] = true, [422] = true } do
      session:submit("GET", "/x")
      local one = settle(1, function() return body_of(status .. " X", '{"message":"' .. TOKEN .. '"}') end)[1]
      assert.equal(not hidden, one.answer.body:find(TOKEN, 1, true) ~= nil)
    end
  end)

  it("asks for another token once for each request, however often it is refused", function()
    open { by_host = true }
    session:submit("GET", "/x")
    local asked, seen = 0, 0
    local one
    for _ = 1, 500 do
      assert(session:step(2))
      serve(function()
        seen = seen + 1
        return body_of("401 No", "{}")
      end)
      if session:wants_token() then
        asked = asked + 1
        if asked > 3 then break end
        assert(session:renew("another-token-" .. asked))
      end
      local ticket, answer = session:take()
      if ticket then
        one = answer
        break
      end
    end
    assert.same({ 1, 2, 401 }, { asked, seen, one and one.status })
  end)

  it("asks for no other token when it knocks without one", function()
    open { by_host = true }
    session:knock("GET", "/x")
    local one = settle(1, function(_, _, head)
      assert.is_nil(head:find "Authorization")
      return body_of("401 No", "{}")
    end)[1]
    assert.equal(401, one and one.answer.status)
    assert.is_false(session:wants_token())
  end)

  it("has a connection for each request that may be under way", function()
    open { concurrency = 1 }
    for i = 1, 3 do session:submit("GET", "/" .. i) end -- two places are for single calls
    local seen = 0
    until_(function() return seen == 3 end, function() seen = seen + 1 end)
  end)

  it("says of a success that is cut off that it is broken", function()
    open { retry_for_ms = 1 }
    for body, broken in pairs { ['{"id":"1"'] = true, ['{"id":"1"}'] = false } do
      session:submit("POST", "/crm/objects/2026-03/contacts", '{"properties":{}}', "record_create")
      local one = settle(1, function() return body_of("201 Created", body) end)[1]
      assert.same({ 201, broken }, { one.answer.status, one.answer.broken })
    end
  end)

  it("pauses before it asks again for a token that a limit refused", function()
    open { client_id = "app", client_secret = "the secret", refresh_token = "the-refresh-token",
      oauth_path = "/oauth/token", token = false, retry_pause_ms = 800, retry_for_ms = 9000 }
    session:submit("GET", "/x")
    local times = {}
    local one = settle(1, function(path)
      if path == "/x" then return body_of("200 OK", "{}") end
      times[#times + 1] = socket.gettime()
      if #times == 1 then return body_of("429 No", "{}") end
      return body_of("200 OK", '{"access_token":"another-token","expires_in":1800}')
    end)[1]
    assert.equal(200, one.answer.status)
    assert.equal(2, #times)
    assert.is_true(times[2] - times[1] > 0.35, times[2] - times[1])
  end)

  it("does not wait for the network while it waits for a token", function()
    open { by_host = true, token = false }
    session:submit("GET", "/x")
    local began = socket.gettime()
    assert(session:step(30000))
    assert.is_true(session:wants_token())
    assert.is_true(socket.gettime() - began < 20)
  end)

  it("fails with the token those that wait for it, be it in a lane or in a pause", function()
    open { by_host = true, retry_pause_ms = 20000, retry_for_ms = 60000 }
    session:listen("retry", true)
    local paused = session:submit("GET", "/paused")
    until_(function() return session:event() end, function() return body_of("503 Down", "") end)
    local refused = session:submit("GET", "/refused")
    until_(function() return session:wants_token() end, function() return body_of("401 No", "{}") end)
    session:refuse "no other token"
    local found = {}
    for _ = 1, 2 do
      local ticket, _, err = session:take()
      found[ticket or 0] = err and err.code
    end
    assert.same({ [paused] = "UNAUTHENTICATED", [refused] = "UNAUTHENTICATED" }, found)
  end)

  it("leaves its connection to no program that is started meanwhile", function()
    open()
    session:submit("GET", "/x")
    until_(function() return next(clients) end, function() end)
    local _, port = next(clients):getpeername()
    local inode -- of the end that is the session's
    for line in io.lines "/proc/net/tcp" do
      local fields = {}
      for field in line:gmatch "%S+" do fields[#fields + 1] = field end
      if fields[2] == ("0100007F:%04X"):format(port) and fields[4] == "01" then inode = fields[10] end
    end
    local function is_in(process)
      local pipe <close> = io.popen("ls -l /proc/" .. process .. "/fd")
      return pipe:read "a":find("socket:[" .. inode .. "]", 1, true) ~= nil
    end
    assert.is_true(is_in "$PPID")
    assert.is_false(is_in "self")
  end)

  it("says of what is given up under way whether it may have been done", function()
    open()
    for method, doubt in pairs { GET = false, POST = true, PUT = true } do
      local ticket, seen = session:submit(method, "/x"), false
      until_(function() return seen end, function() seen = true end)
      assert.is_true(session:cancel(ticket))
      local _, _, err = session:take()
      assert.same({ "CANCELLED", doubt or nil }, { err.code, err.in_doubt or nil })
    end
  end)

  it("says of a refusal whether what was asked for may have been done", function()
    open { retry_for_ms = 1 }
    for _, case in ipairs { { "POST", "503 Down", true }, { "POST", "500 Down", true }, { "GET", "503 Down", false },
      { "POST", "400 No", false }, { "POST", "404 No", false }, { "POST", "200 OK", false } } do
      session:submit(case[1], "/x")
      local one = settle(1, function() return body_of(case[2], "{}") end)[1]
      assert.equal(case[3], one.answer.in_doubt, case[2])
    end
  end)

  it("tells of a pause that is longer than a request may take, and waits for a shorter one", function()
    open()
    local seen = 0
    session:submit("GET", "/x")
    local long = settle(1, function()
      seen = seen + 1
      return body_of("429 No", "{}", "Retry-After: 100\r\n")
    end)
    session:submit("GET", "/x")
    long[2] = settle(1, function() seen = seen + 1 end)[1]
    assert.equal(1, seen)
    assert.equal("RATE_LIMITED", long[2] and long[2].err.code)
    assert.matches("seconds of it are left: not sent", long[2].err.message)
  end)

  it("keeps places for single calls, and one for batches, whoever came first", function()
    open { concurrency = 4 }
    local seen = { single = 0, bulk = 0 }
    local function hold(path) seen[path:sub(2)] = seen[path:sub(2)] + 1 end
    for _ = 1, 20 do session:submit("GET", "/bulk", nil, nil, "bulk") end
    until_(function() return seen.bulk == 4 end, hold)
    for _ = 1, 20 do session:submit("GET", "/single") end
    until_(function() return seen.single > 0 end, hold)
    settle(1, hold, 0.1)
    assert.equal(4, seen.bulk)
  end)

  it("lets a batch go as soon as one of many single calls has ended", function()
    open { concurrency = 4 }
    local seen = { single = 0, bulk = 0 }
    local function hold(path) seen[path:sub(2)] = seen[path:sub(2)] + 1 end
    for _ = 1, 20 do session:submit("GET", "/single") end
    session:submit("GET", "/bulk", nil, nil, "bulk")
    until_(function() return seen.single > 4 end, hold)
    next(clients):send(body_of("200 OK", "{}"))
    until_(function() return seen.bulk == 1 end, hold)
    assert.is_true(seen.single < 20)
  end)

  it("counts each refusal by a limit", function()
    open()
    local seen = 0
    session:submit("GET", "/x")
    settle(1, function()
      seen = seen + 1
      return body_of(seen < 3 and "429 No" or "200 OK", '{"policyName":"SECONDLY"}', "Retry-After: 0\r\n")
    end)
    assert.same({ 3, 2 }, { seen, session:stats().rate_limited })
  end)

  it("knows whose quota it is by what lasts: the refresh token, not the token of the hour", function()
    local folder = files.folder()
    os.execute("chmod 700 " .. folder)
    local function quotas(options)
      options.share = folder
      open(options)
      session:submit("GET", "/x")
      settle(1, function() return body_of("200 OK", "{}") end)
      session:close()
      local pipe <close> = io.popen("ls " .. folder .. " | wc -l")
      return tonumber(pipe:read "a")
    end
    local oauth = { client_id = "app", client_secret = "the secret", refresh_token = "the-refresh-token",
      oauth_path = "/oauth/token" }
    local function with(token)
      local given = { token = token }
      for name, value in pairs(oauth) do given[name] = value end
      return given
    end
    local first = quotas(with "token-of-the-hour-1")
    assert.equal(first, quotas(with "token-of-the-hour-2"))
    assert.is_true(quotas { token = "somebody-else-s" } > first)
    files.remove_all()
  end)
end)
