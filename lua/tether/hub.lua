--- A hub: a connection to one account, and the verbs on it.
local lazy = require "tether.lazy"
local check = require "tether.check"
local connection = require "tether.connection.options"
local ending = require "tether.connection.ending"
local empty_types = lazy "tether.connection.empty_types"
local json = lazy "tether.json"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local nearest = require "tether.nearest"
local rounded = lazy "tether.connection.rounded"
local send = require "tether.connection.send"

local Hub = { __name = "tether.hub" }

-- Fields of a hub that are nil until it learns them.
local learnt = { form_is_known = true, day_asked = true, utc_offset = true, written = true, known_schemas = true,
  known_inverses = true, portal_id = true, imagined = true,
  recorder = true, shadowed = true }

-- Verbs by room. The first use of a verb loads its room, because most scripts use one or two verbs.
local VERBS = {
  associations = { "associate", "associate_default", "associations", "dissociate", "relabel", "unlabel" },
  each = { "each_link", "each_record_without" },
  changed = { "changed" },
  tied = { "tied" },
  import = { "import" },
  records = { "archive", "create", "get", "records", "update", "upsert" },
  search = { "search" },
  account = { "account", "schema", "schemas", "usage_report" },
  schema_file = { "export_schema", "import_schema" },
  jobs = { "plan", "apply", "undo", "journal", "work" },
  backup = { "backup", "diff", "restore" },
  shadow = { "shadow", "tried" },
}

-- The verbs of a shadow need a portal and a hub, so their room stands above this file. Their first use loads it.
local ABOVE = { shadow = "tether.shadow.verbs" }

local function load_room(room)
  return require(ABOVE[room] or "tether.hub." .. room)
end

local function load_verb(room, verb)
  local run = load_room(room)[verb]
  Hub[verb] = run
  return run
end

for room, verbs in pairs(VERBS) do
  for _, verb in ipairs(verbs) do
    Hub[verb] = function(...) return load_verb(room, verb)(...) end
  end
end

-- Verbs with a noun of their own: hub.labels:list, and so on.
local NOUNS = { labels = true, limits = true, primary = true }
local no_such = nearest.index(Hub, "hub", learnt, NOUNS)

function Hub:__index(name)
  if not NOUNS[name] then return no_such(self, name) end
  local noun = require("tether.hub." .. name).new(self)
  rawset(self, name, noun)
  return noun
end

local M = {}

