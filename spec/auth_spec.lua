-- Where the token comes from, and when another one is fetched: against the portal, over real sockets.
local tether = require "tether"
local process = require "spec.support.process"
local auth = require "spec.support.auth"

local CLIENT, SECRET, REFRESH = "client-1", "planted-client-secret", "planted-refresh-token"
local failure, file_with, hidden, at_once,
  all_are = auth.failure, auth.file_with, auth.hidden, auth.at_once, auth.all_are

describe("a token", function()
  local portal, name, hub
  before_each(function()
    portal = tether.portal()
    portal:seed("contacts", 101)
    name = nil
  end)
  after_each(function()
    if hub then hub:close() end
    hub = nil
    if name then os.remove(name) end
    portal:close()
  end)

  local function connect(options)
    options.url = portal.url
    hub = tether.connect(options)
    return hub
  end

  it("is taken from the argument", function()
    assert.equal(101, connect { token = portal.token }:get("contacts", 101).id)
  end)

  it("function that calls its own hub is refused by name", function()
    local own
    own = connect { token = function()
      own:account()
      return portal.token
    end }
    local problem = failure(own.account, own)
    assert.equal("UNAUTHENTICATED", problem.code)
    assert.matches("the token function of this hub uses the hub itself", problem.message)
  end)

  it("is read from a file of mode 0600, its first line", function()
    name = file_with(portal.token .. "\nanother line\n", "600")
    assert.equal(101, connect { token_file = name }:get("contacts", 101).id)
    assert(os.execute("chmod 400 " .. name))
    assert.equal(101, tether.connect { url = portal.url, token_file = name }:get("contacts", 101).id)
  end)

  it("in a file that others may read is refused, with the remedy", function()
    for _, mode in ipairs { "640", "604", "644", "660", "602", "601" } do
      name = file_with(portal.token, mode)
      local problem = failure(connect, { token_file = name })
      assert.equal("FILE_FAILED", problem.code)
      assert.matches("chmod 600", problem.message)
      assert.truthy(problem.message:find(name, 1, true))
      assert.matches("mode 0" .. mode, problem.message)
      hidden(problem, portal.token)
      os.remove(name)
    end
  end)

  it("file that is missing, empty, no file or not a token is named", function()
    local problem = failure(connect, { token_file = "/nonexistent/token" })
    assert.equal("FILE_FAILED", problem.code)
    assert.matches("/nonexistent/token: No such file", problem.message)
    problem = failure(connect, { token_file = "/" })
    assert.equal("FILE_FAILED", problem.code)
    assert.matches("not a regular file", problem.message)
    for _, text in ipairs { "", "\n" .. portal.token, "\r\n" } do
      name = file_with(text, "600")
      problem = failure(connect, { token_file = name })
      assert.equal("TOKEN_MISSING", problem.code)
      assert.truthy(problem.message:find(name, 1, true))
      os.remove(name)
    end
    for _, text in ipairs { "a token", "to\0ken", "t\246ken" } do
      name = file_with(text, "600")
      problem = failure(connect, { token_file = name })
      assert.equal("TOKEN_MALFORMED", problem.code)
      hidden(problem, text)
      os.remove(name)
    end
  end)

  it("file that is a pipe does not block", function()
    name = os.tmpname()
    os.remove(name)
    assert(os.execute("mkfifo -m 600 " .. name))
    assert.matches("not a regular file", failure(connect, { token_file = name }).message)
  end)

  it("is taken from $HUBSPOT_TOKEN when the options name none", function()
    local script = ("print(require('tether').connect():get('contacts', 101).id)")
    local pipe = io.popen(("HUBSPOT_TOKEN=%s TETHER_URL=%s lua5.4 -e %q 2>&1"):format(portal.token, portal.url, script))
    assert.equal("101\n", pipe:read "a")
    pipe:close()
  end)

  it("from the options goes before the environment's, of whichever kind", function()
    name = file_with(portal.token, "600")
    local script = ([[local tether = require "tether"
      for _, options in ipairs { { token = %q }, { token_file = %q }, { token = function() return %q end } } do
        print(tether.connect(options):get("contacts", 101).id)
      end]]):format(portal.token, name, portal.token)
    local code = file_with(script, "600")
    local pipe = io.popen(("HUBSPOT_TOKEN=wrong TETHER_URL=%s lua5.4 %s 2>&1"):format(portal.url, code))
    assert.equal("101\n101\n101\n", pipe:read "a")
    pipe:close()
    os.remove(code)
  end)

  it("comes from one place: options that exclude each other are refused", function()
    local oauth = { client_id = CLIENT, client_secret = SECRET, refresh_token = REFRESH }
    for _, options in ipairs { { token = "a", token_file = "b" }, { token = "a", oauth = oauth },
      { token_file = "b", oauth = oauth }, { token = "a", token_file = "b", oauth = oauth } } do
      local problem = failure(connect, options)
      assert.equal("BAD_ARGUMENT", problem.code)
      assert.matches("token, token_file and oauth exclude each other", problem.message)
    end
    assert.equal("BAD_ARGUMENT", failure(connect, { token = 42 }).code)
    assert.equal("BAD_ARGUMENT", failure(connect, { oauth = { client_id = CLIENT } }).code)
    assert.equal("OPTION_UNKNOWN", failure(connect, { oauth = { client = CLIENT } }).code)
    hidden(failure(connect, { token = "pat na1-planted" }), "planted")
  end)

  describe("from a function", function()
    local function counted(...)
      local brings, calls = { ... }, { n = 0 }
      return function()
        calls.n = calls.n + 1
        local one = brings[math.min(calls.n, #brings)]
        if type(one) == "function" then return one() end
        return table.unpack(one)
      end, calls
    end

    it("is asked for at the first request, and not again", function()
      local bring, calls = counted { portal.token }
      connect { token = bring }
      assert.equal(0, calls.n)
      for _ = 1, 3 do assert.equal(101, hub:get("contacts", 101).id) end
      assert.equal(1, calls.n)
    end)

    it("is asked for again once when the account refuses it", function()
      local bring, calls = counted({ "outdated" }, { portal.token })
      connect { token = bring }
      assert.equal(101, hub:get("contacts", 101).id)
      assert.equal(2, calls.n)
      hub:get("contacts", 101)
      assert.equal(2, calls.n)
    end)

    it("that stays wrong ends as the account's refusal", function()
      local bring, calls = counted { "wrong" }
      connect { token = bring }
      assert.equal("UNAUTHENTICATED", failure(hub.get, hub, "contacts", 101).code)
      assert.equal(2, calls.n)
      assert.equal("UNAUTHENTICATED", failure(hub.get, hub, "contacts", 101).code)
      assert.is_true(calls.n <= 4)
    end)

    it("is asked for once by twenty requests that wait, and once more when all are refused", function()
      local bring, calls = counted({ "outdated" }, { portal.token })
      connect { token = bring, concurrency = 20 }
      all_are(200, at_once(hub, 20))
      assert.equal(2, calls.n)
    end)

    it("that lasts some seconds is asked for again before they are over", function()
      local bring, calls = counted({ portal.token, 2 }, { portal.token, 1000 })
      connect { token = bring }
      hub:get("contacts", 101)
      assert.equal(1, calls.n)
      process.wait_until(function()
        hub:get("contacts", 101)
        return calls.n > 1
      end, "a second token")
      hub:get("contacts", 101)
      assert.equal(2, calls.n)
      for _, request in ipairs(portal:log()) do assert.equal(200, request.status) end
    end)

    it("that fails is told with its reason, and the next request asks again", function()
      local bring, calls = counted(function() error("the vault is locked", 0) end, { nil, "no such key" }, {}, { 42 },
        { "planted 1" }, { "" }, { "planted\0" }, { portal.token, 0 / 0 }, { portal.token, "soon" },
        { portal.token, -1 }, { portal.token, math.huge })
      connect { token = bring }
      local wanted = { "the vault is locked", "no such key", "it returned no text", "it returned no text",
        "not printable", "no token", "NUL", "seconds", "seconds", "seconds" }
      for i, reason in ipairs(wanted) do
        local problem = failure(hub.get, hub, "contacts", 101)
        assert.equal("UNAUTHENTICATED", problem.code)
        assert.matches("token function", problem.message)
        assert.matches(reason, problem.message)
        assert.equal(i, calls.n)
        hidden(problem, "planted", portal.token)
      end
      assert.equal(101, hub:get("contacts", 101).id)
      assert.equal(0, portal:counters().requests - 1)
    end)

    it("fails every request that waits for it, each once", function()
      connect { token = function() error "locked" end }
      all_are("UNAUTHENTICATED", at_once(hub, 5))
      assert.equal(0, portal:counters().requests)
    end)

    it("may close the hub: the request ends as CLOSED", function()
      connect { token = function()
        hub:close()
        return portal.token
      end }
      assert.equal("CLOSED", failure(hub.get, hub, "contacts", 101).code)
    end)
  end)

  it("of another region goes to its host only when that is asked for", function()
    local native = require "tether.connection.options"
    local function host(options) return (select(2, native.read(options))).url end
    assert.equal("https://api.hubapi.com", host { token = "pat-eu1-x" })
    assert.equal("https://api-eu1.hubapi.com", host { token = "pat-eu1-x", region = "auto" })
    assert.equal("https://api.hubapi.com", host { token = "pat-na1-x", region = "auto" })
    assert.equal("https://api.hubapi.com", host { token = "pat-na2-x", region = "auto" })
    assert.equal("https://api.hubapi.com", host { token = "opaque", region = "auto" })
    assert.equal("https://api-eu1.hubapi.com", host { token = "opaque", region = "eu1" })
    assert.equal("BAD_ARGUMENT", failure(host, { token = "x", region = "evil.example/" }).code)
    assert.equal("BAD_ARGUMENT", failure(host, { token_file = "x", region = "auto" }).code)
  end)

  it("that is refused with an EU prefix hears of the EU host", function()
    connect { token = "pat-eu1-00000000" }
    local problem = failure(hub.get, hub, "contacts", 101)
    assert.equal("UNAUTHENTICATED", problem.code)
    assert.matches("api%-eu1", problem.hint)
    hidden(problem, "00000000")
  end)
end)
