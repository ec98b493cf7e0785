-- Jobs that several work on, at their edges: what is refused before anybody works, who is there, what is damaged.
local copy = require "tether.work.copy"
local desk = require "tether.work.desk"
local failure = require "spec.support.failure"
local files = require "spec.support.files"
local given = require "spec.support.portal"
local job_native = require "tether.job.native"
local lease = require "tether.work.lease"
local line = require "tether.work.line"
local look = require "tether.work.look"
local myself = require "tether.work.myself"
local native = require "tether.native"
local process = require "spec.support.process"
local redis = require "spec.support.redis"
local scripts = require "tether.work.scripts"
local tether = require "tether"

local NOWHERE = "redis://127.0.0.1:1/0"

describe("workers", function()
  local function said(seconds)
    return ('host:7:ab {"rows":1,"batches":1} %d'):format(1000 - seconds)
  end

  it("are there for three leases and three seconds after they were heard of, unless they have left", function()
    local function is_there(text) return myself.read({ text }, 1000, 2000)[1].is_there end
    assert.same({ true, true, false }, { is_there(said(0)), is_there(said(9)), is_there(said(10)) })
    assert.is_false(is_there 'host:7:ab {"left":"no","code":"UNAUTHENTICATED"} 1000')
    assert.same({}, myself.read({ "no such line", "host:7:ab {half 1000" }, 1000, 2000))
  end)

  it("have all left where nobody is there and one has said why", function()
    local left = { left = "no", code = "UNAUTHENTICATED" }
    assert.equal("UNAUTHENTICATED", myself.all_left({ {}, left }).code)
    assert.is_nil(myself.all_left { left, { is_there = true } })
    assert.is_nil(myself.all_left { {}, { left = "no", code = "NOTHING_OF_OURS" } })
    assert.is_nil(myself.all_left {})
  end)

  it("are counted where they are there, and told where they are silent", function()
    local workers = myself.read({ said(0), (said(60):gsub("7:ab", "8:cd")) }, 1000, 2000)
    local text = look.text("redis://host/0", { workers = workers, leases = {}, waiting = 0, owner = true })
    assert.matches("^workers  1 at redis://host/0, 0 batches wait, the owner is there\n", text)
    assert.matches("host:8  silent for 60 s", text)
  end)

  it("are not known of where Redis does not answer, which ends no look at a job", function()
    local text, found = look.told(NOWHERE, "x", {})
    assert.matches("^workers  cannot be asked: ", text)
    assert.is_nil(found)
  end)
end)

