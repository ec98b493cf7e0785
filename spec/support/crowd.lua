-- An account with contacts and companies, for the specs of tasks.
local account = require "spec.support.account"
local assert = require "luassert"

local M = {}

-- A portal with contacts 101 to 130 and companies 9001 to 9003, and a hub.
function M.open()
  return account.open(account.numbered { contacts = { 101, 130 }, companies = { 9001, 9003 } },
    { concurrency = 16, retry_pause = 0.01 })
end

M.close = account.close

function M.contacts(count)
  local ids = {}
  for i = 1, count do ids[i] = 100 + i end
  return ids
end

-- Nothing may be left in the hub of tasks that are gone.
function M.nothing_is_left(hub)
  assert.equal(0, hub.session:under_way())
  assert.is_nil((hub.session:take()))
  for ticket, answer in pairs(hub.settled) do assert.is_nil(answer, "kept for " .. ticket) end
end

return M
