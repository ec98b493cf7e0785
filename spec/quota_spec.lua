-- The account's ten seconds, kept by programs that share it: none of them is refused. All of them run side by side, on
-- an account each, since they wait for the same ten seconds.
local process = require "spec.support.process"
local tether = require "tether"

local CLIENT, BURST = "spec/support/quota_client.lua", 20

describe("the ten-second window", function()
  local runs = {}

  -- Starts programs on an account of their own: { how, calls, shared = true }, …
  local function begin(name, burst, programs)
    local portal = tether.portal { switches = { burst = burst, exemptions = "off" } }
    local facts, folder = { contacts = {}, companies = { { id = 9001 } } }, os.tmpname()
    for i = 1, 60 do facts.contacts[i] = { id = 100 + i } end
    portal:seed(facts)
    os.remove(folder)
    local run = { portal = portal, folder = folder, programs = {} }
    for i, one in ipairs(programs) do
      run.programs[i] = process.start(CLIENT, one[1], portal.url, portal.token, one[2], one.shared and folder or nil)
    end
    runs[name] = run
    return run
  end

  -- Four requests of a program count, and three of them are under way when it is killed.
  local function wait_for(portal, requests)
    local socket = require "socket"
    for _ = 1, 1000 do
      if portal:counters().requests >= requests then return end
      socket.sleep(0.02)
    end
    error "the requests did not come"
  end

  setup(function()
    begin("steady", BURST, { { "steady", 60 } })
    begin("two hubs", BURST, { { "two", 50 } })
    begin("processes", BURST, { { "steady", 18, shared = true }, { "steady", 18, shared = true },
      { "two", 18, shared = true } })
    begin("bulk", BURST, { { "bulk", 30 } })
    local killed = begin("killed", 4, {})
    killed.portal:fault { delay = 60, nth = 2, times = 3 }
    local victim = process.start(CLIENT, "hang", killed.portal.url, killed.portal.token, 4, killed.folder)
    wait_for(killed.portal, 4)
    os.execute(("kill -9 %d"):format(victim.pid))
    victim.read()
    killed.programs[1] = process.start(CLIENT, "steady", killed.portal.url, killed.portal.token, 4, killed.folder)
    for _, run in pairs(runs) do
      run.said = {}
      for i, program in ipairs(run.programs) do run.said[i] = program.read() end
    end
  end)
  teardown(function()
    for _, run in pairs(runs) do
      run.portal:close()
      os.execute("rm -rf " .. run.folder)
    end
  end)

  local function assert_none_refused(run, requests)
    for _, said in ipairs(run.said) do assert.matches("^0 refused", said) end
    local counters = run.portal:counters()
    assert.equal(0, counters.rateLimited)
    assert.equal(requests, counters.requests)
  end

  it("is kept by a steady run of single calls", function() assert_none_refused(runs.steady, 60) end)

  it("is one for two hubs of a token in one process", function() assert_none_refused(runs["two hubs"], 50) end)

  it("is one for several processes that share it", function() assert_none_refused(runs.processes, 54) end)

  it("is not held for long by a process that was killed", function()
    assert_none_refused(runs.killed, 8)
    local seconds = tonumber(runs.killed.said[1]:match "(%d+) seconds")
    assert.is_true(seconds < 30, runs.killed.said[1]) -- its requests might have lasted 35, and ten after that
  end)

  it("goes to a single call before the batches that wait", function()
    assert_none_refused(runs.bulk, 31)
    local place
    for i, request in ipairs(runs.bulk.portal:log()) do
      if request.operation == "record_get" then place = i end
    end
    -- It is sent first when the window opens. Three batches that go out beside it may overtake it on their own
    -- connections; the others are behind it.
    assert.is_true(place > BURST and place <= BURST + 4, tostring(place))
  end)
end)