--- Connects. Nothing is sent yet.
-- @tparam table options
--   token (text, or a function that returns one and the seconds it lasts), token_file (a file of mode 0600) or
--   oauth ({ client_id =, client_secret =, refresh_token =, access_token =, expires_in =, on_renew = function }:
--   refreshed before it expires and once on 401);
--   url, or region ("eu1", or "auto": by the token's prefix); version ("2026-03");
--   concurrency (8 requests in flight), timeout (30 seconds), connect_timeout (10 seconds);
--   retry_for (120 seconds from a request's first attempt; 0: nothing is sent again), retry_pause (0.5 seconds before
--   the second attempt, doubled from then on);
--   daily_reserve (calls of the day left for other apps); share (false: the quota is this process's alone; a
--   folder; redis://, rediss:// or unix://: machines share it), share_lost ("alone", or "stop": while Redis is away),
--   share_password_file; shared_folder (where `share = true` keeps its file);
--   ca_file (PEM) and ca_folder (authorities by hash), plain_http (true: http to other hosts than loopback),
--   routes ("overview": the overview's batch paths alone), journal (a job file, see hub:journal),
--   log ("info" or "debug": a line for each attempt on stderr)
-- @treturn hub
-- @raise TOKEN_MISSING, TOKEN_MALFORMED, URL_BAD, OPTION_UNKNOWN, BAD_ARGUMENT, FILE_FAILED
function M.new(options)
  local mine, settings = connection.read(options)
  local hub = setmetatable({ url = settings.url, version = mine.version, concurrency = mine.concurrency,
    routes = mine.routes, form = mine.routes == "overview" and "overview" or "described", redis = mine.redis,
    settled = {}, known_types = {}, known_unique = {}, ceilings = {}, warned = {}, warned_count = 0,
    notices = { ending.notice(mine.version) } }, Hub)
  hub.session = require("tether.connection.session").open(settings, {
    token = type(options.token) == "function" and options.token or nil,
    on_renew = options.oauth and options.oauth.on_renew,
    note = function(sentence) hub.notices[#hub.notices + 1] = sentence end,
  })
  hub.types = {
    id = function(_, from, to, which)
      from, to = hub:object_type(from), hub:object_type(to)
      return (which == nil and lookup.plain(hub, from, to) or lookup.type(hub, from, to, which)).id
    end,
  }
  if mine.journal then hub:journal(mine.journal) end
  return hub
end

--- The name of an object type as the wire takes it.
-- @tparam string name singular, plural, alias, type id, `p_name`, or a custom object's own name or label; any case
-- @treturn string
-- @raise OBJECT_TYPE_UNKNOWN with the nearest names
function Hub:object_type(name)
  return lookup.segment(self, name)
end

--- Remembers that the account accepts fewer inputs in a request than was assumed, and notes it once for each operation:
-- `hub.notices` is an array of sentences.
function Hub:learn_ceiling(operation, most)
  if not self.ceilings[operation] then
    self.notices[#self.notices + 1] = ("%s: the account refuses %d inputs in a request; fewer are sent from now on")
      :format(operation, most * 2)
  end
  self.ceilings[operation] = math.max(1, math.min(most, self.ceilings[operation] or most))
end

--- An empty links set. The account is asked where a custom object goes by its label.
-- @treturn links
function Hub:links(from, to)
  return links.new(self:object_type(from), self:object_type(to))
end

--- Sends any request to the account, with the same transport and error handling.
-- @tparam string method
-- @tparam string path with its query, beginning with a slash
-- @tparam[opt] table|string body a table is sent as JSON
-- @tparam[opt] table options text = true: the body as the server wrote it, instead of the decoded one
-- @return the decoded answer, true when it has no body
-- @treturn integer status
-- @raise as every verb; before sending TYPES_EMPTY for a list of association types that is empty, BAD_ID for a number
--   that has been a float beyond 2^53 in the body, and for any float in the path. GET, PUT and DELETE
--   are sent again as operations that converge are, other methods as creates
function Hub:request(method, path, body, options)
  check.type("request: method", method, "string")
  if check.type("request: path", path, "string"):sub(1, 1) ~= "/" then
    check.refuse("request: path", "a path that begins with a slash", path)
  end
  rounded.check(path, body)
  if type(body) == "table" then body = json.encode(body) end
  method, body = method:upper(), check.type("request: body", body, "string", true)
  empty_types.check(method, path, body)
  local as_text = check.options("request", options, { text = "boolean" }).text
  return send.request(self, method, path, body, as_text)
end

local events = { request = true, response = true, retry = true, wait = true, share = true }

--- Calls a function at each event: "request" (an attempt is sent), "response" (it has ended), "retry" (another one
-- will follow, in wait_ms), "wait" (the quota holds requests back), "share" (the quota is not shared any more,
-- problem says why; or is again). The event is a table: operation, method, path (without query), attempt, status or
-- problem, elapsed_ms, wait_ms, window_left, daily_left, correlation_id, at_ms.
-- @tparam string event
-- @tparam function listener must not wait; what it raises is noted in hub.notices, and ends a run over many rows when
--   what is under way is settled
-- @treturn function removes the listener
function Hub:on(event, listener)
  if not events[event] then check.refuse("on", "request, response, retry or wait", event) end
  return self.session:listen(event, check.type("on: listener", listener, "function"))
end

--- What was counted since the hub was opened.
-- @treturn table requests (attempts), answers, retries, lost (attempts without an answer), refused (400 and more),
--   rate_limited (429), waits and waited_ms (for the quota), sent_bytes, received_bytes, under_way, dropped_events,
--   round_trip_ms, skew_ms (the server's clock ahead of ours), and
--   quota = { window_ms, window_most, window_left, daily, daily_left, day_ends_ms } as far as answers have told it,
--   with `shared` (with the other processes of this machine) and `unshared`: why not, although it was to be
function Hub:stats()
  return self.session:stats()
end

--- Gives up what is in flight and frees the connections. May be called twice.
function Hub:close()
  if self.recorder then self.recorder:close() end
  self.session:close()
  if self.shadowed then self.shadowed.close() end
end

Hub.__close = Hub.close

--- Loads all rooms, for programs that prefer to wait at their start.
function M.preload()
  for room in pairs(VERBS) do
    if not ABOVE[room] then load_room(room) end
  end
  for noun in pairs(NOUNS) do require("tether.hub." .. noun) end
end

return M
