-- What creates is sent once, also by libcurl, which sends again by itself what it had sent on a kept connection that
-- turns out dead. A server in this process counts what arrives.
local native = require "tether.session.native"
local socket = require "socket"

local function listen()
  local server = assert(socket.bind("127.0.0.1", 0))
  server:settimeout(0)
  return server, ("http://127.0.0.1:%d"):format(select(2, server:getsockname()))
end

-- The method of a request that has come whole; nil: it has not.
local function read_request(client)
  client:settimeout(0.5)
  local line = client:receive "*l"
  if not line then return nil end
  local length = 0
  for head in function() return client:receive "*l" end do
    if head == "" then break end
    length = tonumber(head:lower():match "^content%-length:%s*(%d+)") or length
  end
  if length > 0 then assert(client:receive(length)) end
  return line:match "^%u+"
end

-- Answers the first request and keeps the connection; reads each further one, on whatever connection, and hangs up
-- without an answer. Returns how many of these came, and how the session says that it ended.
local function count_arrivals(method, operation, body)
  local server, url = listen()
  local session = assert(native.open { url = url, token = "t", retry_for_ms = 200, retry_pause_ms = 10 })
  session:submit("GET", "/first", nil, "account")
  local client, arrived
  while not client do
    session:step(5)
    client = server:accept()
  end
  for _ = 1, 5 do session:step(5) end
  assert(read_request(client))
  client:send 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'
  repeat session:step(5) until session:take()
  arrived = 0
  session:submit(method, "/second", body, operation)
  local open, over, answer, err = { client }, socket.gettime() + 3
  repeat
    session:step(5)
    local another = server:accept()
    if another then open[#open + 1] = another end
    for _, one in ipairs(socket.select(open, nil, 0)) do
      if read_request(one) then arrived = arrived + 1 end
      one:close()
      for i = #open, 1, -1 do if open[i] == one then table.remove(open, i) end end
    end
    local ticket
    ticket, answer, err = session:take()
  until ticket or socket.gettime() > over
  for _ = 1, 40 do -- nothing comes after the end
    session:step(5)
    if server:accept() then arrived = arrived + 1 end
  end
  session:close()
  server:close()
  return arrived, answer, err
end

describe("on a kept connection that dies with the request", function()
  for _, case in ipairs {
    { "POST", "record_create", '{"properties":{}}' },
    { "POST", "records_create", '{"inputs":[]}' },
    { "POST", "labels_create", '{"label":"A"}' },
    { "POST", "usage_report" },
    { "POST", "an operation that nobody knows", "{}" },
    { "PATCH", "another one", "{}" },
  } do
    it(("%s is sent once"):format(case[2]), function()
      local arrived, _, err = count_arrivals(table.unpack(case))
      assert.equal(1, arrived)
      assert.equal("CONNECTION_LOST", err.code)
      assert.is_true(err.in_doubt)
    end)
  end

  for _, case in ipairs {
    { "GET", "record_get" },
    { "PUT", "associate_default" },
    { "POST", "batch_create", '{"inputs":[]}' },
  } do
    it(("%s is sent again"):format(case[2]), function()
      local arrived, _, err = count_arrivals(table.unpack(case))
      assert.is_true(arrived > 1)
      assert.equal("CONNECTION_LOST", err.code)
      assert.equal(case[2] ~= "record_get", err.in_doubt or false)
    end)
  end
end)
