-- Tasks without a loop: what overlaps, what ends what, and what is left when it is over.
local crowd = require "spec.support.crowd"
local tether = require "tether"

local contacts = crowd.contacts

describe("tasks", function()
  local portal, hub
  before_each(function() portal, hub = crowd.open() end)
  after_each(crowd.close)

  local function get(id) return hub:get("contacts", id).id end

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
      crowd.nothing_is_left(hub)
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
      crowd.nothing_is_left(hub)
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
      crowd.nothing_is_left(hub)
    end)
  end)

  it("lets who waits catch what fails before its first wait", function()
    local function fail() error("no", 0) end
    local raised, still = {}, nil
    tether.run(function()
      raised = { select(2, pcall(tether.within, 60, fail)), select(2, pcall(tether.map, { 1, 2 }, fail)) }
      still = get(101)
    end)
    assert.same({ "no", "no" }, raised)
    assert.equal(101, still)
  end)

  describe("within and sleep", function()
    it("give up what lasts too long with TIMED_OUT, and what does not is handed on", function()
      portal:fault { operation = "record_get", path = "*/101*", delay = 30 }
      local ok, err = pcall(tether.within, 0.05, get, 101)
      portal:clear_faults()
      assert.same({ false, "TIMED_OUT" }, { ok, err.code })
      assert.equal(102, tether.within(60, get, 102))
      crowd.nothing_is_left(hub)
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
end)
