-- What OAuth gives tokens for, and what for not.
local given = require "spec.support.portal"
local process = require "spec.support.process"
local tether = require "tether"

local form = { ["content-type"] = "application/x-www-form-urlencoded", authorization = false }
local ROOT = "/crm/objects/2026-03/contacts"
local VERSIONS = { "v1", "v3", "2026-03", "2026-09" }
local CLIENT = "&client_id=app&client_secret=s3cret"

local function token(portal, version, body)
  return given.ask(portal, "POST", "/oauth/" .. version .. "/token", body, form)
end

local function opens(portal, access_token, path)
  return (given.ask(portal, "GET", path or ROOT, nil, { authorization = "Bearer " .. access_token }))
end

local function refused(status, answer)
  assert.equal(400, status)
  assert.is_nil(answer.access_token)
  assert.equal(answer.message, answer.error_description)
  return answer.status .. " " .. answer.error
end

describe("an app's scopes", function()
  it("of any object type's records are for links, and are told apart by what is read and written", function()
    local path = "/crm/objects/2026-03/contacts/101/associations/default/companies/9001"
    local list = "/crm/objects/2026-03/contacts/101/associations/companies"
    for _, case in ipairs {
      { scopes = { "crm.objects.deals.read" }, reads = 200, writes = 403 },
      { scopes = { "oauth", "crm.objects.deals.write" }, reads = 403, writes = 200 },
      { scopes = { "crm.schemas.custom.read", "crm.objects.deals.sensitive.read.v2" }, reads = 403, writes = 403 },
      { scopes = { "tickets" }, reads = 200, writes = 200 } } do
      local portal <close> = tether.portal { scopes = case.scopes }
      portal:seed { contacts = { { id = 101 } }, companies = { { id = 9001 } } }
      local _, answer = given.ask(portal, "PUT", path)
      assert.same({ case.reads, case.writes }, { (given.ask(portal, "GET", list)), (given.ask(portal, "PUT", path)) },
        case.scopes[1])
      if case.writes == 403 then
        assert.equal("crm.objects.contacts.write", answer.errors[1].context.requiredScopes[1])
      end
    end
  end)
end)

