-- One error value from every shape that an account, or a proxy before it, answers with (wire.md, 11).
local nginx = require "spec.support.nginx"
local tether = require "tether"

local JSON, HTML = "application/json;charset=utf-8", "text/html"

-- status, content type, body, and what becomes of it
local shapes = {
  { 400, JSON, '{"status":"error","message":"bad","correlationId":"c-1","category":"VALIDATION_ERROR"}',
    { code = "INVALID", category = "VALIDATION_ERROR", correlation_id = "c-1", message = "bad" } },
  { 400, JSON, '{"status":"error","message":"Unable to infer object type from: widgets","correlationId":"c"}',
    { code = "OBJECT_TYPE_UNKNOWN" } },
  { 400, JSON, '{"message":"One or more associations are invalid","category":"VALIDATION_ERROR",' ..
    '"context":{"INVALID_ASSOCIATION_TYPE_ID":["USER_DEFINED=3 is not a valid association definition id"]}}',
    { code = "TYPE_UNKNOWN", message = "One or more associations are invalid (USER_DEFINED=3 is not a valid " ..
      "association definition id)" } },
  { 400, JSON, '{"message":"invalid from object type 0-1 for associations to be created. expected: 0-46. For ' ..
    'definition 0-190","category":"VALIDATION_ERROR"}', { code = "TYPE_WRONG_DIRECTION" } },
  { 400, JSON, '{"message":"x","category":"VALIDATION_ERROR","subCategory":' ..
    '"AssociationValidationError.DUPLICATE_ASSOCIATION_LABEL"}', { code = "LABEL_EXISTS",
    sub_category = "AssociationValidationError.DUPLICATE_ASSOCIATION_LABEL" } },
  { 400, JSON, '{"message":"Property values were not valid: [{\\\\"isValid\\\\":false}]","category":' ..
    '"VALIDATION_ERROR","errors":[{"message":"Email address x is invalid","code":"INVALID_EMAIL"}]}',
    { code = "INVALID", matches = "%(Email address x is invalid%)" } },
  { 400, JSON, '{"status":"BAD_REFRESH_TOKEN","message":"missing or invalid refresh token"}', { code = "INVALID" } },
  { 400, JSON, '{"message":"limit","category":"ASSOCIATIONS_LIMIT_EXCEEDED"}', { code = "LIMIT_EXCEEDED" } },
  { 400, JSON, '{"message":"no","category":"VALIDATION_ERROR","subCategory":"crm.associations.LIMIT_EXCEEDED"}',
    { code = "LIMIT_EXCEEDED" } },
  { 400, JSON, '{"message":"Association limit exceeded: contact 1 may have more","category":"VALIDATION_ERROR"}',
    { code = "LIMIT_EXCEEDED" } },
  { 400, JSON, '{"message":"The maximum number of associations for this record has been reached."}',
    { code = "LIMIT_EXCEEDED" } },
  { 400, JSON, '{"message":"A label limit cannot exceed that of its pair","category":"VALIDATION_ERROR"}',
    { code = "INVALID" } },
  { 401, JSON, '{"message":"no","category":"INVALID_AUTHENTICATION"}', { code = "UNAUTHENTICATED" } },
  { 401, JSON, "", { code = "UNAUTHENTICATED", matches = "answered 401" } },
  { 403, JSON, '{"message":"scopes","category":"MISSING_SCOPES","errors":[{"message":"One or more of the following ' ..
    'scopes are required.","context":{"requiredScopes":["crm.objects.contacts.read"]}}]}',
    { code = "MISSING_SCOPES", matches = "crm.objects.contacts.read" } },
  { 404, JSON, '{"status":"error","message":"resource not found","correlationId":"c"}', { code = "NOT_FOUND" } },
  { 404, HTML, "<html><body>404</body></html>", { code = "ROUTE_UNKNOWN" } },
  { 409, JSON, '{"message":"Contact already exists. Existing ID: 12345","category":"CONFLICT"}',
    { code = "CONFLICT", matches = "12345" } },
  { 423, JSON, '{"message":"locked"}', { code = "LOCKED" } },
  { 429, JSON, '{"message":"You have reached your daily limit.","errorType":"RATE_LIMIT","policyName":"DAILY"}',
    { code = "DAILY_LIMIT", category = "RATE_LIMIT", policy = "DAILY" } },
  { 429, JSON, '{"message":"You have reached your ten_secondly_rolling limit.","errorType":"RATE_LIMIT",' ..
    '"policyName":"TEN_SECONDLY_ROLLING"}', { code = "RATE_LIMITED", policy = "TEN_SECONDLY_ROLLING" } },
  { 429, JSON, '{"message":"x","category":"RATE_LIMITS"}', { code = "RATE_LIMITED", category = "RATE_LIMITS" } },
  { 437, JSON, '{"status":"error","message":"No more than 50 association types are allowed between ..."}',
    { code = "LABEL_CAP" } },
  { 477, JSON, '{"message":"migrating"}', { code = "MIGRATING" } },
  { 500, JSON, '{"message":"internal error"}', { code = "SERVER_ERROR" } },
  { 502, HTML, "<html>bad gateway</html>", { code = "SERVER_ERROR", matches = "answered 502" } },
  { 503, HTML, "", { code = "SERVER_ERROR" } },
  { 521, JSON, "[]", { code = "SERVER_ERROR" } },
  { 200, JSON, "<html>", { code = "ANSWER_MALFORMED" } },
  { 302, HTML, "", { code = "UNEXPECTED_STATUS" } },
}

