---@meta _
-- Types for editors: deliveries of webhooks. Nothing here is run.

---@class tether.webhook_request
---@field method string
---@field uri? string path and query, or the whole address
---@field headers table<string, string|string[]>|fun(name: string): string?
---@field body? string the raw bytes

---@class tether.association_change
---@field from_type string
---@field from integer
---@field to_type string
---@field to integer
---@field removed boolean
---@field primary? boolean
---@field type_id? integer
---@field category? string
---@field occurred_at? integer milliseconds since 1970

---@class tether.event: { [string]: any } what HubSpot sent, and
---@field subscriptionType? string
---@field association? tether.association_change
---@field error? tether.error an association change that cannot be read

---@class tether.receiver
local receiver = {}
---@param request tether.webhook_request
---@return "v1"|"v2"|"v3"|nil version, tether.error? refused
function receiver:verify(request) end
---@param request tether.webhook_request
---@return tether.event[]? events, tether.error? refused
function receiver:receive(request) end
---@param events tether.event[]
---@param first? integer
function receiver:forget(events, first) end

---@class tether.webhook_options
---@field secret string
---@field url? string the address that HubSpot calls
---@field window? number seconds
---@field remember? integer events
---@field accept? ("v1"|"v2"|"v3")[]
---@field most_bytes? integer
---@field most_events? integer
---@field clock? fun(): integer milliseconds since 1970

---@class tether.webhook
---@overload fun(options: tether.webhook_options): tether.receiver
local webhook = {}
---@param body string
---@return tether.event[]? events, tether.error? refused
function webhook.parse(body) end
---@param event tether.event
---@return string
function webhook.key(event) end
