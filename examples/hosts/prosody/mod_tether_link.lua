-- A Prosody module that serves an HTTP endpoint which links two records, while the server goes on.
--
--   plugin_paths = { "/path/to/this/folder" }       modules_enabled = { "http", "tether_link" }
--   tether_token_file = "/etc/prosody/hubspot-token"    (mode 0600; or tether_url and tether_token for a portal)
--
--   curl -X POST http://127.0.0.1:5280/link -d '{"from":"contacts:101","to":"companies:9001"}'
local async = require "util.async"
local json = require "util.json"
local tether = require "tether"

tether.loop(require "tether.loops.prosody", { on_error = function(err) module:log("error", "%s", err) end })

local hub = tether.connect {
  url = module:get_option_string "tether_url",
  token = module:get_option_string "tether_token",
  token_file = module:get_option_string "tether_token_file",
}

local function split(text)
  local object_type, id = tostring(text):match "^(%w+):(%d+)$"
  return object_type or tether.error.raise("BAD_ARGUMENT", "from and to are like contacts:101"), id
end

local function link(body)
  local from, from_id = split(body.from)
  local to, to_id = split(body.to)
  return tostring(hub:associate(from, from_id, to, to_id, body.label))
end

local function answer(response, status, value)
  response.status_code = status
  response.headers.content_type = "application/json"
  response:send(json.encode(value))
end

local function post(event)
  local body = json.decode(event.request.body)
  async.runner(function() -- its coroutine is a task: verbs suspend it
    local ok, result = pcall(link, type(body) == "table" and body or {})
    if ok then return answer(event.response, 200, { result = result }) end
    answer(event.response, 400, { error = tostring(result) })
  end):run(true)
  return true
end

module:depends "http"
module:provides("http", { default_path = "/link", route = { POST = post, GET = function() return "pong" end } })

function module.unload()
  hub:close()
end