describe("an error", function()
  local server, hub, url
  setup(function()
    local port, locations = nginx.free_port(), {}
    for i, shape in ipairs(shapes) do
      locations[i] = ("location = /%d { default_type '%s'; add_header x-hubspot-correlation-id h-%d always; " ..
        "return %d '%s'; }"):format(i, shape[2], i, shape[1], shape[3])
    end
    server = nginx.start { port = port,
      servers = ("server { listen 127.0.0.1:%d; %s }"):format(port, table.concat(locations, "\n")) }
    url = "http://127.0.0.1:" .. port
  end)
  before_each(function()
    hub = tether.connect { url = url, token = "pat-planted", retry_for = 0 } -- a new one: a limit of the day ends it
  end)
  after_each(function() hub:close() end)
  teardown(function() server.stop() end)

  for i, shape in ipairs(shapes) do
    it(("of %d %s is %s"):format(shape[1], shape[3]:sub(1, 40), shape[4].code), function()
      local ok, err = pcall(hub.request, hub, "GET", "/" .. i)
      assert.is_false(ok)
      assert.is_true(tether.error.is(err))
      for field, value in pairs(shape[4]) do
        if field == "matches" then assert.matches(value, err.message) else assert.equal(value, err[field]) end
      end
      if shape[1] ~= 200 then assert.equal(shape[1], err.status) end
      assert.is_true(#err.hint > 10)
      assert.equal("GET /" .. i, err.operation)
      if shape[1] >= 400 then assert.truthy(err.correlation_id) end
      assert.is_nil(tostring(err):find("pat-planted", 1, true))
      assert.matches("^[%u_]+: .+\n  what to do: .+$", tostring(err))
    end)
  end
end)

describe("what the core answers", function()
  local errors = require "tether.error"

  it("passes errors.check with all of its results", function()
    assert.same({ 1, false, nil, "x", n = 4 }, table.pack(errors.check(1, false, nil, "x")))
    assert.same({ false, "y", n = 2 }, table.pack(errors.check(false, "y")))
    assert.same({ n = 1 }, table.pack((errors.check(nil))))
  end)

  it("is raised by errors.check as an error value", function()
    local raised, err = pcall(errors.check, nil, { code = "BAD_ID", message = "two\nlines" })
    assert.is_false(raised)
    assert.is_true(errors.is(err))
    assert.equal("two lines", err.message)
  end)

  it("is raised by no module in another way", function()
    local pipe <close> = assert(io.popen [[grep -rnE 'if (not [a-z_]+|[a-z_]+ == nil) then error\(errors.adopt' lua]])
    assert.equal("", pipe:read "a")
  end)

  it("has a code that is in the table: settling rows under an unknown one raises", function()
    local outcome = assert(require("tether.native").outcome(1))
    assert.error_matches(function()
      outcome:settle(require("tether.native").rows(1, 1), "rejected", { code = "NO_SUCH_CODE", message = "x" })
    end, "no error has the code NO_SUCH_CODE")
    assert.equal("pending", outcome:state(1))
  end)

  it("and what Lua raises by name has a code of the table", function()
    local unknown, count = {}, 0
    local pipe <close> = assert(io.popen [[grep -rhoE 'errors\.(raise|new)\("[A-Z_]+"' lua]])
    for line in pipe:lines() do
      local code = line:match '"(.-)"'
      count = count + 1
      if not errors.codes[code] then unknown[#unknown + 1] = code end
    end
    assert.same({}, unknown)
    assert.is_true(count > 100)
  end)
end)