describe("OAuth of the portal", function()
  it("brings a refresh token with every grant that has one, and each is good", function()
    local portal <close> = tether.portal { client_id = "app", client_secret = "s3cret" }
    for _, version in ipairs(VERSIONS) do
      local status, made = token(portal, version, "grant_type=authorization_code&code=x" .. CLIENT)
      assert.same({ 200, "string", "access_token" }, { status, type(made.refresh_token), made.token_use })
      local again
      status, again = token(portal, version, "grant_type=refresh_token&refresh_token=" .. made.refresh_token .. CLIENT)
      assert.same({ 200, made.refresh_token, 200 }, { status, again.refresh_token, opens(portal, again.access_token) })
    end
  end)

  it("gives client credentials a token without a refresh token, but in 2026-09", function()
    local portal <close> = tether.portal { client_id = "app", client_secret = "s3cret" }
    for _, version in ipairs { "v1", "v3", "2026-03" } do
      local status, made = token(portal, version, "grant_type=client_credentials" .. CLIENT)
      assert.same({ 200, "client_credentials" }, { status, made.token_use })
      assert.is_nil(made.refresh_token)
    end
    assert.equal("BAD_GRANT_TYPE unsupported_grant_type",
      refused(token(portal, "2026-09", "grant_type=client_credentials" .. CLIENT)))
  end)

  it("checks id, secret, code and refresh token that the portal was opened with", function()
    local portal <close> = tether.portal { client_id = "app", client_secret = "s3cret", code = "c0de",
      refresh_token = "again" }
    for body, words in pairs {
      ["grant_type=authorization_code&code=c0de&client_secret=s3cret"] = "BAD_CLIENT_ID invalid_client",
      ["grant_type=authorization_code&code=c0de&client_id=app&client_secret=x"] = "BAD_CLIENT_SECRET invalid_client",
      ["grant_type=refresh_token&refresh_token=again&client_id=app"] = "BAD_CLIENT_SECRET invalid_client",
      ["grant_type=client_credentials&client_id=app"] = "BAD_CLIENT_SECRET invalid_client",
      ["grant_type=authorization_code&code=other" .. CLIENT] = "BAD_AUTH_CODE invalid_grant",
      ["grant_type=authorization_code" .. CLIENT] = "BAD_AUTH_CODE invalid_grant",
      ["grant_type=refresh_token&refresh_token=other" .. CLIENT] = "BAD_REFRESH_TOKEN invalid_grant",
      ["grant_type=password" .. CLIENT] = "BAD_GRANT_TYPE unsupported_grant_type",
      [CLIENT:sub(2)] = "BAD_GRANT_TYPE unsupported_grant_type",
    } do
      assert.equal(words, refused(token(portal, "2026-03", body)))
    end
    local status, made = token(portal, "2026-03", "grant_type=authorization_code&code=c0de" .. CLIENT)
    assert.same({ 200, "again" }, { status, made.refresh_token })
    assert.equal("BAD_AUTH_CODE invalid_grant",
      refused(token(portal, "2026-03", "grant_type=authorization_code&code=c0de" .. CLIENT))) -- a code is good once
    for _, route in ipairs { "introspect", "revoke" } do
      assert.equal("BAD_CLIENT_SECRET invalid_client", refused(given.ask(portal, "POST", "/oauth/v3/token/" .. route,
        "token=again&client_id=app", form)))
    end
  end)

  it("gives nothing where there is nothing to compare", function()
    local portal <close> = tether.portal()
    for _, version in ipairs(VERSIONS) do
      for _, grant in ipairs { "authorization_code&code=x", "refresh_token&refresh_token=x", "client_credentials",
        "refresh_token&refresh_token=" } do
        refused(token(portal, version, "grant_type=" .. grant .. CLIENT))
      end
    end
  end)

  it("opens the account, and never the admin routes", function()
    local portal <close> = tether.portal { refresh_token = "again", admin = true }
    local _, made = token(portal, "v3", "grant_type=refresh_token&refresh_token=again")
    assert.same({ 200, 401, 401 }, { opens(portal, made.access_token), opens(portal, made.access_token,
      "/portal/state"), opens(portal, "again", "/portal/state") })
    assert.equal(200, opens(portal, portal.token, "/portal/state"))
  end)

  it("tells of a token whose it is, and takes an issued refresh token back", function()
    local portal <close> = tether.portal { client_id = "app", client_secret = "s3cret" }
    local _, made = token(portal, "v1", "grant_type=authorization_code&code=x" .. CLIENT)
    local _, access = given.ask(portal, "GET", "/oauth/v1/access-tokens/" .. made.access_token, nil, form)
    assert.same({ "string", "string", 62515 }, { type(access.hub_domain), type(access.user), access.hub_id })
    local path = "/oauth/v1/refresh-tokens/" .. made.refresh_token
    local status, refresh = given.ask(portal, "GET", path, nil, form)
    assert.same({ 200, "app" }, { status, refresh.client_id })
    assert.equal(204, (given.ask(portal, "DELETE", path, nil, form)))
    assert.equal(404, (given.ask(portal, "GET", path, nil, form)))
    refused(token(portal, "v1", "grant_type=refresh_token&refresh_token=" .. made.refresh_token .. CLIENT))
  end)

  it("does not know a private app's token that is none", function()
    local portal <close> = tether.portal()
    assert.equal(404, (given.ask(portal, "POST", "/oauth/v2/private-apps/get/access-token-info", { tokenKey = "x" })))
  end)

  it("is told its secrets by the command's options", function()
    local served = process.background("build/tether portal --client-id app --client-secret s3cret --code c0de " ..
      "--refresh-token again")
    local portal = given.json.decode(served:printed "(%b{})\n")
    assert.equal(200, (token(portal, "v3", "grant_type=authorization_code&code=c0de" .. CLIENT)))
    assert.equal(200, (token(portal, "v3", "grant_type=refresh_token&refresh_token=again" .. CLIENT)))
    assert.equal(400, (token(portal, "v3", "grant_type=refresh_token&refresh_token=again&client_id=app")))
    served:signal "TERM"
    assert.equal(0, (served:finish()))
  end)

  it("refuses a client in words that it passes on, whichever way they came", function()
    local portal <close> = tether.portal { client_id = "app", client_secret = "s3cret", refresh_token = "again" }
    local function problem()
      local hub <close> = tether.connect { url = portal.url, retry_for = 0, oauth = { client_id = "app",
        client_secret = "wrong", refresh_token = "again" } }
      return select(2, pcall(hub.get, hub, "contacts", 1))
    end
    assert.equal("UNAUTHENTICATED", problem().code)
    assert.matches("missing or invalid client secret", problem().message)
    portal:fault { operation = "oauth_token", status = 400, body = { error = "invalid_grant",
      error_description = "the grant is over" } }
    assert.matches("the grant is over", problem().message)
  end)
end)
