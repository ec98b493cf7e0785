-- What the specs of tokens and of OAuth share.
local tether = require "tether"
local assert = require "luassert"

local M = {}

function M.failure(run, ...)
  local ok, problem = pcall(run, ...)
  assert.is_false(ok, "it went well")
  assert.is_true(tether.error.is(problem), tostring(problem))
  return problem
end

function M.file_with(text, mode)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write(text)
  file:close()
  assert(os.execute(("chmod %s %s"):format(mode, name)))
  return name
end

function M.hidden(problem, ...)
  for _, text in ipairs { ... } do
    for name, value in pairs(problem) do assert.is_nil(tostring(value):find(text, 1, true), name) end
  end
end

-- Submits them at once and takes all answers: what many tasks of a host do.
function M.at_once(hub, count)
  local statuses = {}
  for _ = 1, count do assert(hub.session:submit("GET", "/crm/objects/2026-03/contacts/101", nil, "record_get")) end
  while #statuses < count do
    assert(hub.session:step(2000))
    for _, answer, err in function() return hub.session:take() end do
      statuses[#statuses + 1] = answer and answer.status or err.code
    end
  end
  return statuses
end

function M.all_are(wanted, list)
  for _, value in ipairs(list) do assert.equal(wanted, value) end
end

return M