describe("a job that several work on", function()
  local portal, hub, server, folder
  before_each(function()
    portal, server, folder = given.open(), redis.start(), files.folder()
    hub = portal:connect { retry_pause = 0.01 }
  end)
  after_each(function()
    hub:close()
    portal:close()
    server:close()
    files.remove_all()
  end)

  local function saved()
    local plan <close> = hub:plan(tether.links("contacts", "companies"):add(101, 9001))
    plan:save(folder .. "/x.job")
    return folder .. "/x.job", plan.id
  end

  it("is refused with a lease that is too short or too long, and without a file", function()
    local path = saved()
    for _, seconds in ipairs { 1, 1.99, 3601, -1 } do
      local err = failure(hub.apply, hub, path, { workers = NOWHERE, lease = seconds })
      assert.equal("BAD_ARGUMENT", err.code)
      assert.matches("2 to 3600 seconds", err.message)
    end
    local plan <close> = hub:plan(tether.links("contacts", "companies"):add(102, 9001))
    local err = failure(hub.apply, hub, plan, { workers = NOWHERE })
    assert.equal("BAD_ARGUMENT", err.code)
    assert.matches("stands in a file", err.message)
  end)

  it("has one owner: a second one waits for a lease's time, and is refused", function()
    local path, id = saved()
    server:cli(("set %s elsewhere:1:ab"):format(scripts.keys(id)[4]))
    local err = failure(hub.apply, hub, path, { workers = server.url, lease = 2 })
    assert.equal("JOB_BUSY", err.code)
    assert.matches("elsewhere:1 is the owner of this job", err.message)
  end)

  it("is left to a worker as long as that one renews its lease, and is freed when it does not", function()
    local path, id = saved()
    local keys, job <close> = scripts.keys(id), assert(job_native.open(path, true))
    local to <close> = setmetatable({ line = line.open(server.url, { patience = 0, told = print,
      stop = function() return true end }) }, { __close = function(self) self.line:close() end })
    local owner = desk.open(to.line, job, { lease_ms = 60000, tries = 3, stop = function() return false end })
    assert.is_true(owner:publish(1, false))
    assert.equal("fine", to.line:run("take", keys, id, "worker", "{}")[1])
    local function state() return to.line:call({ "HGET", keys[1], "l:1" }):match "^%d+ (%l) " end
    local function hour_passes()
      assert.is_table(owner:watch "")
      for _, seen in pairs(owner.seen) do seen.at = seen.at - 3600 * 1000 end
    end
    for _ = 1, 2 do
      hour_passes()
      assert.equal("fine", to.line:run("renew", keys, owner.epoch, 1, 1, "worker", "{}")[1])
      owner:watch ""
      assert.equal("h", state())
    end
    hour_passes()
    owner:watch ""
    assert.equal("q", state())
  end)

  it("is worked at as it stands in Redis now, and not where what stands there is damaged", function()
    local keys = scripts.keys "y"
    local to <close> = setmetatable({ line = line.open(server.url, { patience = 0, told = print,
      stop = function() return true end }) }, { __close = function(self) self.line:close() end })
    to.line:call { "HSET", keys[1], "epoch", "2", "lease", "2000", "pairs", "1 contacts companies", "sets", "" }
    assert.is_nil(copy.open(to.line, keys, "1"))
    local mine = copy.open(to.line, keys, "2")
    assert.equal(2000, mine.lease_ms)
    for fields, what in pairs { ["1 9 0 1 0"] = "a batch of no pair", ["1 1 0"] = "a batch" } do
      local err = failure(mine.write, mine, hub, { f = fields }, false)
      assert.same({ "JOB_FILE", "what Redis has of this job is damaged: " .. what }, { err.code, err.message })
    end
    mine:close()
    to.line:call { "HSET", keys[1], "pairs", "contacts companies" }
    assert.equal("JOB_FILE", failure(copy.open, to.line, keys, "2").code)
  end)

  it("of another account is left to others, which is told once", function()
    server:cli(("hset %s other 1"):format(scripts.OPEN))
    local looks, told = 0, {}
    local done = hub:work(server.url, { told = function(text) told[#told + 1] = text end, stop = function()
      looks = looks + 1
      server:cli(("xadd %s * j 1"):format(scripts.BELL)) -- nobody waits for the bell
      return looks > 8
    end })
    assert.same({ batches = 0, rows = 0 }, done)
    assert.equal(1, #told)
    assert.matches("the job other is of the account 1, and this is 62515: it is left to others", told[1])
  end)

  it("ends a worker that the account refuses all, and its owner with what that one has said", function()
    local path = saved()
    portal:fault { operation = "batch_create", status = 401, body = { message = "no" } }
    local apply = "env HUBSPOT_TOKEN=%s TETHER_URL=%s timeout 50 build/tether apply %s --workers %s"
    local owner = process.background(apply:format(portal.token, portal.url, path, server.url))
    local settled = 0
    local err = failure(hub.work, hub, server.url, { on_batch = function() settled = settled + 1 end })
    assert.same({ "UNAUTHENTICATED", 0 }, { err.code, settled })
    local code, text = owner:finish()
    assert.equal(3, code, text)
    assert.matches("the last worker has left", text)
  end)
end)

describe("a batch that a worker holds", function()
  local portal, hub, server, to, keys
  before_each(function()
    portal, server, keys = given.open(), redis.start(), scripts.keys "z"
    hub = portal:connect { retry_pause = 0.01 }
    to = line.open(server.url, { patience = 0, told = print, stop = function() return true end })
    for _, step in ipairs {
      { "claim", "owner", 600000, "seal" },
      { "begin", "owner", "z", "62515", "epoch", "1", "seal", "seal", "name", "owner", "lease", "1", "tries", "3" },
      { "publish", "owner", "1", "5", "0", "5 1 0 1 0", "", "" },
      { "take", "z", "worker", "{}" },
    } do
      assert.equal("fine", to:run(step[1], keys, table.unpack(step, 2))[1])
    end
  end)
  after_each(function()
    to:close()
    hub:close()
    portal:close()
    server:close()
  end)

  local function leased(lease_ms)
    local worker = { session = hub.session, line = to, facts = function() return "{}" end }
    return lease.new(worker, { keys = keys, epoch = "1", batch = "5", n = 1, token = "worker", lease_ms = lease_ms,
      asked_ms = native.clock_ms() })
  end

  local function wait_until_over(held)
    while native.clock_ms() <= held.given.asked_ms + held.given.lease_ms do tether.sleep(0.05) end
  end

  -- No request begins without time that is left: whoever waits for some gives up at last.
  local function ask() return tether.within(20, hub.get, hub, "contacts", 101).id end

  it("is its own for longer than a lease's time, as long as it works at it", function()
    local held = leased(1500)
    local fine, id = held:hold(function()
      wait_until_over(held)
      return ask()
    end)
    assert.same({ true, 101 }, { fine, id })
    assert.is_nil(held.lost)
    assert.is_true(tonumber(to:call({ "HGET", keys[1], "l:5" }):match "^1 h (%d+) ") > 1)
    wait_until_over(held)
    assert.equal(101, ask())
    assert.same({ false, "of its own" }, { leased(1500):hold(function() error("of its own", 0) end) })
  end)

  for why, lose in pairs {
    ["somebody else has this batch by now"] = { "HSET", "l:5", "2 h 1 0 0-1 other" },
    ["Redis has lost the job"] = { "HDEL", "run" },
  } do
    it("is left at once when " .. why, function()
      to:call { lose[1], keys[1], table.unpack(lose, 2) }
      local held, went_on = leased(600), false
      assert.is_falsy((held:hold(function()
        tether.sleep(50)
        went_on = true
      end)))
      assert.same({ why, false }, { held.lost, went_on })
      wait_until_over(held)
      assert.equal(101, ask())
    end)
  end
end)
