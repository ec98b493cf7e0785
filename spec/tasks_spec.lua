-- Tasks without a loop: what overlaps, what ends what, and what is left when it is over.
local tether = require "tether"

describe("tasks", function()
  local portal, hub
  before_each(function()
    portal = tether.portal()
    for id = 101, 130 do portal:seed("contacts", id) end
    for id = 9001, 9003 do portal:seed("companies", id) end
    hub = portal:connect { concurrency = 16, retry_pause = 0.01 }
  end)
  after_each(function()
    hub:close()
    portal:close()
  end)

  local function get(id) return hub:get("contacts", id).id end

  local function contacts(count)
    local ids = {}
    for i = 1, count do ids[i] = 100 + i end
    return ids
  end

  -- Nothing may be left in the hub of tasks that are gone.
  local function assert_nothing_left()
    assert.equal(0, hub.session:under_way())
    assert.is_nil((hub.session:take()))
    for ticket, answer in pairs(hub.settled) do assert.is_nil(answer, "kept for " .. ticket) end
  end

  describe("run", function()
    it("drives a function to its end and hands its results on", function()
      local job = tether.run(function(...) return get(...), "two" end, 101)
      assert.is_true(job.done)
      assert.same({ 101, "two" }, { job:wait() })
    end)

    it("lets tasks inside overlap: all requests are under way before the first is answered", function()
      portal:fault { delay = 0.3 }
      local most = 0
      tether.run(function()
        for id = 101, 108 do tether.run(get, id) end
        most = hub.session:under_way()
      end)
      assert.equal(8, most)
    end)

    it("raises whole what failed first, cancels the others, and tells what failed later", function()
      portal:fault { operation = "record_get", delay = 30, path = "*/102*" }
      local ended
      local ok, err = pcall(tether.run, function()
        tether.run(function()
          local fine, problem = pcall(get, 102)
          ended = { fine, problem.code }
          error(problem, 0)
        end)
        tether.run(get, 999)
        tether.sleep(60)
      end)
      portal:clear_faults()
      assert.same({ false, "NOT_FOUND", 404 }, { ok, err.code, err.status })
      assert.same({ false, "CANCELLED" }, ended)
      assert.is_nil(err.others)
      assert_nothing_left()
    end)

    it("keeps later errors in err.others", function()
      local ok, err = pcall(tether.run, function()
        for _ = 1, 2 do
          tether.run(function()
            local fine, problem = pcall(tether.sleep, 60)
            assert(not fine and problem.code == "CANCELLED")
            tether.error.raise("INVALID", "clean-up failed")
          end)
        end
        tether.error.raise("CONFLICT", "first")
      end)
      assert.same({ false, "CONFLICT", 2, "INVALID" }, { ok, err.code, #err.others, err.others[1].code })
    end)

    it("hands an error to who waits for the job, and to nobody else", function()
      tether.run(function()
        local job = tether.run(get, 999)
        local ok, err = pcall(job.wait, job)
        assert.same({ false, "NOT_FOUND" }, { ok, err.code })
        assert.equal(101, get(101))
      end)
    end)

    it("ends a job that is cancelled with CANCELLED, which is no failure of its parent", function()
      portal:fault { path = "*/101*", delay = 30 }
      tether.run(function()
        local job = tether.run(get, 101)
        job:cancel()
        job:cancel()
        local ok, err = pcall(job.wait, job)
        assert.same({ false, "CANCELLED" }, { ok, err.code })
        assert.equal(102, get(102))
      end)
      portal:clear_faults()
      assert_nothing_left()
    end)

    it("knows that a write which was cancelled may have been applied, and a read not", function()
      portal:fault { delay = 30, times = 2 }
      tether.run(function()
        local write = tether.run(function() hub:create("contacts", { firstname = "A" }) end)
        local read = tether.run(get, 101)
        for job, doubt in pairs { [write] = true, [read] = false } do
          job:cancel()
          local _, err = pcall(job.wait, job)
          assert.same({ "CANCELLED", doubt }, { err.code, err.in_doubt or false })
        end
      end)
      portal:clear_faults()
    end)

    it("closes <close> variables of a task that is cancelled, which may wait there", function()
      portal:fault { operation = "record_get", path = "*/101*", delay = 30 }
      local closed
      tether.run(function()
        local job = tether.run(function()
          local guard <close> = setmetatable({}, { __close = function()
            closed = select(2, pcall(get, 102)).code -- sticky: a task that was cancelled sends nothing more
          end })
          assert(guard)
          get(101)
        end)
        job:cancel()
      end)
      portal:clear_faults()
      assert.equal("CANCELLED", closed)
    end)

    it("yields inside pcall, for, and metamethods of Lua", function()
      tether.run(function()
        local seen = 0
        for record in hub:records "contacts" do seen = seen + (record.id and 1 or 0) end
        assert.equal(30, seen)
        local lazy = setmetatable({}, { __index = function(_, id) return get(id) end })
        assert.equal(105, lazy[105])
      end)
    end)
  end)

  describe("map", function()
    it("gives results in order, however they come, and keeps its width", function()
      portal:fault { delay = 0.05, path = "*/101*" }
      local under_way, most = 0, 0
      local results = tether.map(contacts(30), function(id, place)
        under_way = under_way + 1
        most = math.max(most, under_way)
        local found = get(id)
        under_way = under_way - 1
        return found * 1000 + place
      end, { concurrency = 5 })
      assert.equal(30, results.n)
      for i = 1, 30 do assert.equal((100 + i) * 1000 + i, results[i]) end
      assert.equal(5, most)
    end)

    it("takes an iterator, which may wait itself", function()
      local results = tether.map(hub:records "contacts", function(record) return get(record.id) end)
      assert.equal(30, results.n)
      assert.equal(130, results[30])
    end)

    it("raises the first error and starts nothing more", function()
      local begun = 0
      local ok, err = pcall(tether.map, contacts(30), function(id)
        begun = begun + 1
        return get(id == 103 and 999 or id)
      end, { concurrency = 2 })
      assert.same({ false, "NOT_FOUND" }, { ok, err.code })
      assert.is_true(begun < 30)
      assert_nothing_left()
    end)
  end)

  describe("within and sleep", function()
    it("give up what lasts too long with TIMED_OUT, and what does not is handed on", function()
      portal:fault { operation = "record_get", path = "*/101*", delay = 30 }
      local ok, err = pcall(tether.within, 0.05, get, 101)
      portal:clear_faults()
      assert.same({ false, "TIMED_OUT" }, { ok, err.code })
      assert.equal(102, tether.within(60, get, 102))
      assert_nothing_left()
    end)

    it("let a task sleep while others go on", function()
      local order = {}
      tether.run(function()
        tether.run(function() tether.sleep(0.05) order[#order + 1] = "slept" end)
        tether.run(function() get(101) order[#order + 1] = "got" end)
      end)
      assert.same({ "got", "slept" }, order)
      tether.sleep(0.001)
    end)
  end)

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
    local function work()
      hub:create("contacts", { firstname = "A" })
      hub:associate("contacts", 101, "companies", 9001)
      local set = hub:links("contacts", "companies")
      for id = 101, 110 do set:add(id, 9002) end
      hub:associate(set)
      hub:associations("contacts", 101, "companies")
      hub:dissociate("contacts", 101, "companies", 9001)
    end
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
      assert_nothing_left()
    end
    assert.is_true(last >= 5, last .. " requests")
  end)

  local function code_of(fn, ...)
    local ok, err = pcall(fn, ...)
    return ok and "none" or tether.error.is(err) and err.code or err
  end

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
    assert_nothing_left()
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
