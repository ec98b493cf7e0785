-- The allocation drill: a short script is run again and again, and each time memory gives out one allocation later.
-- Every run must end in an error that says so, or in the right result; leaks are the sanitizer's to find. `host` is
-- spec/c/host.c.
local backup_diff = require "tether.backup.diff"
local errors = require "tether.error"
local native = require "tether.native"
local tether = require "tether"

local portal = tether.portal { refresh_token = "refresh" }
for id = 1, 3 do
  portal:seed("contacts", id)
  portal:seed("companies", 100 + id)
end

local path = os.tmpname()
local file = assert(io.open(path, "w"))
file:write '{"from":"contacts:3","to":"companies:103","label":"Decision maker"}\n{"from":"x","to":"1"}\n'
file:close()

local EVENTS, SECRET = 5, "secret"
local receiver, came -- the last one made, and how many events it has handed out
local request = { body = '[{"eventId":1},{"eventId":2},{"eventId":3},{"eventId":4},{"eventId":5}]',
  headers = { ["X-HubSpot-Signature-Version"] = "v1" } }
request.headers["X-HubSpot-Signature"] = require("spec.support.signature").v1(SECRET, request.body)

local function receive()
  local events = assert(receiver:receive(request))
  came = came + #events
  return #events
end

-- The stream: rows of a file, in and out again.
local function import(hub)
  local report = hub:import(path)
  local count = 0
  for set in hub:each_link("contacts", "companies", { ids = { 3 } }) do
    count = count + set:write "/dev/null"
  end
  return report.linked + report.unchanged == 1 and report.rejected == 1 and count >= 1
end

-- Files that are packed, or in another encoding.
local function unpack_files()
  for _, name in ipairs { "sheetjs-shared.xlsx", "python.zip", "python.csv.gz", "python-utf-16.csv" } do
    local links = tether.links.read("spec/fixtures/produced/" .. name, { from = "contacts", to = "companies" })
    if #links ~= 4 then return false end
  end
  return true
end

-- A backup is written, and compared with itself.
local function keep_links()
  local links = tether.links("contacts", "companies"):add(1, 101, 279):add(2, 102):add(2, 103)
  local plain = { category = "HUBSPOT_DEFINED", id = 279 }
  local set = links:resolved(function(list) return #list > 0 and { plain } or {} end)
  local backup <close> = errors.check(native.backup(path .. ".links"))
  errors.check(backup:text("meta", '{"account":"1","pairs":[["contacts","companies"]]}'))
  errors.check(backup:text("pair", '{"from":"contacts","to":"companies","types":[],"labels":[]}'))
  errors.check(backup:links(set.native))
  errors.check(backup:keys { 1, "jane@example.com" })
  errors.check(backup:finish())
  return backup_diff.run(nil, path .. ".links", path .. ".links", { list = 1 }).same == 3
end

-- A portal goes back to what it was, or says that it cannot and is as it was.
local returning = tether.portal()
returning:seed { contacts = { { id = 1 }, { id = 2 } }, links = {
  { from = "contacts", fromId = 1, to = "contacts", toId = 2 } } }
local state = returning:dump()

local function go_back()
  returning:snapshot "state"
  returning:restore "state"
  return returning:dump() == state
end

-- A token is fetched first: where there is no memory for that, the call that waits for it ends.
local function fetch_token()
  local hub <close> = tether.connect { url = portal.url,
    oauth = { client_id = "id", client_secret = "secret", refresh_token = "refresh" } }
  return hub:get("contacts", 1).id == 1
end

local function work()
  receiver = tether.webhook { secret = SECRET, accept = { "v1" } }
  came = 0
  if receive() ~= EVENTS or receive() ~= 0 then return false end
  local hub <close> = tether.connect { url = portal.url, token = portal.token }
  hub.labels:ensure("contacts", "companies", "Decision maker")
  local set = tether.links("contacts", "companies"):add(1, 101, "Decision maker"):add(2, 102):add(3, 103):add(9, 109)
  local outcome = hub:associate(set)
  local reasons = 0
  for failure in outcome:failures() do reasons = reasons + (failure.error.code == "NOT_FOUND" and 1 or 0) end
  local read = hub:associations("contacts", { 1, 2, 3 }, "companies")
  hub:dissociate("contacts", 2, "companies", 102)
  local joined = set:copy():merge(set:slice(2, 3)):filter { labeled = false }:compact()
  local diff = set:diff(joined)
  assert(#joined == 3 and #diff.added == 1 and diff.same == 3 and #set:intersect(joined) == 3)
  return import(hub) and outcome.linked + outcome.unchanged == 3 and outcome.rejected == 1 and
    reasons == 1 and #read == 3
end

-- Without memory a row may stay unknown, and a request may come back as a failure: what must not be is a wrong success.
local function is_about_memory(problem)
  return tether.error.is(problem) or tostring(problem):find("not enough memory", 1, true) ~= nil
end

local step = math.tointeger(arg[1] or 1)

-- Runs a function again and again, until it ends before memory gives out; answers how often that was.
local function drill(run)
  assert(run(), "the script itself does not work")
  local nth, ended = 1
  repeat
    receiver = nil
    host.fail_from(nth)
    local fine, result = pcall(run)
    ended = host.fail_from(0) < nth
    if fine and ended then assert(result, "a wrong result without a failure") end
    if not fine then assert(is_about_memory(result), result) end
    if receiver then
      receive()
      assert(came == EVENTS, "an event was lost, or came twice")
    end
    collectgarbage()
    nth = nth + step
  until ended
  return nth - step
end

local count = drill(work) + drill(unpack_files) + drill(keep_links) + drill(go_back) + drill(fetch_token)
returning:close()
portal:close()
os.remove(path)
os.remove(path .. ".links")
print(("drill: memory gave out at each of %d allocations in turn, without a crash"):format(count))
