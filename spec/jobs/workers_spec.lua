-- A job that several processes work at, by way of a real redis-server: workers, owners and Redis itself are killed, and
-- the account is as after an undisturbed run. WORK_KILLS=30 WORK_PAUSE=2 WORKERS=4 is the long form (make test-redis).
local accounts = require "spec.support.account"
local files = require "spec.support.files"
local killed_job = require "spec.support.killed_job"
local process = require "spec.support.process"
local redis = require "spec.support.redis"
local socket = require "socket"
local tether = require "tether"

local KILLS = tonumber(os.getenv "WORK_KILLS" or 3)
local PAUSE = tonumber(os.getenv "WORK_PAUSE" or 0.5)
local WORKERS = tonumber(os.getenv "WORKERS" or 2)
local SEED = tonumber(os.getenv "JOB_SEED" or os.time())
local LEASE = 2

local function account()
  local portal = tether.portal { switches = killed_job.SWITCHES }
  portal:seed(killed_job.facts())
  return portal
end

local function plan(portal, path, piece)
  local hub <close> = portal:connect()
  local made <close> = killed_job.plan(hub, piece or 10)
  made:save(path)
end

describe("a job that workers write", function()
  local server, portal, folder, children

  local function child(what, job, more)
    local one = process.background(("%s spec/support/work_child.lua %s %s %s %s %s %s %s %s"):format(
      process.interpreter(), what, portal.url, portal.token, server.url, folder, job or "x.job", LEASE, more or 100))
    children[one] = true
    return one
  end

  local function finish(one)
    children[one] = nil
    return one:finish()
  end

  local function kill(one)
    one:signal "KILL 2>/dev/null"
    return finish(one)
  end

  before_each(function()
    math.randomseed(SEED)
    server, folder, children = redis.start(), files.folder(), {}
    portal = account()
  end)
  after_each(function()
    for one in pairs(children) do kill(one) end
    portal:close()
    server:close()
    files.remove_all()
  end)

  local function command(line)
    local code, text = process.background(("env HUBSPOT_TOKEN=%s TETHER_URL=%s timeout 50 build/tether %s"):format(
      portal.token, portal.url, line)):finish()
    return text, code
  end

  -- No write by a lease goes out behind one by a newer lease of the same batch.
  local function check_leases()
    local lines, newest = {}, {}
    for line in io.lines(folder .. "/log") do
      local at, batch, epoch, lease = line:match "^(%d+) (%d+) (%d+) (%d+) "
      lines[#lines + 1] = { at = tonumber(at), batch = batch, number = tonumber(epoch) * 1000000 + tonumber(lease) }
    end
    table.sort(lines, function(a, b) return a.at < b.at end)
    for _, one in ipairs(lines) do
      local before = newest[one.batch] or 0
      assert.is_true(one.number >= before, ("batch %s: lease %d wrote after %d"):format(one.batch, one.number, before))
      newest[one.batch] = one.number
    end
    os.remove(folder .. "/log")
    assert.is_true(#lines > 0)
  end

  -- The owner runs to its end; workers are killed meanwhile, Redis at some time, and the owner now and then.
  local function disturbed(job, kills)
    local workers, owner, killed, ended = {}, child("owner", job), 0, false
    for i = 1, WORKERS do workers[i] = child "worker" end
    local redis_at = math.random(1, math.max(1, kills))
    while not ended do
      socket.sleep(PAUSE)
      ended = owner:output():find "done[^\n]*\n$" ~= nil or not os.execute("kill -0 " .. owner.pid .. " 2>/dev/null")
      if not ended and killed < kills then
        killed = killed + 1
        local at = math.random(WORKERS)
        kill(workers[at])
        workers[at] = child "worker"
        if killed == redis_at then
          server:kill()
          server:start()
        elseif math.random(4) == 1 then
          kill(owner)
          owner = child("owner", job)
        end
      end
    end
    local code, text = finish(owner)
    assert.equal(0, code, text)
    for _, one in pairs(workers) do kill(one) end
    check_leases()
    return killed
  end

  it("ends as an undisturbed one, however many are killed on the way, and is taken back", function()
    local first = accounts.state(portal)
    local plain = account()
    plan(plain, folder .. "/plain.job")
    local hub = plain:connect()
    assert.is_true(hub:apply(folder .. "/plain.job"):fine())
    local after = accounts.state(plain)
    hub:close()
    plain:close()
    portal:fault { delay = 0.1 * PAUSE, probability = 1 } -- a job lasts for several kills
    local killed = 0
    repeat
      for name in ("x.job x.job.lock y.job y.job.lock"):gmatch "%S+" do os.remove(folder .. "/" .. name) end
      plan(portal, folder .. "/x.job")
      killed = killed + disturbed("x.job", KILLS - killed)
      assert.is_true(accounts.state(portal) == after, "the apply leaves another account, seed " .. SEED)
      local back <close> = portal:connect()
      back:undo(folder .. "/x.job"):save(folder .. "/y.job")
      killed = killed + disturbed("y.job", math.max(0, KILLS - killed))
      assert.is_true(accounts.state(portal) == first, "the undo leaves another account, seed " .. SEED)
    until killed >= KILLS
    assert.equal("", server:cli "keys tether:job:*")
  end)

  it("gives a batch up at which too many have failed, and goes on with it when it is applied again", function()
    plan(portal, folder .. "/x.job", 1000)
    portal:fault { delay = 0.5, probability = 1 }
    local owner, worker = child("owner", "x.job", 1), child "worker"
    process.wait_until(function() return os.execute("test -s " .. folder .. "/log") end, "a write")
    kill(worker)
    portal:clear_faults()
    worker = child "worker"
    local code, text = finish(owner)
    assert.equal(4, code, text)
    assert.matches("given up after 1 workers failed at its batch", text, 1, true)
    code, text = finish(child "owner")
    assert.equal(0, code, text)
    kill(worker)
  end)

  it("takes what is no result for one that is not known, and goes on with it when it is applied again", function()
    plan(portal, folder .. "/x.job", 1000)
    local owner, batches = child "owner", nil
    process.wait_until(function()
      batches = server:cli "keys tether:job:*:batches"
      return batches:find "batches"
    end, "batches that are handed out")
    server:cli(("xadd %s '*' b 1 e 1 n 1 s fine r junk"):format((batches:gsub("batches$", "results"))))
    owner:printed "batch 1: what Redis has as its result is none"
    local worker = child "worker"
    local code, text = finish(owner)
    assert.equal(4, code, text)
    code, text = finish(child "owner")
    assert.equal(0, code, text)
    kill(worker)
  end)

  it("shows who is at work, and no secret of theirs in Redis", function()
    plan(portal, folder .. "/x.job")
    portal:fault { delay = 1, probability = 1 } -- it holds a batch at almost any moment
    local owner, worker = child "owner", child "worker"
    local text
    process.wait_until(function() return os.execute("test -s " .. folder .. "/log") end, "a write")
    process.wait_until(function()
      text = command("job " .. folder .. "/x.job --list 0")
      return text:find "batch %d+  number 1"
    end, "a lease")
    assert.matches("workers  1 at redis://", text, 1, true)
    assert.matches("the owner is there", text, 1, true)
    local line = command("job " .. folder .. "/x.job --json --list 0"):match "^([^\n]+)\n$"
    assert.equal(4, select(2, command("job " .. folder .. "/x.job --json --list 3"):gsub("\n", "")))
    assert.matches('"at_work":{"workers":[{"name":', line, 1, true)
    server:cli "config set rdbcompression no"
    assert.equal("OK", server:cli "save")
    local image = files.content(server.folder .. "/dump.rdb")
    assert.is_nil(image:find(portal.token, 1, true))
    owner:signal "INT"
    finish(owner)
    text = command("apply " .. folder .. "/x.job")
    assert.matches("JOB_BUSY: workers have batches of this job", text, 1, true)
    worker:signal "INT"
    finish(worker)
  end)

  it("asks Redis no more than twice a second beside the stream while there is nothing to do", function()
    local worker = child "worker"
    process.wait_until(function() return server:calls "xread" > 0 end, "a worker that waits")
    local before, begun = server:calls "hgetall", socket.gettime()
    socket.sleep(3)
    assert.is_true(server:calls "hgetall" - before <= 2 * (socket.gettime() - begun))
    kill(worker)
  end)

  it("sends nothing without a lease, and nothing lasts longer than it", function()
    local hub <close> = tether.connect { url = portal.url, token = portal.token, retry_for = 0 }
    assert.truthy(hub:account())
    local before = portal:counters().requests
    hub.session:lease(5000, 6000) -- too little of it is left for one more
    local fine, problem = pcall(tether.within, 0.3, hub.associations, hub, "contacts", 1, "companies")
    assert.is_true(not fine and problem.code == "TIMED_OUT")
    assert.equal(before, portal:counters().requests)
    portal:fault { delay = 3, probability = 1 }
    hub.session:lease(300, 10)
    local begun = socket.gettime()
    assert.is_false(pcall(hub.associations, hub, "contacts", 1, "companies"))
    assert.is_true(socket.gettime() - begun < 2)
    portal:clear_faults()
    hub.session:lease(-1)
    assert.truthy(hub:associations("contacts", 1, "companies"))
  end)

  it("needs no more rights than the guide names, in any database, limits shared as well", function()
    local guide = files.content "lua/tether/guide/plan-and-undo.md"
    local rights = guide:match "A user of Redis needs (.-)`;":gsub("[`\n]", " "):gsub(" and ", " ")
    server:cli("acl setuser worker on nopass " .. rights:gsub("%S+", "'%0'"))
    local url = server.url:gsub("//", "//worker@"):gsub("0$", "3")
    plan(portal, folder .. "/x.job")
    local run = "env HUBSPOT_TOKEN=%s TETHER_URL=%s timeout 50 build/tether apply %s/x.job --workers %s"
    local owner = process.background(run:format(portal.token, portal.url, folder, url))
    process.wait_until(function() return server:cli "-n 3 keys *facts" ~= "" end, "a job in Redis")
    local text, code = command("work " .. url .. " --drain")
    assert.equal(0, code, text)
    code, text = owner:finish()
    assert.equal(0, code, text)
  end)

  describe("refuses in one line, before anything is sent:", function()
    local function refused(line, ...)
      local before = portal:counters().linked
      local text, code = command(line)
      assert.is_true(code == 3 or code == 2, text)
      for _, words in ipairs { ... } do assert.matches(words, text, 1, true) end
      assert.equal(before, portal:counters().linked)
    end

    local function apply(more) return ("apply %s/x.job --lease 2 --workers %s"):format(folder, more or server.url) end

    before_each(function() plan(portal, folder .. "/x.job") end)

    it("an address without a server, and what is no address", function()
      local url = server.url
      server:kill()
      refused(apply(url), "REDIS_LOST")
      refused("work " .. url, "REDIS_LOST")
      refused("work nonsense", "BAD_ARGUMENT")
      refused("work", "BAD_ARGUMENT: work: the address of Redis is missing")
      server:start()
    end)

    it("a wrong password", function()
      server:cli "config set requirepass secret"
      refused(apply(), "REDIS_FAILED", "password")
      refused("work " .. server.url, "REDIS_FAILED", "password")
    end)

    it("a full server, and one that is read only", function()
      server:cli "config set maxmemory 1"
      refused(apply(), "REDIS_FAILED", "is full")
      server:cli "config set maxmemory 0"
      server:cli "replicaof 127.0.0.1 1"
      refused(apply(), "REDIS_FAILED", "read-only replica")
    end)

    it("a key of another type under our names", function()
      server:cli "set tether:open 1"
      refused(apply(), "REDIS_FAILED: the key tether:open holds a string that is not Tether's")
      refused("work " .. server.url, "REDIS_FAILED", "another type")
    end)

    it("a job of another account, and one that has ended", function()
      server:cli "hset tether:open 0123 777"
      refused(("work %s --job 0123"):format(server.url), "JOB_ACCOUNT", "777")
      refused(("work %s --job 4567"):format(server.url), "JOB_ENDED")
      assert.matches("done", (command("apply " .. folder .. "/x.job")))
      refused(apply(), "JOB_ENDED")
    end)

    it("a copy of a job that is handed out, and a second owner", function()
      os.execute(("cp %s/x.job %s/copy.job"):format(folder, folder))
      local owner = child "owner"
      process.wait_until(function() return server:cli "keys *facts" ~= "" end, "a job in Redis")
      refused(("apply %s/copy.job --lease 2 --workers %s"):format(folder, server.url), "JOB_BUSY", "another file",
        "plan anew for the other")
      local text = command(("apply %s/copy.job --lease 2 --workers %s"):format(folder, server.url))
      assert.is_nil(text:find("apply it again", 1, true), text) -- one remedy
      refused(apply(), "JOB_BUSY")
      kill(owner)
    end)
  end)
end)
