-- The quota that processes share: a file without secrets, which is a convenience and no condition.
local files_of = require "spec.support.files"
local process = require "spec.support.process"
local tether = require "tether"

describe("the shared quota", function()
  local portal, folder
  before_each(function()
    portal = tether.portal()
    folder = os.tmpname()
    os.remove(folder)
  end)
  after_each(function()
    portal:close()
    os.execute("rm -rf " .. folder)
  end)

  local function listing()
    local pipe = assert(io.popen("stat -c '%a %n' " .. folder .. " " .. folder .. "/* 2>&1"))
    local text = pipe:read "a"
    pipe:close()
    return text
  end

  it("is a file of mode 0600 in a folder of mode 0700, and holds no token", function()
    local hub = portal:connect { share = folder, token = portal.token }
    hub:account()
    assert.matches("^700 ", listing())
    assert.matches("\n600 [^\n]+/quota%-%x+\n$", listing())
    local path = listing():match "600 ([^\n]+)"
    local file = assert(io.open(path, "rb"))
    local bytes = file:read "a"
    file:close()
    assert.is_nil(bytes:find(portal.token, 1, true))
    assert.is_nil(bytes:find(portal.token:sub(-12), 1, true))
    hub:close()
  end)

  it("of another start of the machine, whose clock was another one, holds nobody back", function()
    portal:set("burst", 1)
    local hub = portal:connect { share = folder }
    hub:account()
    hub:close()
    local path = listing():match "600 ([^\n]+)"
    local file = assert(io.open(path, "r+b"))
    file:seek("set", 8)
    file:write(("0"):rep(36))
    file:close()
    portal:clock(portal:clock() + 11000)
    hub = portal:connect { share = folder }
    hub:account()
    assert.is_true(hub:stats().waited_ms < 5000)
    hub:close()
  end)

  it("refuses a word that is no path: it would become a folder's name", function()
    for _, word in ipairs { "false", "redis", "127.0.0.1:6379", "" } do
      local ok, err = pcall(portal.connect, portal, { share = word })
      assert.is_false(ok)
      assert.equal("BAD_ARGUMENT", err.code)
      assert.matches("connect.share", err.message, 1, true)
    end
  end)

  it("refuses a folder that others may write to", function()
    os.execute("mkdir -m 777 " .. folder)
    local ok, err = pcall(portal.connect, portal, { share = folder })
    assert.is_false(ok)
    assert.equal("FILE_FAILED", err.code)
    assert.matches("mode 0700", err.message)
  end)

  it("is done without, and noted, where it is the default and cannot be had", function()
    os.execute("mkdir -m 777 " .. folder)
    local hub = require("tether.hub").new { url = "https://127.0.0.2:1", token = "t", shared_folder = folder,
      retry_for = 0 }
    assert.same({}, hub.notices) -- loopback: not shared by default
    hub:close()
    hub = require("tether.hub").new { url = "https://account.invalid", token = "t", shared_folder = folder }
    assert.equal(1, #hub.notices)
    assert.matches("do not share", hub.notices[1])
    assert.matches("mode 0700", hub:stats().quota.unshared)
    hub:close()
  end)

  it("begins anew where the file is another one's layout", function()
    portal:connect({ share = folder }):close()
    local path = listing():match "600 ([^\n]+)"
    local file = assert(io.open(path, "wb"))
    file:write(("x"):rep(100))
    file:close()
    local hub = portal:connect { share = folder }
    assert.truthy(hub:account().portalId)
    hub:close()
  end)

  local function path_of_file()
    return folder .. "/" .. listing():match "(quota%-%x+)"
  end

  it("goes on where its file is cut, garbled or gone meanwhile, and mends it", function()
    local harms = { "truncate -s 0 %s", "truncate -s 1000 %s", "rm %s",
      "dd if=/dev/zero bs=1 seek=60 count=40000 conv=notrunc status=none of=%s",
      "tr '\\0' '\\377' </dev/zero | dd bs=1 seek=60 count=20000 conv=notrunc of=%s" }
    for _, harm in ipairs(harms) do
      local hub <close> = portal:connect { share = folder }
      hub:account()
      os.execute(("( %s ) 2>/dev/null"):format(harm:format(path_of_file())))
      for _ = 1, 3 do assert.truthy(hub:account().portalId) end
      local other <close> = portal:connect { share = folder }
      assert.truthy(other:account().portalId)
      assert.is_nil(hub:stats().quota.unshared)
    end
  end)

  -- A program of its own; what it prints.
  local function output_of(prefix, program)
    local pipe = assert(io.popen(("%s exec %s %s %s %s %s 2>&1"):format(prefix, process.interpreter(),
      files_of.write(program, ".lua"), portal.url, portal.token, folder)))
    local text = pipe:read "a"
    pipe:close()
    return text
  end

  it("is told not to be one where its file cannot be written", function()
    -- As on a full disk: no file of this program may grow.
    local text = output_of("trap '' XFSZ; ulimit -f 0;", [[
      local tether = require "tether"
      local ok, err = pcall(tether.connect, { url = arg[1], token = arg[2], share = arg[3] })
      print(ok, err.code)
      local hub = require("tether.hub").new { url = "https://account.invalid", token = "t", shared_folder = arg[3],
        log = "info" }
      print(hub:stats().quota.unshared)]])
    assert.matches("^false\tFILE_FAILED\n", text)
    assert.matches("\ntether %S+ the quota is not shared with other processes: cannot write", text)
    assert.matches("\ncannot write the shared quota [^\n]+\n", text)
  end)

  -- Runs `use` while another process has the lock of the file.
  local function with_lock_held(use)
    local holder = process.background(("exec flock -F -x %s sh -c 'echo held; exec sleep 60'"):format(path_of_file()))
    holder:printed "held"
    local fine, problem = pcall(use)
    holder:signal "KILL"
    holder:finish()
    assert(fine, problem)
  end

  it("is done without where another process holds its lock for good", function()
    local hub <close> = portal:connect { share = folder }
    hub:account()
    with_lock_held(function()
      assert.truthy(hub:account().portalId)
      assert.matches("holds its lock", hub:stats().quota.unshared)
      assert.matches("holds its lock", hub.notices[1])
    end)
  end)

  it("is not waited for at the start where another process holds its lock", function()
    portal:connect({ share = folder }):close()
    with_lock_held(function()
      local ok, err = pcall(portal.connect, portal, { share = folder })
      assert.is_false(ok)
      assert.equal("FILE_FAILED", err.code)
      assert.matches("another process holds the lock", err.message)
    end)
  end)

  it("does not wait in silence for a pause that is longer than a request may take", function()
    local one <close> = portal:connect { share = folder, retry_for = 1 }
    local other <close> = portal:connect { share = folder, retry_for = 1 }
    portal:fault { status = 429, headers = { ["Retry-After"] = "90000" }, times = 1 }
    for _, hub in ipairs { one, other } do
      local ok, err = pcall(hub.account, hub)
      assert.is_false(ok)
      assert.equal("RATE_LIMITED", err.code)
    end
    local _, err = pcall(other.account, other)
    assert.matches("asked for a pause, and %d+ seconds of it are left: not sent", err.message)
    assert.equal(1, portal:counters().requests)
  end)

  local function files()
    local count = 0
    for _ in listing():gmatch "/quota%-%x+" do count = count + 1 end
    return count
  end

  it("of a token from a function is that of the same token", function()
    portal:connect({ share = folder, token = portal.token }):close()
    for _ = 1, 3 do
      local hub <close> = portal:connect { share = folder, token = function() return portal.token end }
      hub:account()
    end
    assert.equal(2, files()) -- the token's, and that of those who have none yet
    local one <close> = portal:connect { share = folder, token = function() return portal.token end }
    local other <close> = portal:connect { share = folder, token = portal.token }
    portal:seed { contacts = { { id = 1 } } }
    one:get("contacts", 1)
    assert.equal(one:stats().quota.window_left, other:stats().quota.window_left)
  end)

  it("is one for all spellings of an address", function()
    local port = portal.url:match ":(%d+)"
    for _, url in ipairs { "http://localhost:%s", "http://localhost:%s/", "HTTP://LocalHost:%s//" } do
      local given = url:format(port)
      local fine, hub = pcall(portal.connect, portal, { url = given, share = folder })
      if fine then hub:close() end
    end
    assert.equal(1, files())
  end)

  it("is not swept away from under a process that has run for days, and goes when nobody has it open", function()
    local hub = portal:connect { share = folder, token = portal.token }
    hub:account()
    local function age_and_open_another()
      os.execute("touch -d '2 days ago' " .. folder .. "/*")
      portal:connect({ share = folder, token = "another-token" }):close()
    end
    age_and_open_another()
    assert.equal(2, files())
    hub:close()
    age_and_open_another()
    assert.equal(1, files())
  end)
end)
