-- What the specs of webhooks share.
local recorded = require "spec.fixtures.webhooks"
local sign = require "spec.support.signature"
local tether = require "tether"
local assert = require "luassert"

local M = {}

local SECRET, NOW, URI = recorded.secret, recorded.now, recorded.vectors[1].uri

function M.receiver(options)
  local given = { secret = SECRET, clock = function() return NOW end }
  for name, value in pairs(options or {}) do given[name] = value end
  return tether.webhook(given)
end

-- A vector as the request that it came with.
function M.request_of(vector)
  local headers = vector.version == "v3" and { ["X-HubSpot-Signature-v3"] = vector.signature,
      ["X-HubSpot-Request-Timestamp"] = tostring(NOW) } or
    { ["X-HubSpot-Signature"] = vector.signature, ["X-HubSpot-Signature-Version"] = vector.version }
  return { method = vector.method, uri = vector.uri, body = vector.body, headers = headers }
end

-- A request that is signed well; `signed_uri`: what v3 makes of the URI.
function M.signed(body, uri, signed_uri, time)
  time = tostring(time or NOW)
  return { method = "POST", uri = uri or URI, body = body, headers = { ["x-hubspot-request-timestamp"] = time,
    ["x-hubspot-signature-v3"] = sign.v3(SECRET, "POST", signed_uri or uri or URI, body, time) } }
end

function M.refused(code, status, value, err)
  assert.is_nil(value)
  assert.is_true(tether.error.is(err))
  assert.equal(code, err.code, tostring(err))
  assert.equal(status, err.status)
  assert.is_nil(tostring(err):find(SECRET, 1, true))
  return err
end

return M
