-- Large batch reads are read while they arrive: little is held, nothing is lost, and half an answer leaves nothing.
local files = require "spec.support.files"
local native = require "tether.session.native"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local socket = require "socket"
local tether = require "tether"

local PATH = "/crm/associations/2026-03/0-1/0-2/batch/read"

-- The answer for records from 1 on, with so many links each, of two kinds.
local function answer(records, links, rest)
  local results = {}
  for r = 1, records do
    local to = {}
    for l = 1, links do
      to[l] = ('{"toObjectId":%d,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":279,"label":null}%s]}')
        :format(20000000000 + r * 1000 + l,
          l % 10 == 0 and ',{"category":"USER_DEFINED","typeId":28,"label":"Boss"}' or "")
    end
    results[r] = ('{"from":{"id":"%d"},"to":[%s]%s}'):format(r, table.concat(to, ","),
      r == 7 and ',"paging":{"next":{"after":"more"}}' or "")
  end
  return ('{"status":"COMPLETE","results":[%s],"startedAt":"2026-03-01T10:00:00Z"%s}'):format(
    table.concat(results, ","), rest or "")
end

describe("a large answer", function()
  local RECORDS, LINKS = 40, 1000
  local whole = answer(RECORDS, LINKS)
  local server, session

  before_each(function()
    server = assert(socket.bind("127.0.0.1", 0))
    server:settimeout(2)
    session = assert(native.open { url = ("http://127.0.0.1:%d"):format(select(2, server:getsockname())), token = "t",
      retry_for_ms = 10000, retry_pause_ms = 1 })
  end)
  after_each(function()
    session:close()
    server:close()
  end)

  local function submit(after)
    return assert(session:submit("POST", PATH, '{"inputs":[{"id":"1"}]}', "batch_read", "bulk", after, true))
  end

  -- The next connection with a request on it, whose head has been answered.
  local function accept(status)
    local client
    server:settimeout(0)
    for _ = 1, 400 do
      assert(session:step(5))
      client = server:accept()
      if client then break end
    end
    for _ = 1, 3 do assert(session:step(5)) end
    client:settimeout(0)
    client:send(("HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"):format(status, #whole))
    return client
  end

  -- Sends bytes of the answer while the session takes them.
  local function send(client, first, last)
    while first <= last do
      local done, _, part = client:send(whole, first, last)
      first = (done or part) + 1
      assert(session:step(0))
    end
    for _ = 1, 3 do assert(session:step(5)) end
  end

  local function settle()
    for _ = 1, 400 do
      local ticket, got, err = session:take()
      if ticket then return ticket, got, err end
      assert(session:step(5))
    end
    error "nothing settled in time"
  end

  local function check(got)
    assert.is_true(#got.body < 200, got.body:sub(1, 200))
    local links = tether.links("contacts", "companies")
    local cursors, says_more, held = links:read(got)
    assert.same({ { id = 7, after = "more" } }, cursors)
    assert.is_false(says_more)
    assert.is_true(held < #whole / 4)
    assert.equal(RECORDS * LINKS, #links)
    local row = 0
    for from, to in links:pairs() do
      row = row + 1
      local record, link = (row - 1) // LINKS + 1, (row - 1) % LINKS + 1
      if from ~= record or to ~= 20000000000 + record * 1000 + link then
        error(("row %d is %d, %d"):format(row, from, to))
      end
    end
    assert.same({ "Boss" }, links:row(10).labels)
    assert.has_error(function() links:read(got) end)
    assert.equal(RECORDS * LINKS, #links)
  end

  it("is read as it comes", function()
    assert.is_true(#whole > 3 << 20)
    submit()
    local client = accept "200 OK"
    send(client, 1, #whole)
    local _, got = settle()
    check(got)
    assert.equal(#whole, session:stats().received_bytes)
    client:close()
  end)

  it("leaves nothing of an attempt that was cut off", function()
    submit()
    local client = accept "207 Multi-Status"
    send(client, 1, #whole - 100000)
    client:close()
    local again = accept "207 Multi-Status"
    send(again, 1, #whole)
    local _, got = settle()
    assert.equal(2, got.attempts)
    check(got)
    again:close()
  end)

  it("is refused for what is broken in it, behind what was read", function()
    local fine = whole
    local no_id = fine:gsub('"toObjectId":20000040900', '"toObjectId":"x"      ')
    for _, broken in ipairs { fine:sub(1, -2) .. "]", no_id } do
      whole = broken
      submit()
      local client = accept "200 OK"
      send(client, 1, #whole)
      whole = fine
      local _, got = settle()
      local links = tether.links("contacts", "companies")
      local ok, err = pcall(links.read, links, got)
      assert.is_false(ok)
      assert.equal("ANSWER_MALFORMED", err.code)
      assert.equal(0, #links)
      client:close()
      local ticket = submit(got)
      local again = accept "200 OK"
      send(again, 1, #whole)
      local settled, sound = settle()
      assert.equal(ticket, settled)
      check(sound)
      again:close()
    end
  end)

  it("can be given up in the middle", function()
    local ticket = submit()
    local client = accept "200 OK"
    send(client, 1, #whole - 100000)
    assert.is_true(session:cancel(ticket))
    local settled, _, err = settle()
    assert.equal(ticket, settled)
    assert.equal("CANCELLED", err.code)
    client:close()
    submit()
    client = accept "200 OK"
    send(client, 1, #whole - 100000)
    session:close()
    client:close()
  end)

  it("that is a refusal is held whole", function()
    submit()
    local client = accept "400 Bad Request"
    send(client, 1, #whole)
    local _, got = settle()
    assert.is_true(got.body == whole)
    client:close()
  end)
end)

describe("a read of many links", function()
  it("has no row twice and none less, whatever happens to its answers", function()
    local portal <close> = tether.portal()
    local lines, label = {}, ("a label of some length "):rep(4)
    for id = 1, 300 do lines[#lines + 1] = ('{"kind":"record","type":"contacts","id":%d}'):format(id) end
    for id = 1, 60 do lines[#lines + 1] = ('{"kind":"record","type":"companies","id":%d}'):format(9000 + id) end
    portal:seed(table.concat(lines, "\n"))
    local hub <close> = portal:connect { retry_pause = 0.01 }
    hub.labels:ensure("contacts", "companies", label)
    local asked = tether.links("contacts", "companies")
    for id = 1, 300 do for to = 1, 60 do asked:add(id, 9000 + to, label) end end
    hub:associate(asked, { read = false })
    local ids = {}
    for id = 1, 300 do ids[id] = id end
    for _, fault in ipairs { { reset = "middle" }, { truncate = true }, { malformed = true } } do
      local rule = { operation = "batch_read", nth = 1 }
      for name, value in pairs(fault) do rule[name] = value end
      portal:fault(rule)
      local before = hub:stats()
      local read = hub:associations("contacts", ids, "companies")
      local after = hub:stats()
      portal:clear_faults()
      assert.is_true(after.retries > before.retries)
      assert.is_true(after.received_bytes - before.received_bytes > 4 << 20)
      assert.equal(18000, #read)
      assert.equal(18000, #read:compact())
      assert.same({ label }, read:row(1).labels)
    end
  end)

  it("needs no memory for its answers", function()
    local port, size = nginx.free_port(), 1000
    local text = answer(size, 500, ',"numErrors":1,"errors":[{"status":"error","category":"OBJECT_NOT_FOUND",' ..
      '"subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","message":"none","context":{"fromObjectId":["3"]}}]')
    text = text:gsub(',"paging":%b{}', "")
    local sink = nginx.start { port = port, files = { ["read.json"] = text }, servers = ([[server { listen 127.0.0.1:%d;
      location / { error_page 405 =207 /read.json; try_files /none =405; }
      location = /read.json { internal; } }]]):format(port) }
    local count, kilobytes = process.peak(([[
      local tether = require "tether"
      local hub = tether.connect { token = "x", url = "http://127.0.0.1:%d" }
      local ids, count = {}, 0
      for id = 1, %d do ids[id] = id end
      for set in hub:each_link("contacts", "companies", { ids = ids }) do count = count + #set end
      return count]]):format(port, size))
    sink.stop()
    files.remove_all()
    assert.equal(size * 500, count)
    assert.is_true(#text > 50 << 20)
    assert.is_true(kilobytes < 40 << 10, ("%d KB"):format(kilobytes))
  end)
end)
