--- HubSpot's Node client as a reference: only when NODE=1 asks for it, installed by npm outside the tree.
local options = require "spec.bench.options"

local M = {}

local function installed()
  local cache = os.getenv "XDG_CACHE_HOME" or os.getenv "HOME" .. "/.cache"
  local folder = cache .. "/tether-bench"
  assert(os.execute(([[test -d "%s/node_modules/@hubspot/api-client" || { mkdir -p "%s" && cd "%s" &&
    npm install --silent --no-fund --no-audit @hubspot/api-client >&2; }]]):format(folder, folder, folder)),
    "npm could not install @hubspot/api-client")
  return folder
end

--- The reference, or nil when it is not asked for.
function M.reference(url, mode, inputs)
  if os.getenv "NODE" ~= "1" then return nil end
  return { name = "HubSpot's Node client", command = ("BENCH_NODE=%s node spec/bench/programs/node.mjs %s %s %d %d")
    :format(installed(), url, mode, inputs, options.concurrency) }
end

return M
