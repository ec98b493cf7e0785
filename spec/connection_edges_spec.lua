-- The way to the account at its edges: what the environment leaves out, options that are just too small, answers and
-- requests that are almost what they should be.
local account = require "spec.support.account"
local certificates = require "spec.support.certificates"
local failure = require "spec.support.failure"
local files = require "spec.support.files"
local nginx = require "spec.support.nginx"
local shell = require "spec.support.shell"
local tether = require "tether"

describe("a connection at its edges", function()
  local portal, hub
  before_each(function() portal, hub = account.open(nil, { retry_pause = 0.01 }) end)
  after_each(function() account.close() files.remove_all() end)

  -- What a program with some environment of its own says of its connection.
  local function elsewhere(environment, program)
    local path = files.write('local tether = require "tether"\n' .. program)
    return shell.run("lua5.4 " .. path, { portal = portal, environment = environment })
  end

  it("takes an empty variable of the environment for none", function()
    local empty = "HTTP_PROXY="
    for _, name in ipairs { "TETHER_LOG", "TETHER_SHARE", "TETHER_REDIS_PASSWORD", "SSL_CERT_FILE", "SSL_CERT_DIR",
      "CURL_CA_BUNDLE", "XDG_RUNTIME_DIR" } do empty = empty .. " " .. name .. "=" end
    local read = "print(tether.connect():get('contacts', 101).id)"
    assert.same({ "101\n", 0 }, { elsewhere(empty, read) })
    assert.matches("TOKEN_MISSING", (elsewhere("HUBSPOT_TOKEN=", "print(pcall(tether.connect))")))
    local addressed = "print(tether.connect { url = '" .. portal.url .. "' }:get('contacts', 101).id)"
    assert.same({ "101\n", 0 }, { elsewhere("TETHER_URL=", addressed) })
  end)

  it("asks no authorities of the environment where a folder of them is named", function()
    local authority, port = certificates.authority(), nginx.free_port()
    local certificate, key = authority.sign("good", "IP:127.0.0.1")
    local server = nginx.start { port = port, servers = ([[server { listen 127.0.0.1:%d ssl; ssl_certificate %s;
      ssl_certificate_key %s; location / { return 200 '{"portalId":7}'; } }]]):format(port, certificate, key) }
    local said = elsewhere("SSL_CERT_FILE=" .. authority.file, ([[
      for _, options in ipairs { {}, { ca_folder = %q } } do
        options.url, options.retry_for = "https://127.0.0.1:%d", 0
        local fine, answer = pcall(function() return tether.connect(options):account().portalId end)
        print(fine and answer or answer.code)
      end]]):format(files.folder(), port))
    server.stop()
    authority.remove()
    assert.equal("7\nTLS_FAILED\n", said)
  end)

  it("refuses times of no length, and those beyond a day", function()
    for _, name in ipairs { "timeout", "connect_timeout", "retry_pause" } do
      for _, seconds in ipairs { 0, -1, 86401 } do
        local err = failure(tether.connect, { url = portal.url, token = portal.token, [name] = seconds })
        assert.equal("BAD_ARGUMENT", err.code)
        assert.matches(name, err.message)
      end
    end
    tether.connect({ url = portal.url, token = portal.token, retry_for = 0, timeout = 86400 }):close()
  end)

  it("does not go on alone where the folder to share by was asked for", function()
    local file = files.write "no folder"
    local err = failure(tether.connect, { url = portal.url, token = portal.token, share = file .. "/quota" })
    assert.equal("FILE_FAILED", err.code)
    local said = elsewhere("XDG_RUNTIME_DIR=" .. file,
      "local hub = tether.connect { url = 'https://account.invalid' } print(hub:stats().quota.unshared)")
    assert.not_equal("nil\n", said)
  end)

  it("repeats no word of a refusal that its message has, and adds those that it has not", function()
    local entry = { message = "nickname is too long", context = { propertyName = { "nickname", "lastname" } } }
    portal:fault { operation = "record_create", status = 400, body = { category = "VALIDATION_ERROR",
      message = "Property values were not valid", errors = { entry } } }
    local err = failure(hub.create, hub, "contacts", { nickname = "x" })
    assert.equal("Property values were not valid (nickname is too long: lastname)", err.message)
  end)

  it("sends no float from 2^53 on, and every one below", function()
    local function asked(value) return failure(hub.request, hub, "POST", "/nothing", { value = value }).code end
    for _, value in ipairs { 2.0 ^ 53, -2.0 ^ 53, 2.0 ^ 60 } do assert.equal("BAD_ID", asked(value)) end
    for _, value in ipairs { 2.0 ^ 53 - 1, 0.5, 1 << 53 } do assert.not_equal("BAD_ID", asked(value)) end
  end)

  it("says of a request whose answer is lost that it may have been applied, and of a read nothing of the kind",
    function()
      portal:fault { operation = "record_create", reset = "after", times = 1 }
      local err = failure(hub.request, hub, "POST", "/crm/objects/2026-03/contacts", { properties = {} })
      assert.is_true(err.in_doubt)
      assert.matches("may or may not have been applied", err.message)
      portal:fault { operation = "record_get", reset = "before" }
      local other <close> = portal:connect { retry_for = 0 }
      err = failure(other.get, other, "contacts", 101)
      assert.is_falsy(err.in_doubt)
      assert.is_nil(err.message:find("applied", 1, true))
    end)

  it("takes no object for a list, and no list for an object", function()
    local once <close> = portal:connect { retry_for = 0 }
    for _, body in ipairs { '{"results":{"a":{}}}', '{"results":{}}x', '{"results":7}', '{"results":[[]]}' } do
      portal:fault { operation = "labels_list", status = 200, body = body }
      assert.equal("ANSWER_MALFORMED", failure(once.labels.list, once.labels, "contacts", "companies").code, body)
      portal:clear_faults()
    end
  end)

  it("lets an empty list pass where it is no list of types", function()
    local err = failure(hub.request, hub, "POST", "/crm/objects/2026-03/contacts/101/associations/companies/9001", "[]")
    assert.not_equal("TYPES_EMPTY", err.code)
    assert.equal(405, err.status)
  end)
end)
