-- A program's loop: what is refused outside of tasks, and where errors go that nobody waits for. Under luv, in this
-- process.
local uv = require "luv"
local luv = require "tether.loops.luv"
local scheduler = require "tether.tasks.scheduler"
local tether = require "tether"

describe("a program's loop", function()
  local portal, hub
  before_each(function()
    portal = tether.portal()
    portal:seed("contacts", 101)
    hub = portal:connect()
  end)
  after_each(function()
    scheduler.uninstall()
    hub:close()
    portal:close()
    uv.run()
  end)

  local function code_of(run, ...)
    local ok, err = pcall(run, ...)
    return ok and "none" or err.code, err
  end

  it("has a verb outside of a task refused before anything is sent, with the way out", function()
    tether.loop(luv)
    for _, call in ipairs {
      function() hub:get("contacts", 101) end,
      function() hub:associate("contacts", 101, "companies", 9001) end,
      function() hub:create("contacts", { firstname = "A" }) end,
      function() for _ in hub:records "contacts" do error "not reached" end end,
      function() coroutine.wrap(function() hub:get("contacts", 101) end)() end,
    } do
      local code, err = code_of(call)
      assert.equal("WOULD_BLOCK", code)
      assert.matches("tether.run", err.hint, 1, true)
    end
    assert.equal(0, portal:counters().requests)
    assert.equal(0, hub.session:under_way())
  end)

  it("may be stopped by a verb outside of a task when the program has said so", function()
    tether.loop(luv, { outside = "block" })
    assert.equal(101, hub:get("contacts", 101).id)
    local client <close> = portal:connect { token = function() return portal.token end }
    assert.equal(101, client:get("contacts", 101).id)
  end)

  it("is needed by tasks: who would stop it to wait for them is refused before they begin", function()
    for _, outside in ipairs { "refuse", "block" } do
      tether.loop(luv, { outside = outside })
      local begun = 0
      local function begin() begun = begun + 1 end
      assert.equal("WOULD_BLOCK", (code_of(tether.map, { 101 }, begin)))
      assert.equal("WOULD_BLOCK", (code_of(tether.within, 1, begin)))
      local job = tether.run(function() tether.sleep(0.001) return "done" end)
      assert.equal("WOULD_BLOCK", (code_of(job.wait, job)))
      uv.run()
      assert.equal("done", job:wait())
      assert.equal(0, begun)
    end
  end)

  it("that fails to watch fails the verb, and leaves no request behind", function()
    local heard
    local broken = { watch = function() error("no room", 0) end }
    for _, name in ipairs { "soon", "after", "suspend", "ready" } do broken[name] = luv[name] end
    tether.loop(broken, { on_error = function(err) heard = err end })
    tether.run(function() hub:get("contacts", 101) end)
    assert.equal("no room", heard)
    scheduler.uninstall()
    hub:get("contacts", 101)
    assert.equal(0, hub.session:under_way())
    assert.is_nil(next(hub.settled))
  end)

  it("of cqueues that runs nowhere fails the verb with the way out", function()
    local heard
    tether.loop(require("tether.loops.cqueues").on(nil), { on_error = function(err) heard = err end })
    tether.run(function() hub:get("contacts", 101) end)
    assert.equal("WOULD_BLOCK", heard.code)
    assert.matches(".on(controller)", heard.hint, 1, true)
  end)

  it("lets a task sleep its whole time, however long the loop was busy before", function()
    tether.loop(luv)
    local native = require "tether.native"
    local function busy(ms)
      local over = native.clock_ms() + ms
      repeat until native.clock_ms() >= over
    end
    local slept_ms
    tether.run(function()
      busy(60)
      local start_ms = native.clock_ms()
      tether.sleep(0.05)
      slept_ms = native.clock_ms() - start_ms
    end)
    uv.run()
    assert.is_true(slept_ms >= 49, slept_ms .. " ms")
  end)

  it("gets no error whose text fails either", function()
    tether.loop(luv)
    tether.run(function()
      pcall(hub.get, hub, "contacts", 101)
      error(setmetatable({}, { __tostring = function() error "no text" end }))
    end)
    uv.run()
    assert.matches("nobody waits for.*__tostring fails", hub.notices[#hub.notices])
  end)

  it("is one for a state, and an adapter of five functions", function()
    local code, err = code_of(tether.loop, { watch = print, soon = print, suspend = print, ready = print })
    assert.equal("BAD_ARGUMENT", code)
    assert.matches('"after"', err.message)
    assert.equal("BAD_ARGUMENT", (code_of(tether.loop, nil)))
    assert.equal("BAD_ARGUMENT", (code_of(tether.loop, luv, { outside = "maybe" })))
    tether.loop(luv)
    tether.loop(luv) -- the same again is no matter
    code, err = code_of(tether.loop, require "tether.loops.cqueues")
    assert.equal("BAD_ARGUMENT", code)
    assert.matches("another loop", err.message)
  end)

  it("gets no error of a task that nobody waits for: notices and on_error do", function()
    local heard
    tether.loop(luv, { on_error = function(err) heard = err end })
    tether.run(function() hub:get("contacts", 999) end)
    uv.run()
    assert.equal("NOT_FOUND", heard.code)
    assert.matches("nobody waits for.*NOT_FOUND", hub.notices[#hub.notices])
  end)

  it("keeps what on_error itself raises out of the loop as well", function()
    tether.loop(luv, { on_error = function() error "worse" end })
    tether.run(function() hub:get("contacts", 999) end)
    uv.run()
    assert.matches("worse", hub.notices[#hub.notices])
  end)

  it("hands an error to who waits for its job", function()
    tether.loop(luv)
    local said
    local job = tether.run(function() hub:get("contacts", 999) end)
    tether.run(function() said = code_of(job.wait, job) end)
    uv.run()
    assert.equal("NOT_FOUND", said)
    assert.same({}, hub.notices)
  end)

  it("ends a set that is cancelled with what was sent of it", function()
    for i = 1, 5000 do portal:seed("companies", 100000 + i) end
    tether.loop(luv)
    portal:fault { operation = "batch_create", delay = 30, nth = 2 }
    local outcome
    local job = tether.run(function()
      local set = hub:links("contacts", "companies")
      for i = 1, 5000 do set:add(101, 100000 + i) end
      local ok, err = pcall(hub.associate, hub, set)
      outcome = { ok, err }
    end)
    hub:on("response", function(event)
      if event.operation == "batch_create" and event.status == 201 then job:cancel() end
    end)
    uv.run()
    portal:clear_faults()
    local err = outcome[2]
    assert.same({ false, "CANCELLED" }, { outcome[1], err.code })
    local told = err.outcome
    assert.equal(5000, told.linked + told.unknown + #told:unsent())
    assert.is_true(told.linked >= 1000)
    assert.is_true(told.unknown > 0) -- the batch that was under way can have been applied
  end)

  it("may have what a hub needs loaded at its start, so that the first verb loads nothing", function()
    local code = 'local t = require "tether"; t.preload(); local n = 0; ' ..
      'for _ in pairs(package.loaded) do n = n + 1 end; t.connect { token = "x", url = "http://127.0.0.1:9" }; ' ..
      'for _ in pairs(package.loaded) do n = n - 1 end; print(n, package.loaded["tether.session.native"] ~= nil)'
    local pipe = assert(io.popen(("lua5.4 -e '%s'"):format(code)))
    assert.equal("0\ttrue\n", pipe:read "a")
    pipe:close()
  end)
end)
