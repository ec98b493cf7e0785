--- Accounts for the specs of backups, and what the portal says of their links.
local tether = require "tether"

local M = {}

--- A portal with contacts and companies that have keys; ids begin at `first`.
function M.given(first, contacts, companies)
  local portal, lines = tether.portal(), {}
  for i = 1, contacts do
    lines[#lines + 1] = ('{"kind":"record","type":"contacts","id":%d,"properties":{"email":"c%d@example.com"}}'):format(
      first + i, i)
  end
  for i = 1, companies do
    lines[#lines + 1] = ('{"kind":"record","type":"companies","id":%d,"properties":{"domain":"d%d.example"}}'):format(
      first + 50000 + i, i)
  end
  portal:seed(table.concat(lines, "\n"))
  return portal, portal:connect()
end

--- Labels with texts of their own in the other direction.
function M.make_labels(hub)
  hub.labels:ensure("contacts", "companies", { label = "Boss", inverse = "Led by" })
  hub.labels:ensure("contacts", "companies", "Clerk")
  hub.labels:ensure("contacts", "contacts", { label = "Parent", inverse = "Child" })
end

--- What the portal says of a pair, by the text of the labels: "101 9001" -> "Boss;primary".
function M.state(hub, from, to)
  local found = {}
  for set in hub:each_link(from, to) do
    for link in set:rows() do
      local words = table.move(link.labels, 1, #link.labels, 1, {})
      if link.primary then words[#words + 1] = "primary" end
      table.sort(words)
      found[("%d %d"):format(link.from, link.to)] = table.concat(words, ";")
    end
  end
  return found
end

--- The error that a call raises.
function M.failure(fn, ...)
  local fine, problem = pcall(fn, ...)
  assert(not fine and tether.error.is(problem), problem)
  return problem
end

return M
