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
end)
