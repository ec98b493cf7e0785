--- What `tether export` and `tether count` share: both read every link of some records.
local account = require "tether.cli.account"
local common = require "tether.cli.line.common"
local progress = require "tether.cli.shown.progress"

local M = {}

local OK = 0

--- Their arguments.
M.arguments = { { "from", "Object type: contacts, company, 0-3, …", type = "TYPE" },
  { "to", "Object type.", type = "TYPE" } }

--- Their options.
M.options = {
  { "--ids", "Only of these records: a file with one id a line, or CSV; - is standard input.", value = "FILE" },
  { "--column", "Header name or position of the ids in it.", value = "COLUMN", convert = common.column },
  { "--changed-since", "Only of FROM's records that have changed since: 2026-11-28, 2026-11-28T02:00:00Z.",
    value = "TIME" },
}

--- Reads all links, set by set.
-- @tparam table options the command's
-- @param err where progress goes
-- @tparam function take called with each links set, which is closed afterwards
-- @tparam[opt] function begin called before the first set, once the arguments have proved right
-- @treturn integer exit code: 0, or that of the signal that ended it
-- @treturn table { records =, reads =, pages =, links = } so far
function M.run(options, err, take, begin)
  local hub, portal = account.connect(options)
  local shown = progress.new(err, options)
  local watch <close> = account.watch(function() shown:say "stopping" end)
  watch.guard(hub, 0, shown)
  account.tell_retries(hub, function(text) shown:say(text) end, watch)
  local next_set, count = hub:each_link(options.from, options.to,
    { ids = options.ids, column = options.column, changed_since = options.changed_since })
  count.links = 0
  if begin then begin() end
  local function facts()
    return { { "records", count.records }, { "links", count.links }, { "calls", count.reads + count.pages },
      quota = progress.quota(hub) }
  end
  local ran, problem = pcall(function()
    for set in next_set do
      count.links = count.links + #set
      take(set)
      set.native:close()
      shown:show(facts())
      if watch.stop() then break end
    end
  end)
  if not ran and not watch.stop() then error(problem, 0) end
  local code = watch.code() or OK
  for _, notice in ipairs(count.notices) do shown:say(notice) end
  if count.without_id > 0 then shown:say(("%d lines have no id"):format(count.without_id)) end
  shown:show(facts(), true)
  shown:finish()
  account.close(hub, portal)
  return code, count
end

return M
