--- The ids of every record of a type, page after page.
local errors = require "tether.error"
local lookup = require "tether.names.lookup"
local send = require "tether.connection.send"

--- Iterates over the records of an account.
-- @tparam table hub
-- @tparam string object_type
-- @tparam table count `pages` counts the calls
-- @treturn function iterator of ids, as the account writes them
return function(hub, object_type, count)
  local segment, page, at, after = lookup.segment(hub, object_type), {}, 0, nil
  return function()
    while at >= #page do
      if page.ended then return nil end
      local query = { { "limit", "100" }, { "properties", "hs_object_id" }, after and { "after", after } }
      local body = send.call(hub, "record_list", { f = segment }, { query = query })
      count.pages = count.pages + 1
      local following = body.paging and body.paging.next and tostring(body.paging.next.after)
      if following and following == after then
        errors.raise("ANSWER_MALFORMED", ("records: the server gives the same cursor %q twice"):format(after))
      end
      page, at, after = body.results, 0, following
      page.ended = after == nil
    end
    at = at + 1
    return page[at].id
  end
end
