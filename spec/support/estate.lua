--- An account with 70,000 records and 200,000 links, as lines of JSON that a portal is seeded with:
--     lua5.4 spec/support/estate.lua >estate.jsonl
-- Every number in it follows from the id, so that a spec can work out what a workflow must find.
local M = {}

M.contacts, M.companies, M.deals = 40000, 10000, 20000
M.first = { contacts = 100001, companies = 500001, deals = 900001 }

--- The company whose domain a contact has; contacts from 38,001 on have a mail provider's.
function M.domain_of(contact)
  return contact <= 38000 and ("c%d.example"):format((contact - 1) % M.companies + 1) or "gmail.com"
end

--- The companies of a contact: 30,000 contacts have three each, the first of them the primary of even contacts.
function M.companies_of(contact)
  if contact > 30000 then return {} end
  local own = (contact - 1) % M.companies
  return { own + 1, (own + 1) % M.companies + 1, (own + 2) % M.companies + 1 }
end

--- The contacts of a deal, five each: no two of them have a primary, for four of the five are odd.
function M.contacts_of(deal)
  local own = deal * 2 % 30000
  return { own == 0 and 30000 or own, own + 1, (own + 3) % 30000, (own + 5) % 30000, (own + 7) % 30000 }
end

--- Whether a deal has a company: every second one.
function M.has_company(deal)
  return deal % 2 == 0
end

--- The parent that a company's column names, as its number; nil: none.
function M.parent_of(company)
  return company > 5000 and company - 5000 or nil
end

local function record(write, type, number, property, value, more)
  write(('{"kind":"record","type":"%s","id":%d,"properties":{"%s":"%s"%s}}\n'):format(type,
    M.first[type] + number - 1, property, value, more or ""))
end

local function link(write, from, number, to, other, types)
  write(('{"kind":"link","from":"%s","fromId":%d,"to":"%s","toId":%d,"types":[%s]}\n'):format(from,
    M.first[from] + number - 1, to, M.first[to] + other - 1, types))
end

--- Writes the account.
-- @tparam function write
function M.write(write)
  for i = 1, M.companies do
    local parent = M.parent_of(i)
    record(write, "companies", i, "domain", ("c%d.example"):format(i),
      parent and (',"city":"%d"'):format(M.first.companies + parent - 1))
  end
  for i = 1, M.contacts do record(write, "contacts", i, "email", ("p%d@%s"):format(i, M.domain_of(i))) end
  for i = 1, M.deals do record(write, "deals", i, "dealname", "d" .. i) end
  write '{"kind":"label","from":"contacts","to":"companies","label":"Buyer","name":"buyer"}\n'
  write '{"kind":"label","from":"contacts","to":"companies","label":"Payer","name":"payer"}\n'
  for i = 1, M.contacts do
    for place, company in ipairs(M.companies_of(i)) do
      local types = place == 1 and i % 2 == 0 and "279,1" or place == 2 and '279,"Buyer"' or "279"
      link(write, "contacts", i, "companies", company, types)
    end
  end
  for i = 1, M.deals do
    for _, contact in ipairs(M.contacts_of(i)) do link(write, "deals", i, "contacts", contact, "3") end
    if M.has_company(i) then link(write, "deals", i, "companies", (i - 1) % M.companies + 1, "341") end
  end
end

if arg and arg[0] and arg[0]:find "estate%.lua$" then M.write(function(text) io.write(text) end) end

return M
