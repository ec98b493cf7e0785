-- Tasks at their edges: who is cancelled while others wait for what he asks, what is asked once more, and who is late.
local account = require "spec.support.account"
local alarms = require "tether.tasks.alarms"
local native = require "tether.native"
local tether = require "tether"

local function turn(ms)
  local over = native.clock_ms() + ms
  while native.clock_ms() < over do end
end

describe("alarms", function()
  it("are never due in a time below zero, which a loop takes for ever, however late they are", function()
    local list = alarms.new()
    list:add(0, function() end)
    turn(3)
    assert.equal(0, list:due_ms())
    assert.is_nil(alarms.new():due_ms())
  end)

  it("ring by their times, whatever the order in which they were set, and those that were stopped do not", function()
    local list, rung = alarms.new(), {}
    for _, ms in ipairs { 2, 0, 1, 60000 } do list:add(ms, function() rung[#rung + 1] = ms end) end
    local stop = list:add(0, function() rung[#rung + 1] = "stopped" end)
    stop()
    stop()
    turn(4)
    list:run()
    assert.same({ 0, 1, 2 }, rung)
    assert.is_true(list:due_ms() > 0)
  end)
end)

describe("tasks at their edges", function()
  local portal, hub
  before_each(function() portal, hub = account.open(nil, { retry_pause = 0.01 }) end)
  after_each(account.close)

  local function labels() return table.concat(account.labels(hub, "contacts", "companies"), " ") end

  it("ask by themselves where the one that asked for all is cancelled", function()
    hub.labels:ensure("contacts", "companies", "Boss")
    portal:fault { operation = "labels_list", nth = 1, delay = 30 }
    local got = {}
    tether.run(function()
      local first = tether.run(function() got[1] = labels() end)
      for i = 2, 3 do tether.run(function() got[i] = labels() end) end
      tether.sleep(0.05)
      first:cancel()
    end):wait()
    assert.same({ nil, "Boss", "Boss" }, { got[1], got[2], got[3] })
  end)

  it("are shown what is there by now, also what others asked for before", function()
    tether.run(function()
      assert.equal("", labels())
      hub.labels:ensure("contacts", "companies", "Boss")
      local seen = {}
      for i = 1, 2 do tether.run(function() seen[i] = labels() end):wait() end
      assert.same({ "Boss", "Boss" }, seen)
    end):wait()
  end)

  it("are cancelled with all that they have begun", function()
    local ended = {}
    tether.run(function()
      local parent = tether.run(function()
        for i = 1, 2 do
          tether.run(function()
            local fine, problem = pcall(tether.sleep, 60)
            ended[i] = not fine and problem.code
          end)
        end
      end)
      parent:cancel()
    end):wait()
    assert.same({ "CANCELLED", "CANCELLED" }, ended)
  end)

  it("are eight at a time in a map, where nobody says how many", function()
    local most, active = 0, 0
    tether.map({ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }, function()
      active = active + 1
      most = math.max(most, active)
      tether.sleep(0.01)
      active = active - 1
    end)
    assert.equal(8, most)
  end)

  it("are told what makes their session unusable, all of them", function()
    portal:fault { delay = 30 }
    local told = {}
    tether.run(function()
      for i = 1, 3 do
        tether.run(function()
          local fine, problem = pcall(hub.get, hub, "contacts", 100 + i)
          told[i] = not fine and problem.code
        end)
      end
      tether.sleep(0.02)
      local step = hub.session.step
      function hub.session.step(...) -- no signal, and no server, makes a session fail by itself
        hub.session.step = nil
        step(...)
        return nil, tether.error.new("NO_MEMORY", "no memory")
      end
    end):wait()
    assert.same({ "NO_MEMORY", "NO_MEMORY", "NO_MEMORY" }, told)
  end)
end)
