-- The quota that processes share: a file without secrets, which is a convenience and no condition.
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
