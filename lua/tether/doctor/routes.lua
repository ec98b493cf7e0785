--- Routes: finds out which of two forms of the same route an account knows.
--
-- A request without a token gets 401 from a path that exists and 404 from one that does not (wire.md, 1.2). Such a
-- request cannot write anything. The ids are 0 as well, in case something on the way adds a token.
local native = require "tether.native"
local send = require "tether.connection.send"

local M = {}

local questions = {
  described = { operation = "batch_create", form = "described" },
  overview = { operation = "batch_create", form = "overview" },
  typed = { operation = "associate_typed", form = "described" },
}

-- Answers true, false, or nil when the answer does not tell.
local function is_known(hub, question)
  local method, path = native.path(question.operation, { version = hub.version, form = question.form, f = "contacts",
    a = "0", t = "companies", b = "0", id = "279" })
  local ticket = method and hub.session:knock(method, path)
  local answer = ticket and send.wait(hub, ticket)
  if not answer or answer.status >= 500 or answer.status == 429 then return nil end
  return answer.status ~= 404 and answer.status ~= 405
end

--- Asks for both forms.
-- @tparam table hub
-- @treturn table described, overview (the two forms of the batches of links), typed (a type id in a path): true, false,
--   or nil where the answer does not tell
function M.known(hub)
  local known = {}
  for name, question in pairs(questions) do known[name] = is_known(hub, question) end
  return known
end

return M
