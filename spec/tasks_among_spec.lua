-- Tasks among others: what they share, what they wait for, what is refused, and what is left of them.
local crowd = require "spec.support.crowd"
local some_verbs = require "spec.support.some_verbs"
local tether = require "tether"

local contacts = crowd.contacts

describe("tasks", function()
  local portal, hub
  before_each(function() portal, hub = crowd.open() end)
  after_each(crowd.close)

  local function get(id) return hub:get("contacts", id).id end

  local function code_of(fn, ...)
    local ok, err = pcall(fn, ...)
    return ok and "none" or tether.error.is(err) and err.code or err
  end

  it("wait in no comparison of table.sort and no C callback, and say what to do", function()
    tether.run(function()
      local ok, err = pcall(table.sort, { 103, 101, 102 }, function(a, b) return get(a) < get(b) end)
      assert.same({ false, "WOULD_BLOCK" }, { ok, err.code })
      assert.matches("before", err.hint)
    end)
    assert.equal(0, portal:counters().requests)
  end)

  it("have their waits woken with CLOSED when the hub is closed", function()
    portal:fault { delay = 30, times = 4 }
    local codes = {}
    tether.run(function()
      for id = 101, 104 do
        tether.run(function()
          local _, err = pcall(get, id)
          codes[#codes + 1] = err.code
        end)
      end
      hub:close()
    end)
    portal:clear_faults()
    assert.same({ "CLOSED", "CLOSED", "CLOSED", "CLOSED" }, codes)
    hub = portal:connect()
  end)

  it("read a pair's labels once, however many of them ask", function()
    portal:seed { labels = { { from = "contacts", to = "companies", label = "Boss", name = "boss" } } }
    tether.map(contacts(16), function(id) hub:associate("contacts", id, "companies", 9001, "Boss") end,
      { concurrency = 16 })
    assert.equal(1, portal:counters().operations.labels_list)
    assert.equal(16, portal:counters().operations.associate_labeled)
  end)

  it("that make single calls without end leave batches their share", function()
    local gets, sent = 0, false
    hub:on("response", function(event) sent = sent or event.operation == "batch_default" end)
    tether.run(function()
      for _ = 1, 30 do
        tether.run(function()
          while not sent and gets < 3000 do
            get(101)
            gets = gets + 1
          end
        end)
      end
      hub:associate_default(hub:links("contacts", "companies"):add(101, 9001):add(102, 9001))
    end)
    assert.is_true(sent)
    assert.is_true(gets < 3000, gets .. " calls went before the batch")
  end)

  it("import rows from a function that waits for each piece", function()
    local pieces, place = { "from,to\n10", "1,9001\n102,90", "02\n" }, 0
    local report
    tether.run(function()
      report = hub:import(function()
        get(101)
        place = place + 1
        return pieces[place]
      end, { from = "contacts", to = "companies" })
    end)
    assert.equal(2, report.linked)
    local ok, err = pcall(hub.import, hub, function() return 5 end, { from = "contacts", to = "companies" })
    assert.same({ false, "BAD_ARGUMENT" }, { ok, err.code })
  end)

  it("use several hubs at once, each with its own account", function()
    local other <close> = tether.portal()
    other:seed("contacts", 501)
    local second <close> = other:connect()
    local results = tether.map({ 101, 501, 102, 501 }, function(id)
      return (id == 501 and second or hub):get("contacts", id).id
    end, { concurrency = 4 })
    assert.same({ 101, 501, 102, 501, n = 4 }, results)
  end)

  it("wait for more hubs than a few at once", function()
    local hubs <close> = setmetatable({}, { __close = function(self)
      for _, one in ipairs(self) do one:close() end
    end })
    local second <close> = tether.portal() -- one takes no more than 256 connections
    second:seed("contacts", 101)
    for i = 1, 260 do hubs[i] = (i % 2 == 0 and portal or second):connect() end
    local found = tether.map(hubs, function(one) return one:get("contacts", 101).id end, { concurrency = #hubs })
    assert.equal(#hubs, found.n)
    assert.equal(101, found[#hubs])
  end)

  it("call a token function in a task of its own, which may ask another hub", function()
    local tokens <close> = tether.portal()
    tokens:seed("contacts", 1)
    local vault <close> = tokens:connect()
    local asked = 0
    local client <close> = portal:connect { token = function()
      asked = asked + 1
      vault:get("contacts", 1)
      return portal.token
    end }
    local found = tether.map({ 101, 102, 103 }, function(id) return client:get("contacts", id).id end)
    assert.same({ 101, 102, 103, n = 3 }, found)
    assert.equal(1, asked)
  end)

  it("are given up at each of their waits in turn, and nothing is left of them", function()
    local function work() some_verbs(hub) end
    local last, ended = 0, false
    while not ended do
      last = last + 1
      assert.is_true(last < 50)
      local job, sent = nil, 0
      local forget = hub:on("request", function()
        sent = sent + 1
        if sent == last then job:cancel() end
      end)
      tether.run(function()
        job = tether.run(work)
        ended = pcall(job.wait, job)
      end)
      forget()
      crowd.nothing_is_left(hub)
    end
    assert.is_true(last >= 5, last .. " requests")
  end)

  it("wait for the same job, one and another: who is cancelled takes the answer from nobody", function()
    local found
    tether.run(function()
      local slow = tether.run(function() tether.sleep(0.05) return "found" end)
      local one = tether.run(function() return slow:wait() end)
      local other = tether.run(function() found = slow:wait() end)
      one:cancel()
      other:wait()
    end)
    assert.equal("found", found)
  end)

  it("that would wait for themselves, for their parents or for each other are told so", function()
    local itself, above, left, right
    tether.run(function()
      itself = tether.run(function() tether.sleep(0) return itself:wait() end)
      local code = code_of(itself.wait, itself)
      assert.equal("BAD_ARGUMENT", code)
      above = tether.run(function()
        tether.sleep(0)
        tether.run(function() return above:wait() end)
      end)
      assert.equal("BAD_ARGUMENT", code_of(above.wait, above))
      left = tether.run(function() tether.sleep(0) return pcall(right.wait, right) end)
      right = tether.run(function() tether.sleep(0) return left:wait() end)
      assert.equal("BAD_ARGUMENT", code_of(right.wait, right))
    end)
  end)

  it("are refused with what is no function, no list, no width and no time", function()
    for _, call in ipairs {
      function() tether.run(nil) end,
      function() tether.map(nil, get) end,
      function() tether.map({ 101 }, nil) end,
      function() tether.map({ 101 }, get, { concurrency = 0 }) end,
      function() tether.map({ 101 }, get, { concurrency = "8" }) end,
      function() tether.within(-1, get, 101) end,
      function() tether.within("1", get, 101) end,
      function() tether.sleep(-1) end,
      function() tether.sleep(0 / 0) end,
      function() tether.sleep() end,
    } do assert.equal("BAD_ARGUMENT", code_of(call)) end
    assert.equal("OPTION_UNKNOWN", code_of(tether.map, { 101 }, get, { concurency = 1 }))
    assert.equal(0, portal:counters().requests)
    assert.equal(0, tether.map({}, get).n)
    assert.equal(1, tether.within(math.huge, function() return 1 end))
    assert.equal("TIMED_OUT", code_of(tether.within, 0, get, 101))
    crowd.nothing_is_left(hub)
  end)

  it("fail with whatever they raise, nil and false included", function()
    assert.equal("CALLBACK_FAILED", code_of(tether.run, function() error(nil) end))
    assert.equal("CALLBACK_FAILED", code_of(tether.run, function() error(false) end))
    local value = {}
    assert.equal(value, code_of(tether.run, function() error(value) end))
    assert.equal("no more", code_of(tether.map, function() error("no more", 0) end, get))
  end)

  it("may yield for themselves, as often as they like", function()
    local yields = 0
    tether.run(function()
      for _ = 1, 300000 do
        coroutine.yield()
        yields = yields + 1
      end
    end)
    assert.equal(300000, yields)
  end)

  it("leave no memory behind, whatever time they had", function()
    local function many()
      for _ = 1, 2000 do tether.run(tether.within, 3600, function() end) end
      collectgarbage()
      collectgarbage()
      return collectgarbage "count"
    end
    local before_kb = many()
    assert.is_true(many() - before_kb < 50)
  end)

  it("have a token function called at once by a coroutine of their own, which stops them all", function()
    local renewed = 0
    local client <close> = portal:connect { token = function()
      renewed = renewed + 1
      return portal.token, 3600
    end }
    local found
    tether.run(function()
      tether.sleep(0) -- from here on tasks are driven
      found = coroutine.wrap(function() return client:get("contacts", 101).id end)()
    end)
    assert.same({ 101, 1 }, { found, renewed })
  end)
end)
