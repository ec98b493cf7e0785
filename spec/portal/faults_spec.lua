local given = require "spec.support.portal"
local socket = require "socket"

describe("faults of the portal", function()
  local portal
  local function ask(...) return given.ask(portal, ...) end
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  local GET = "/crm/objects/2026-03/contacts/101"
  local LINK = "/crm/objects/2026-03/contacts/101/associations/default/companies/9001"
  local function linked() return given.links(portal, "contacts", 101, "companies")[9001] ~= nil end

  it("answer with any status, body and headers, without applying the request", function()
    portal:fault { operation = "associate_*", status = 423, body = { status = "error", message = "locked" },
      headers = { ["Retry-After"] = "2" } }
    local status, body, headers = ask("PUT", LINK)
    assert.same({ 423, "locked", "2" }, { status, body.message, headers["retry-after"] })
    assert.is_false(linked())
    portal:clear_faults()
    assert.equal(200, (ask("PUT", LINK)))
    assert.equal(1, portal:counters().faults)
  end)

  it("give the usual bodies of 429, 477 and 5xx where none is told", function()
    portal:fault { status = 429, times = 1 }
    local status, body = ask("GET", GET)
    assert.same({ 429, "TEN_SECONDLY_ROLLING" }, { status, body.policyName })
    for _, expected in ipairs { 477, 500, 502, 503, 504, 521 } do
      portal:clear_faults()
      portal:fault { status = expected }
      local correlation
      status, body, correlation = ask("GET", GET)
      assert.same({ expected, correlation["x-hubspot-correlation-id"] }, { status, body.correlationId })
    end
  end)

  it("refuse in the words that speak of the account, by name", function()
    local seen = {}
    for _, name in ipairs { "unauthenticated", "expired", "missing_scopes", "missing_granular_scopes",
      "user_permissions", "edit_associations", "locked", "migrating", "wrong_hublet" } do
      portal:fault { refusal = name, method = "PUT" }
      local status, body, headers = ask("PUT", LINK)
      assert.equal(headers["x-hubspot-correlation-id"], body.correlationId)
      assert.equal("error", body.status)
      local context = body.errors and next(body.errors[1].context)
      seen[name] = { status, body.category, context or body.correctHublet }
      portal:clear_faults()
    end
    assert.same({ unauthenticated = { 401, "INVALID_AUTHENTICATION" }, expired = { 401, "EXPIRED_AUTHENTICATION" },
      missing_scopes = { 403, "MISSING_SCOPES", "requiredScopes" },
      missing_granular_scopes = { 403, "MISSING_SCOPES", "requiredGranularScopes" },
      user_permissions = { 403, "USER_DOES_NOT_HAVE_PERMISSIONS" }, edit_associations = { 400, "VALIDATION_ERROR" },
      locked = { 423 }, migrating = { 477 }, wrong_hublet = { 488, nil, "eu1" } }, seen)
    assert.is_false(linked())
    local fine, problem = pcall(portal.fault, portal, { refusal = "wrong_hub" })
    assert.same({ false, "BAD_ARGUMENT" }, { fine, problem.code })
    assert.matches("wrong_hublet", problem.message)
  end)

  it("apply the request and hide it behind a 502, if told so", function()
    portal:fault { status = 502, html = true, applied = true, method = "PUT" }
    local status, body, headers = ask("PUT", LINK)
    assert.same({ 502, "text/html;charset=utf-8" }, { status, headers["content-type"] })
    assert.matches("Bad Gateway", body)
    assert.is_true(linked())
  end)

  it("strike the nth request that they meet, and no other", function()
    portal:fault { path = "*/contacts/*", nth = 2, status = 503 }
    ask("GET", "/crm/objects/2026-03/companies/9001")
    local seen = {}
    for i = 1, 4 do seen[i] = ask("GET", GET) end
    assert.same({ 200, 503, 200, 200 }, seen)
  end)

  it("strike by chance, the same with the same seed", function()
    local function run(seed)
      portal:clear_faults()
      portal:fault { probability = 0.5, seed = seed, status = 503 }
      local seen = {}
      for i = 1, 40 do seen[i] = ask("GET", GET) == 503 and "x" or "." end
      return table.concat(seen)
    end
    local first = run(7)
    assert.equal(first, run(7))
    assert.not_equal(first, run(8))
    local _, struck = first:gsub("x", "")
    assert.is_true(struck > 8 and struck < 32)
  end)

  it("reset the connection before the request is read, or after it is applied", function()
    portal:fault { reset = "before", times = 1 }
    assert.is_nil((ask("PUT", LINK)))
    assert.is_false(linked())
    portal:fault { operation = "associate_default", reset = "after", times = 1 }
    assert.is_nil((ask("PUT", LINK)))
    assert.is_true(linked())
  end)

  it("break off in the middle of the answer", function()
    portal:fault { reset = "middle", times = 1 }
    local address, port = portal.url:match "//(.-):(%d+)"
    local client = assert(socket.connect(address, tonumber(port)))
    client:settimeout(2)
    client:send(("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n\r\n"):format(GET, portal.token))
    local whole, problem, part = client:receive "*a"
    assert.is_nil(whole)
    assert.is_true(problem == "closed" or problem:find "reset" ~= nil)
    local promised = tonumber(part:match "Content%-Length: (%d+)")
    local body = part:match "\r\n\r\n(.*)"
    assert.equal(promised // 2, #body)
    client:close()
  end)

  it("cut or garble the JSON", function()
    for _, how in ipairs { "truncate", "malformed" } do
      portal:clear_faults()
      portal:fault { [how] = true }
      local fine = pcall(ask, "GET", GET)
      assert.is_false(fine)
    end
  end)

  it("delay an answer, and let it trickle", function()
    local function took(rule)
      portal:clear_faults()
      portal:fault(rule)
      local start = socket.gettime()
      assert.equal(200, (ask("GET", GET)))
      return socket.gettime() - start
    end
    assert.is_true(took { delay = 0.2 } >= 0.2)
    assert.is_true(took { trickle = 0.02, chunk = 50 } >= 0.08)
  end)

  it("do not hold the portal up when it closes", function()
    portal:fault { delay = 30 }
    local address, port = portal.url:match "//(.-):(%d+)"
    local client = assert(socket.connect(address, tonumber(port)))
    client:send(("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"):format(GET))
    local over = socket.gettime() + 30 -- when the fault would let the answer go
    portal:close()
    assert.is_true(socket.gettime() < over)
    client:close()
    portal = given.open()
  end)

  it("are refused when they are not understood", function()
    local function code(rule) return select(2, pcall(portal.fault, portal, rule)).code end
    assert.equal("OPTION_UNKNOWN", code { colour = "red" })
    assert.equal("BAD_ARGUMENT", code { status = "503" })
    assert.equal("BAD_ARGUMENT", code { status = 99 })
    assert.equal("BAD_ARGUMENT", code { reset = "sometimes" })
  end)
end)
