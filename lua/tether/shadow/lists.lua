--- Listing the records of a type: reads the account's pages as far as the shadow's page goes.
--
-- The portal lists records by ascending ids, as accounts do. A page is right when the shadow knows as many of the
-- account's records after the page's beginning as the page has, not counting records that the script has archived.
local definitions = require "tether.shadow.definitions"
local errors = require "tether.error"
local links = require "tether.shadow.links"
local native = require "tether.native"
local records = require "tether.shadow.records"
local routes = require "tether.shadow.routes"
local send = require "tether.connection.send"

local M = {}

local PAGE = 100 -- records of a page at the most (wire.md, 3.3)

-- How far the account was listed with some properties.
local function walk_of(self, type, names)
  local key = type .. "?" .. table.concat(names, ",")
  self.walks[key] = self.walks[key] or { ids = {}, names = names }
  return self.walks[key]
end

local function next_page(self, type, walk)
  local query = { { "limit", ("%d"):format(PAGE) }, { "properties", table.concat(walk.names, ",") } }
  if #walk.names == 0 then query[2] = nil end
  if walk.after then query[#query + 1] = { "after", walk.after } end
  local body = send.call(self.account, "record_list", { f = type }, { query = query })
  local page, last = {}, walk.ids[#walk.ids] or 0
  for i, record in ipairs(body.results) do
    record.id = native.id(record.id)
    if not record.id or record.id <= last then walk.unordered = true end
    page[i], last = record, record.id or last
  end
  local following = body.paging and body.paging.next and tostring(body.paging.next.after)
  if following and following == walk.after then
    errors.raise("ANSWER_MALFORMED", ("records: the server gives the same cursor %q twice"):format(following))
  end
  walk.after, walk.ended = following, following == nil
  records.take(self, records.book(self, type), page, walk.names)
  for _, record in ipairs(page) do walk.ids[#walk.ids + 1] = record.id end
  return page
end

-- The number of listed ids that follow an id.
local function behind(walk, id)
  local low, high = 1, #walk.ids + 1
  while low < high do
    local middle = (low + high) // 2
    if walk.ids[middle] > id then high = middle else low = middle + 1 end
  end
  return #walk.ids - low + 1
end

local function archived_count(book)
  local count = 0
  for _ in pairs(book.written) do count = count + 1 end -- at the most
  return count
end

--- Reads the account's list as far as a page of the shadow's needs it.
-- @tparam table self the shadow
-- @tparam table asked
function M.before(self, asked)
  local names = routes.names(asked.query.properties)
  if #names == 0 then names = records.defaults(self, asked.f) end
  if asked.query.archived == "true" then
    self.tell "archived records are not shadowed: they look as if there were none"
    return
  end
  local walk, book = walk_of(self, asked.f, names), records.book(self, asked.f)
  local limit = tonumber(asked.query.limit) or 10
  local after = math.tointeger(tonumber(asked.query.after)) or 0
  while not walk.ended and (walk.unordered or behind(walk, after) <= limit + archived_count(book)) do
    next_page(self, asked.f, walk)
  end
  for _, name in ipairs(routes.names(asked.query.associations)) do
    local other = definitions.known_type(self, name)
    if other then links.ensure(self, asked.f, walk.ids, other) end
  end
end

return M
