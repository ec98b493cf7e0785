-- The request log as it grows: one answer that never ends.
local given = require "spec.support.portal"
local process = require "spec.support.process"
local socket = require "socket"

describe("the live log", function()
  local portal, address, port
  before_each(function()
    portal = given.open { admin = true }
    address, port = portal.url:match "//(.-):(%d+)"
  end)
  after_each(function() portal:close() end)

  -- A client that reads line by line what is chunked.
  local function watch(query)
    local client = assert(socket.connect(address, tonumber(port)))
    client:settimeout(30)
    client:send(("GET /portal/log/live%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n"):format(query or "",
      address, portal.token))
    local self = { client = client, text = "", headers = {} }
    self.status = tonumber(client:receive "*l":match "^HTTP/1.1 (%d+)")
    repeat
      local line = client:receive "*l"
      local name, value = (line or ""):match "^(.-): (.*)$"
      if name then self.headers[name:lower()] = value end
    until line == "" or not line
    function self.line()
      while true do
        local line, rest = self.text:match "^([^\n]*)\n(.*)$"
        if line then
          self.text = rest
          if line ~= "" then return given.json.decode(line) end
        else
          local size = tonumber(client:receive "*l" or "0", 16)
          if not size or size == 0 then return nil end
          self.text = self.text .. assert(client:receive(size))
          client:receive(2)
        end
      end
    end
    return self
  end

  local function get(id) return given.ask(portal, "GET", "/crm/objects/2026-03/contacts/" .. id) end

  it("begins with what the log has, and goes on as requests come", function()
    get(101)
    local watcher = watch()
    assert.equal(200, watcher.status)
    assert.equal("application/x-ndjson", watcher.headers["content-type"])
    assert.equal("nosniff", watcher.headers["x-content-type-options"])
    local first = watcher.line()
    assert.same({ 1, "GET", "record_get", 200, "/crm/objects/2026-03/contacts/101", false },
      { first.number, first.method, first.operation, first.status, first.path, first.fault })
    portal:fault { status = 503, times = 1 }
    get(102)
    local second = watcher.line()
    assert.same({ 2, 503, true }, { second.number, second.status, second.fault })
    watcher.client:close()
    local later = watch "?after=1"
    assert.equal(2, later.line().number)
    later.client:close()
  end)

  it("tells bodies without tokens, cut when they are long", function()
    given.ask(portal, "POST", "/crm/objects/2026-03/contacts",
      { properties = { firstname = portal.token, text = ("é"):rep(2000) } })
    local watcher = watch()
    local entry = watcher.line()
    assert.is_true(#entry.body <= 1000)
    assert.is_true(entry.bytes > 4000)
    assert.is_nil(entry.body:find(portal.token, 1, true))
    watcher.client:close()
  end)

  it("skips what it could not tell in time, says how much, and holds no more memory for it", function()
    local watcher = watch()
    get(101)
    assert.equal(1, watcher.line().number)
    local function resident()
      local file <close> = assert(io.open "/proc/self/status")
      return tonumber(file:read("a"):match "VmRSS:%s+(%d+)")
    end
    local big = { properties = { text = ("x"):rep(3000) } }
    for _ = 1, 1500 do given.ask(portal, "POST", "/crm/objects/2026-03/contacts/search", big) end
    collectgarbage()
    local before = resident()
    for _ = 1, 6000 do given.ask(portal, "POST", "/crm/objects/2026-03/contacts/search", big) end
    collectgarbage()
    local sanitized = process.interpreter():match "/san/" -- which keeps what was freed
    assert.is_true(sanitized ~= nil or resident() - before < 24 << 10, ("%d kB more"):format(resident() - before))
    local told, skipped, last = 1, 0, 1
    while last < 7501 do
      local line = watcher.line()
      if line.skipped then skipped = skipped + line.skipped else told, last = told + 1, line.number end
    end
    assert.is_true(skipped > 0)
    assert.equal(7501, told + skipped)
    watcher.client:close()
  end)

  it("keeps up with a client that reads", function()
    local watcher, numbers = watch(), 0
    for _ = 1, 20 do
      for _ = 1, 100 do get(101) end
      while numbers < portal:counters().requests do
        local line = watcher.line()
        assert.equal(numbers + 1, line.number)
        numbers = line.number
      end
    end
    watcher.client:close()
  end)

  it("has room for eight watchers, and for another one when one has gone", function()
    local watchers = {}
    for i = 1, 8 do watchers[i] = watch() end
    assert.equal(503, watch().status)
    watchers[1].client:close()
    process.wait_until(function()
      get(101) -- what is written to a client that has gone ends it
      local another = watch()
      another.client:close()
      return another.status == 200
    end, "room for another watcher")
    for i = 2, 8 do watchers[i].client:close() end
  end)

  it("ends with the portal, at once", function()
    local watcher = watch()
    get(101)
    watcher.line()
    local begun = socket.gettime()
    portal:close()
    assert.is_true(socket.gettime() - begun < 4)
    assert.is_nil(watcher.line())
    watcher.client:close()
  end)
end)
