-- One account's quota, shared by Redis: real servers, and programs that share one account. All runs go side by side, on
-- an account and a server each, since they wait for the same ten seconds. SHARING_SECONDS=60 makes the runs long, as
-- `make test-redis` does.
local errors = require "tether.error"
local process = require "spec.support.process"
local redis_server = require "spec.support.redis"
local shell = require "spec.support.shell"
local socket = require "socket"
local tether = require "tether"

local CLIENT = "spec/support/sharing_client.lua"
local SECONDS = tonumber(os.getenv "SHARING_SECONDS") or 12
local LONG = SECONDS >= 60
local BURST = LONG and 190 or 40

local function account(burst)
  local portal = tether.portal { switches = { burst = burst or BURST, exemptions = "off" } }
  local facts = { contacts = {}, companies = { { id = 9001 } } }
  for i = 1, 60 do facts.contacts[i] = { id = 100 + i } end
  portal:seed(facts)
  return portal
end

describe("an account that programs share by Redis", function()
  local runs, began, go = {}, nil, os.tmpname()

  -- Starts programs on an account and a server of their own; `events`: { seconds, function(server) }, …
  local function begin(name, programs, options)
    options = options or {}
    local run = { portal = account(options.burst), server = redis_server.start(options.server), programs = {},
      events = options.events or {}, said = {} }
    for i, how in ipairs(programs) do
      run.programs[i] = process.start(CLIENT, how, run.portal.url, run.portal.token, run.server.url,
        options.seconds or SECONDS, options.lost or "alone", go)
    end
    runs[name] = run
  end

  local function list_events()
    local list = {}
    for _, run in pairs(runs) do
      for _, event in ipairs(run.events) do list[#list + 1] = { event[1], event[2], run } end
    end
    for _, run in pairs(runs) do
      list[#list + 1] = { SECONDS, function() run.used = run.portal:counters().requests end, run }
    end
    table.sort(list, function(a, b) return a[1] < b[1] end)
    return list
  end

  local function many(how, count)
    local list = {}
    for i = 1, count do list[i] = how end
    return list
  end

  setup(function()
    os.remove(go)
    local frozen_at
    local stop = { 2.5, function(server)
      server:freeze()
      frozen_at = socket.gettime()
    end }
    -- However late it was frozen: it stands for longer than anybody waits for an answer.
    local go_on = { LONG and 18 or 7, function(server)
      socket.sleep(math.max(0, frozen_at + 4.5 - socket.gettime()))
      server:thaw()
    end }
    begin("steady", many("steady", LONG and 8 or 4))
    begin("bulk", { "seldom", table.unpack(many("bulk", LONG and 7 or 3)) }, { burst = LONG and 190 or 20 })
    begin("restarted", many("steady", 3), { events = { { 3, function(server) server:kill() end },
      { 4, function(server) server:start() end } } })
    begin("frozen", many("steady", 3), { events = { stop, go_on } })
    begin("flushed", many("steady", 3), { events = { { 4, function(server) server:cli "flushall" end } } })
    begin("gone", many("steady", 2), { lost = "stop", seconds = 7,
      events = { { 3, function(server) server:kill() end } } })
    if LONG then
      begin("alone", many("steady", 3), { events = { { 3, function(server) server:kill() end } } })
    end
    local clock = redis_server.file "0"
    local function move(seconds)
      return function()
        local file <close> = assert(io.open(clock, "w"))
        file:write(seconds)
      end
    end
    begin("moved", many("steady", 3), { events = { { 3, move(3600) }, { 8, move(-3600) } },
      server = { environment = "LD_PRELOAD=build/plain/spec_clock.so CLOCK_FILE=" .. clock } })
    for _, run in pairs(runs) do
      local owners = run.server:cli "keys '*:owners'"
      process.wait_until(function()
        owners = owners ~= "" and owners or run.server:cli "keys '*:owners'"
        return owners ~= "" and tonumber(run.server:cli(("hlen '%s'"):format(owners))) == #run.programs
      end, "all programs of a run")
    end
    began = socket.gettime()
    redis_server.touch(go)
    for _, event in ipairs(list_events()) do
      local rest = began + event[1] - socket.gettime()
      if rest > 0 then socket.sleep(rest) end
      event[2](event[3].server)
    end
    for _, run in pairs(runs) do
      for i, program in ipairs(run.programs) do run.said[i] = program.read() end
    end
  end)
  teardown(function()
    os.remove(go)
    for _, run in pairs(runs) do
      run.portal:close()
      run.server:close()
    end
  end)

  local function number(said, name)
    return (assert(tonumber(said:match(name .. "=(%d+)")), said))
  end

  -- Nobody is refused, everybody ends by himself, and no call waits without an end.
  local function assert_kept(run)
    assert.equal(0, run.portal:counters().rateLimited, table.concat(run.said))
    for _, said in ipairs(run.said) do
      assert.equal(0, number(said, "refused"), said)
      assert.is_true(number(said, "longest") < 40000, said)
    end
  end

  -- What was used of what is allowed, of the whole windows that have begun.
  local function part_used(run)
    return run.used / (BURST * math.ceil(SECONDS / 10))
  end

  it("uses what is allowed, and no call is refused", function()
    local run = runs.steady
    assert_kept(run)
    -- A short run ends two seconds into its second window, of which a loaded machine leaves a part unused. The first
    -- window alone is a half.
    assert.is_true(part_used(run) >= (LONG and 0.99 or 0.7), ("%.3f used"):format(part_used(run)))
    print(("%.3f of what is allowed"):format(part_used(run)))
  end)

  it("gives each his part", function()
    local least, most = math.huge, 0
    for _, said in ipairs(runs.steady.said) do
      least, most = math.min(least, number(said, "requests")), math.max(most, number(said, "requests"))
    end
    assert.is_true(most < 4 * least, table.concat(runs.steady.said))
  end)

  it("asks Redis at most twice a second for each program", function()
    local run = runs.steady
    for _, said in ipairs(run.said) do assert.is_true(number(said, "asks") <= 2 * (SECONDS + 11), said) end
    local all = run.server:calls "evalsha"
    assert.is_true(all <= 2 * #run.programs * (SECONDS + 11), tostring(all))
  end)

  it("lets single calls go before the batches of all others", function()
    assert_kept(runs.bulk)
    assert.is_true(number(runs.bulk.said[1], "longest") <= 11000, runs.bulk.said[1])
    assert.is_true(number(runs.bulk.said[1], "requests") >= 2, runs.bulk.said[1])
  end)

  for _, name in ipairs { "restarted", "frozen" } do
    it("keeps the limit, and tells, when Redis is " .. name, function()
      local run = runs[name]
      assert_kept(run)
      local losses = 0
      for _, said in ipairs(run.said) do
        losses = losses + number(said, "losses")
        if number(said, "losses") > 0 then assert.matches("told=[^\n]*|shared\n", said) end
        assert.equal(0, number(said, "failed"), said)
      end
      assert.is_true(losses >= 1, table.concat(run.said))
    end)
  end

  it("keeps the limit when Redis forgets everything", function()
    assert_kept(runs.flushed)
    for _, said in ipairs(runs.flushed.said) do assert.equal(0, number(said, "failed"), said) end
  end)

  it("keeps the limit when Redis' clock is moved", function()
    assert_kept(runs.moved)
    for _, said in ipairs(runs.moved.said) do assert.equal(0, number(said, "failed"), said) end
  end)

  it("sends nothing without Redis where that is to stop it", function()
    assert_kept(runs.gone)
    for _, said in ipairs(runs.gone.said) do
      assert.matches("REDIS_LOST: Redis at [^\n]*: not sent", said)
      assert.is_true(number(said, "longest") < 4000 + 10000, said)
    end
  end)

  it("goes on alone with a part of the window that is safe", function()
    if not LONG then return end
    assert_kept(runs.alone)
    for _, said in ipairs(runs.alone.said) do assert.equal(0, number(said, "failed"), said) end
    assert.is_true(part_used(runs.alone) > 0.4)
  end)
end)

describe("a hub that shares by Redis", function()
  local server, portal
  setup(function()
    server, portal = redis_server.start(), account()
  end)
  teardown(function()
    server:close()
    portal:close()
  end)

  local function refusal(options)
    local ok, err = pcall(portal.connect, portal, options)
    assert.is_false(ok)
    assert.truthy(errors.is(err), tostring(err))
    assert.is_nil(err.message:find("\n", 1, true))
    return err.code .. ": " .. err.message
  end

  it("tells what is wrong with the server before anything is sent", function()
    local before = portal:counters().requests
    assert.matches("^REDIS_LOST: .*Connection refused", refusal { share = "redis://127.0.0.1:1" })
    local _, lost = pcall(portal.connect, portal, { share = "redis://127.0.0.1:1", share_lost = "alone" })
    assert.is_nil(lost.hint:find("alone", 1, true)) -- what is so already is no remedy
    assert.matches("^BAD_ARGUMENT: .*port", refusal { share = "redis://h:0" })
    assert.matches("^BAD_ARGUMENT: .*redis://host:6379/0", refusal { share = "rdis://h" })
    assert.matches("^BAD_ARGUMENT: .*share_lost", refusal { share = server.url, share_lost = "whatever" })
    assert.matches("^REDIS_FAILED: .*wants a password", (function()
      local guarded <close> = setmetatable({ it = redis_server.start { options = "--requirepass x", password = "x" } },
        { __close = function(self) self.it:close() end })
      return refusal { share = guarded.it.url }
    end)())
    assert.equal(before, portal:counters().requests)
  end)

  it("tells of a server that is full, and of one that only reads", function()
    server:cli "set filler x"
    server:cli "config set maxmemory 1"
    local full = refusal { share = server.url }
    server:cli "config set maxmemory 0"
    assert.matches("^REDIS_FAILED: .*is full: raise its maxmemory", full)
    server:cli "replicaof 127.0.0.1 1"
    local replica = refusal { share = server.url }
    server:cli "replicaof no one"
    assert.matches("^REDIS_FAILED: .*read%-only replica: name the server", replica)
  end)

  it("tells of a key of another type under our names, and of a right that is missing", function()
    portal:connect({ share = server.url }):close()
    local key = server:cli("keys 'tether:quota:*:state'"):match "[^\n]+"
    server:cli("del " .. key)
    server:cli(("set '%s' x"):format(key))
    assert.matches("^REDIS_FAILED: .*a key of another type under a name of ours.*tether:quota:",
      refusal { share = server.url })
    server:cli("del " .. key)
    server:cli "acl setuser little on nopass '~tether:*' +ping +info +evalsha '+script|load' +time"
    assert.matches("^REDIS_FAILED: .*grant the rights that the guide Sharing names",
      refusal { share = (server.url:gsub("//", "//little@")) })
  end)

  it("does without an owner's line that cannot be read", function()
    portal:connect({ share = server.url }):close()
    local state = server:cli("keys 'tether:quota:*:state'"):match "[^\n]+"
    server:cli(("hset '%s' stranger 'no line at all'"):format((state:gsub("state$", "owners"))))
    local hub <close> = portal:connect { share = server.url }
    assert.truthy(hub:account().portalId)
  end)

  it("needs no more rights than the guide names", function()
    local guide = require("spec.support.files").content "lua/tether/guide/sharing.md"
    local rights = guide:match "ACL SETUSER tether on >PASSWORD ([^\n]+\n[^\n]+)":gsub("%s+", " ")
    local quoted = rights:gsub("%S+", "'%0'")
    server:cli("acl setuser tether on nopass " .. quoted)
    local hub <close> = portal:connect { share = (server.url:gsub("//", "//tether@")) }
    assert.truthy(hub:account().portalId)
    assert.is_true(hub:stats().quota.shared)
  end)

  it("says in stats and in doctor with whom it shares, and never how it gets in", function()
    local hub <close> = portal:connect { share = server.url }
    hub:account()
    local quota = hub:stats().quota
    assert.equal("redis", quota.through)
    assert.equal("127.0.0.1:" .. server.port, quota.where)
    assert.is_true(quota.asks >= 1)
    local said
    for _, check in ipairs(tether.doctor({ url = portal.url, token = portal.token, share = server.url }).checks) do
      if check.name == "quota" then said = check.message end
    end
    assert.matches("^shared through Redis at 127.0.0.1:%d+ by %d+ processes", said)
    assert.is_nil(server:cli("keys '*'"):find(portal.token, 1, true))
  end)

  it("gives back what it has not used when it is closed", function()
    local hub = portal:connect { share = server.url }
    hub:account()
    hub:close()
    process.wait_until(function() return not server:cli("hvals " .. "'" .. server:cli("keys '*:owners'"):match "[^\n]*"
      .. "'"):find "%d" end, "no owner that is left")
    local other <close> = portal:connect { share = server.url }
    other:account()
    assert.is_true(other:stats().quota.window_left > BURST / 2)
  end)

  it("suspends tasks while it asks", function()
    local ids = {}
    tether.within(20, function()
      local hub <close> = portal:connect { share = server.url }
      ids = tether.map({ 101, 102, 103 }, function(id) return hub:get("contacts", id).id end)
    end)
    assert.equal(3, #ids)
    local connected
    local ok, err = pcall(tether.within, 20, function()
      local hub <close> = portal:connect { share = "redis://127.0.0.1:1" }
      connected = hub
    end)
    assert.is_false(ok)
    assert.equal("REDIS_LOST", err.code) -- by connect, as everywhere
    assert.is_nil(connected)
  end)

  it("knows by the first token of a function whose quota it is", function()
    local before = server:calls "evalsha"
    local hub <close> = portal:connect { share = server.url, token = function() return portal.token end }
    assert.truthy(hub:account().portalId)
    assert.is_true(hub:stats().quota.shared)
    assert.is_true(server:calls "evalsha" > before)
    local keys = select(2, server:cli("keys '*:state'"):gsub(":state", ""))
    assert.equal(1, keys) -- that of the same token
  end)

  it("keeps the day's budget with all others", function()
    local small = tether.portal { switches = { daily = 30, burst = 190, exemptions = "off" } }
    small:seed { contacts = { { id = 101 } } }
    local one <close> = small:connect { share = server.url, daily_reserve = 20 }
    local other <close> = small:connect { share = server.url }
    local function use(hub)
      local count = 0
      while true do
        local ok, err = pcall(hub.get, hub, "contacts", 101)
        if not ok then return count, err.code end
        count = count + 1
      end
    end
    local first, code = use(one)
    assert.equal("DAILY_LIMIT", code)
    local second
    second, code = use(other)
    assert.equal("DAILY_LIMIT", code)
    assert.is_true(first + second <= 10, first .. " " .. second) -- the reserve is everybody's
    assert.equal(0, small:counters().rateLimited)
    small:close()
  end)

  it("is shared by the command, by its option and the environment", function()
    local function command(line) return (shell.output(line)) end
    local run = ("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether"):format(portal.token, portal.url)
    local ask = server:calls "evalsha"
    assert.matches("101", command(("%s records get contacts 101 --share %s"):format(run, server.url)))
    assert.matches("101", command(("TETHER_SHARE=%s %s records get contacts 101"):format(server.url, run)))
    assert.is_true(server:calls "evalsha" >= ask + 2)
    assert.matches("REDIS_LOST: Redis at 127.0.0.1:1 cannot be connected to: Connection refused",
      command(run .. " records get contacts 101 --share redis://127.0.0.1:1"))
  end)

  it("maps hiredis, and nobody else does", function()
    local program = redis_server.file([[
      local tether = require "tether"
      local function maps() return io.open "/proc/self/maps":read "a":find "hiredis" ~= nil end
      local hub = tether.connect { url = arg[1], token = "x", share = false }
      pcall(hub.get, hub, "contacts", 101)
      io.write(tostring(maps()), " ")
      pcall(tether.connect, { url = arg[1], token = "x", share = "redis://127.0.0.1:1" })
      print(maps())]])
    local pipe = assert(io.popen(("eval \"$(make -s env)\"; lua5.4 %s %s"):format(program, portal.url)))
    assert.equal("false true\n", pipe:read "a")
    pipe:close()
  end)
end)
