-- kill -9 at random instants of plan, apply and undo, each gone on with until it ends: the account is as after an
-- undisturbed run, and as before after the undo, byte for byte. JOB_KILLS=N kills N times (a few in `make test`).
local account_state = require("spec.support.account").state
local files = require "spec.support.files"
local killed_job = require "spec.support.killed_job"
local process = require "spec.support.process"
local socket = require "socket"
local tether = require "tether"

local KILLS = tonumber(os.getenv "JOB_KILLS" or 5)
local SEED = tonumber(os.getenv "JOB_SEED" or os.time())
local MOST_TRIES = 200 -- of a step without kills, against faults: far more than any takes

local killed = 0

local function kill(pid)
  os.execute(("kill -KILL %d 2>/dev/null"):format(pid))
end

-- Runs a step to its end; `kills` times it is killed on the way, and its portal as well where that can be.
local function step(what, account, kills, longest)
  for try = 1, MOST_TRIES do
    local child = process.background(("%s spec/support/job_child.lua %s %s %s %s"):format(process.interpreter(), what,
      account.url, account.token, account.folder))
    if try <= kills then
      socket.sleep(math.random() * longest)
      if account.restart and math.random(2) == 1 then account.restart() else kill(child.pid) end
    end
    local code, text = child:finish()
    killed = killed + (code == 137 and 1 or 0)
    if code == 0 then return text end
    assert.is_true(code == 4 or code == 137, ("%s ended with %s: %s"):format(what, code, text))
  end
  error(what .. " does not end")
end

local STEPS = { "plan", "apply", "undo", "back" }

-- The four steps; what is in the account behind the second and the fourth.
local function run(account, dump, kills, longest)
  local states = {}
  for i, what in ipairs(STEPS) do
    local begun = socket.gettime()
    step(what, account, kills and math.random(0, kills) or 0, longest and longest[what])
    if not longest then account.took[what] = socket.gettime() - begun end
    if i % 2 == 0 then states[#states + 1] = account_state(dump()) end
  end
  return states
end

local function in_process(work)
  local portal <close> = tether.portal { switches = killed_job.SWITCHES }
  portal:seed(killed_job.facts())
  local account = { url = portal.url, token = portal.token, folder = files.folder(), took = {} }
  return work(account, portal)
end

-- A portal in a process of its own, whose account is in a file.
local function start_portal(db, port, token, seed)
  local words = { "build/tether portal --db", db, "--port", port, "--token", token, seed and "--seed " .. seed or "" }
  for name, value in pairs(killed_job.SWITCHES) do words[#words + 1] = ("--set %s=%d"):format(name, value) end
  local portal = process.background(table.concat(words, " "))
  return portal, portal:printed '"url":"([^"]+)"'
end

local function in_its_own(work)
  local folder = files.folder()
  local db, token = folder .. "/portal.db", "pat-na1-11111111-2222-4333-8444-555555555555"
  local seeding <close> = tether.portal { path = db }
  seeding:seed(killed_job.facts())
  seeding:close()
  local portal, url = start_portal(db, 0, token)
  local account = { url = url, token = token, folder = folder, took = {} }
  local function stop()
    kill(portal.pid)
    portal:finish()
  end
  function account.restart()
    stop()
    portal = start_portal(db, url:match ":(%d+)$", token)
  end
  local function dump()
    stop()
    local reading <close> = tether.portal { path = db }
    local text = reading:dump()
    reading:close()
    portal = start_portal(db, url:match ":(%d+)$", token)
    return text
  end
  work(account, nil, dump)
  stop()
end

local ways = { { status = 500 }, { status = 502, applied = true }, { reset = "before" }, { reset = "after" },
  { reset = "middle" }, { truncate = true }, { malformed = true }, { status = 503 }, { status = 200, body = "" } }

local function disturb(portal)
  for i, way in ipairs(ways) do
    local rule = { probability = 0.05 / #ways, seed = SEED + i }
    for name, value in pairs(way) do rule[name] = value end
    portal:fault(rule)
  end
end

describe("a job whose process is killed", function()
  local first, wanted, took
  setup(function()
    math.randomseed(SEED)
    in_process(function(account, portal)
      first = account_state(portal:dump())
      wanted = run(account, function() return portal:dump() end)
      took = account.took
    end)
  end)
  teardown(files.remove_all)

  it("undisturbed changes the account, and its undo restores it byte for byte", function()
    assert.is_true(wanted[1] ~= first)
    assert.is_true(wanted[2] == first, "the undo leaves another account")
  end)

  local function is_right(account, dump)
    local states = run(account, dump, 3, took)
    assert.is_true(states[1] == wanted[1], "the apply leaves another account: " .. account.folder)
    assert.is_true(states[2] == first, "the undo leaves another account: " .. account.folder)
  end

  local function again(place, before)
    killed = 0
    repeat
      place(function(account, portal, dump)
        if before then before(portal) end
        is_right(account, dump or function() return portal:dump() end)
      end)
    until killed >= KILLS
  end

  it("whose disk is full at any moment goes on when there is room", function()
    in_process(function(account, portal)
      step("plan", account, 0)
      local stopped = 0
      for blocks = 80, 400, 40 do -- of 512 bytes: the longest file that may be written
        local child = process.background(("sh -c \"trap '' XFSZ; ulimit -f %d; exec %s spec/support/job_child.lua " ..
          "apply %s %s %s\""):format(blocks, process.interpreter(), account.url, account.token, account.folder))
        local code, text = child:finish()
        assert.is_true(code == 0 or code == 4, text)
        if code == 4 then
          stopped = stopped + 1
          assert.matches("FILE_FAILED", text, 1, true)
        end
      end
      assert.is_true(stopped > 0)
      step("apply", account, 0)
      assert.is_true(account_state(portal:dump()) == wanted[1], "the apply leaves another account")
    end)
  end)

  it("and gone on with ends as an undisturbed one", function() again(in_process) end)

  it("while one request in twenty goes wrong ends as an undisturbed one", function() again(in_process, disturb) end)

  it("and whose portal is killed too ends as an undisturbed one", function() again(in_its_own) end)
end)
