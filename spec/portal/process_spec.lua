-- The portal as a program of its own: killed in the middle of writes, and asked by several clients at once.
local given = require "spec.support.portal"
local socket = require "socket"
local tether = require "tether"

local CREATE = "/crm/associations/2026-03/contacts/companies/batch/create"
local ROWS = 200

-- Starts the command and tells its address, its token and its process.
local function serve(arguments)
  local pipe = assert(io.popen("build/tether portal " .. arguments .. " 2>/dev/null & echo $!; wait"))
  local pid = pipe:read "l"
  local served = given.json.decode(pipe:read "l")
  return { url = served.url, token = served.token, pid = pid, pipe = pipe }
end

local function remove(path)
  for _, suffix in ipairs { "", "-wal", "-shm" } do os.remove(path .. suffix) end
end

-- A batch of links that no other one has.
local function batch(number)
  local inputs = {}
  for i = 1, ROWS do inputs[i] = given.input(i, 1000 + number, 279) end
  return { inputs = inputs }
end

local function seed(portal)
  local lines = {}
  for i = 1, ROWS do lines[i] = ('{"kind":"record","type":"contacts","id":%d}'):format(i) end
  for i = 1001, 9000 do lines[#lines + 1] = ('{"kind":"record","type":"companies","id":%d}'):format(i) end
  portal:seed(table.concat(lines, "\n"))
end

local function contacts_of(portal, company)
  local count = 0
  for _ in pairs(given.links(portal, "companies", company, "contacts")) do count = count + 1 end
  return count
end

describe("the portal's process", function()
  it("keeps what it has answered, and no half of a request, when it is killed in the middle of writes", function()
    local path = os.tmpname()
    local first = tether.portal { path = path }
    seed(first)
    first:close()
    local written = 0
    for round = 1, 3 do
      local served = serve("--db " .. path)
      os.execute(("(sleep 0.%d; kill -9 %s) &"):format(2 + round, served.pid))
      while given.ask(served, "POST", CREATE, batch(written + 1)) == 201 do written = written + 1 end
      served.pipe:close()
      local again <close> = tether.portal { path = path }
      for number = 1, written do assert.equal(ROWS, contacts_of(again, 1000 + number)) end
      local last = contacts_of(again, 1000 + written + 1) -- applied as a whole before the answer, or not at all
      assert(last == 0 or last == ROWS, last)
      if last == ROWS then written = written + 1 end
    end
    assert.is_true(written > 3)
    remove(path)
  end)

  it("answers several clients at once, each with its own", function()
    local portal <close> = given.open()
    seed(portal)
    local clients = {}
    local address, port = portal.url:match "//(.-):(%d+)"
    for i = 1, 24 do
      local body = given.json.encode(batch(i))
      clients[i] = assert(socket.connect(address, tonumber(port)))
      clients[i]:settimeout(20)
      assert(clients[i]:send(("POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n" ..
        "Connection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"):format(CREATE,
        portal.token, #body, body)))
    end
    for i = 1, 24 do
      local text = assert(clients[i]:receive "*a")
      local answer = given.json.decode(text:match "\r\n\r\n(.*)$")
      assert.same({ ROWS, 1000 + i, 1000 + i }, { #answer.results, answer.results[1].toObjectId,
        answer.results[ROWS].toObjectId })
      clients[i]:close()
    end
    for i = 1, 24 do assert.equal(ROWS, contacts_of(portal, 1000 + i)) end
    assert.equal(24 * ROWS, portal:counters().linked)
  end)

  it("begins with the account of a file, and leaves it in one", function()
    local before, after = os.tmpname(), os.tmpname()
    local file <close> = assert(io.open(before, "w"))
    file:write '{"kind":"record","type":"contacts","id":"7","properties":{"email":"j@example.com"}}\n'
    file:flush()
    local served = serve(("--seed %s --dump %s --host 127.0.0.2 --set page=3"):format(before, after))
    assert.matches("^http://127%.0%.0%.2:", served.url)
    assert.equal(200, (given.ask(served, "GET", "/crm/objects/2026-03/contacts/7")))
    os.execute("kill " .. served.pid)
    served.pipe:close()
    local portal <close> = tether.portal()
    local dump <close> = assert(io.open(after))
    portal:seed(dump:read "a")
    assert.equal(200, (given.ask(portal, "GET", "/crm/objects/2026-03/contacts/j%40example.com?idProperty=email")))
    os.remove(before)
    os.remove(after)
  end)
end)
