---@meta _
-- Types for editors: the embedded portal. Nothing here is run.

---@class tether.portal_options
---@field path? string a file that keeps the account; in memory when left out
---@field token? string
---@field port? integer 0: a free one
---@field host? string
---@field client_id? string
---@field client_secret? string
---@field code? string
---@field refresh_token? string
---@field scopes? string[] all when left out
---@field switches? table<string, string|integer>
---@field allow_hosts? string[] further names that it may be called by
---@field deliver_to? string[] hosts that webhooks may go to, beside this machine
---@field admin? boolean routes under /portal for other programs
---@field page? boolean a page at /portal, and those routes

---@class tether.fault whom it meets, which of them it strikes, and how
---@field operation? string a glob, as method and path are
---@field method? string
---@field path? string
---@field nth? integer counted from 1
---@field times? integer
---@field probability? number
---@field seed? integer
---@field status? integer
---@field body? any
---@field headers? table<string, string>
---@field html? boolean
---@field applied? boolean the request is applied all the same
---@field refusal? string an answer that speaks of the account, by name
---@field delay? number seconds
---@field reset? "before"|"after"|"middle"
---@field truncate? boolean
---@field malformed? boolean
---@field trickle? number
---@field chunk? integer

---@class tether.portal_subscription whom it tells, of what
---@field url? string of this machine, unless `deliver_to` names its host
---@field secret? string the app's; the portal's client_secret when left out
---@field events (string|{ type: string, object?: string, property?: string, active?: boolean })[]
---@field app? integer 1
---@field signatures? ("v1"|"v2"|"v3")[] { "v3" }
---@field concurrency? integer 10

---@class tether.portal_delivery one attempt
---@field number integer
---@field delivery integer the same for all attempts of a delivery
---@field appId integer
---@field url string
---@field at_ms integer
---@field took_ms integer
---@field attempt integer from 0
---@field status integer 0: no answer, and `problem` says why
---@field problem? string
---@field count integer
---@field events table[]
---@field next_ms? integer when it is tried again

---@class tether.portal
---@field url string
---@field token string
local portal = {}
---@param options? tether.options
---@return tether.hub
function portal:connect(options) end
---@param facts string|table object types with their records, schemas, labels, limits, links; or lines of JSON
---@param id? tether.id with an object type in `facts`: one empty record
function portal:seed(facts, id) end
---@param path string
---@param on_progress? fun(done: integer, all: integer, lines: integer)
function portal:seed_file(path, on_progress) end
---@return string lines of JSON, from which `seed` makes the account again
function portal:dump() end
function portal:reset() end
---@param name string keeps the account, switches, faults and clock
function portal:snapshot(name) end
---@return { name: string, made: integer, records: integer, links: integer, bytes: integer }[]
function portal:snapshots() end
---@param name string
function portal:drop_snapshot(name) end
---@return tether.portal a second one that begins as this one is
function portal:fork() end
---@param object_type tether.object_type|string of an archived record; or, alone, the name of a snapshot
---@param id? tether.id
function portal:restore(object_type, id) end
---@param name string
---@param value string|integer
function portal:set(name, value) end
---@param rule tether.fault
function portal:fault(rule) end
function portal:clear_faults() end
---@return table[] the last requests, the oldest first
function portal:log() end
function portal:clear_log() end
---@param options tether.portal_subscription
---@return integer[] ids of the subscriptions
function portal:subscribe(options) end
---@return { appId: integer, targetUrl: string, subscriptions: table[], waiting: integer, retrying: integer, underWay: integer, delivered: integer, givenUp: integer, dropped: integer }[]
function portal:webhooks() end
function portal:clear_webhooks() end
---@return tether.portal_delivery[] the last attempts, the oldest first
function portal:deliveries() end
function portal:clear_deliveries() end
---@return table[]
function portal:reports() end
---@return { requests: integer, rateLimited: integer, faults: integer, linked: integer, operations: table<string, integer> }
function portal:counters() end
---@param ms? integer since 1970
---@return integer
function portal:clock(ms) end
---@param seconds number
function portal:advance(seconds) end
function portal:close() end
