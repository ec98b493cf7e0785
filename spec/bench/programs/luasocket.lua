-- luasocket.lua PORT write|read INPUTS: the same with lua-socket and lua-cjson on one kept-alive connection, as
-- somebody would write it who has no module: tables in, tables out, each pair of the answer looked at.
local cjson = require "cjson"
local socket = require "socket"
local figures = require "spec.bench.figures"

local port, mode, inputs = arg[1], arg[2], math.tointeger(arg[3])
local client = assert(socket.connect("127.0.0.1", port))
client:setoption("tcp-nodelay", true)

local function post(path, body)
  assert(client:send(("POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer bench\r\n" ..
    "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"):format(path, #body) .. body))
  local length
  repeat
    local line = assert(client:receive "*l")
    length = tonumber(line:match "^[Cc]ontent%-[Ll]ength: (%d+)") or length
  until line == ""
  return (assert(client:receive(length)))
end

local function write()
  local done = 0
  for _ = 1, inputs // 2000 do
    local list = {}
    for i = 0, 1999 do
      list[i + 1] = { from = { id = ("%d"):format(10000000000 + i) }, to = { id = ("%d"):format(20000000000 + i) },
        types = { { associationCategory = "HUBSPOT_DEFINED", associationTypeId = 279 } } }
    end
    local body = cjson.encode { inputs = list }
    for i, result in ipairs(cjson.decode(post("/crm/associations/2026-03/0-1/0-2/batch/create", body)).results) do
      if result.fromObjectId == 9999999999 + i and result.toObjectId == 19999999999 + i then done = done + 1 end
    end
  end
  return done
end

local function read()
  local links = {}
  for _ = 1, inputs // 1000 do
    local list = {}
    for i = 0, 999 do list[i + 1] = { id = ("%d"):format(10000000000 + i) } end
    local answer = cjson.decode(post("/crm/associations/2026-03/0-1/0-2/batch/read", cjson.encode { inputs = list }))
    for _, result in ipairs(answer.results) do
      for _, link in ipairs(result.to) do
        links[#links + 1] = { result.from.id, link.toObjectId, link.associationTypes }
      end
    end
  end
  return #links
end

local f = figures.begin()
f.print(mode == "write" and write() or read())
