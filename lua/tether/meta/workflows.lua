---@meta _
-- Types for editors: workflows. Nothing here is run.

---@class tether.whom which records a workflow is about; left out: all of them
---@field ids? tether.id[]|fun(): tether.id?|string|file*
---@field column? string|integer
---@field changed_since? string|integer|table

---@class tether.inherit_options: tether.whom
---@field from tether.object_type
---@field via tether.object_type
---@field to tether.object_type
---@field choose? "only"|"primary"|"recent"|"all"
---@field label? tether.type
---@field via_label? tether.type
---@field as? tether.type
---@field where? "empty"|"any"

---@class tether.orphans_options: tether.whom
---@field from tether.object_type
---@field to tether.object_type
---@field min? integer
---@field label? tether.type
---@field threshold? integer|string
---@field link? tether.id
---@field via? tether.object_type
---@field choose? "only"|"primary"|"recent"|"all"
---@field via_label? tether.type
---@field as? tether.type

---@class tether.orphans_plan: tether.plan
---@field orphans integer
---@field records integer
---@field over boolean more than the threshold

---@class tether.match_options: tether.whom
---@field from? tether.object_type
---@field to? tether.object_type
---@field property? string
---@field domain? string|string[]
---@field free? string|string[]
---@field subdomains? boolean
---@field choose? "only"|"recent"|"all"
---@field where? "any"|"empty"
---@field primary? boolean
---@field as? tether.type

---@class tether.primary_options: tether.whom
---@field from? tether.object_type
---@field to? tether.object_type
---@field choose? "only"|"label"|"domain"|"recent"|"file"
---@field label? tether.type
---@field file? string|file*
---@field columns? table
---@field keep? boolean
---@field property? string
---@field domain? string|string[]
---@field free? string|string[]
---@field subdomains? boolean

---@class tether.relabel_options: tether.whom
---@field from tether.object_type
---@field to tether.object_type
---@field map table<tether.type, tether.type|false>
---@field pairs? tether.links|string|file*
---@field columns? table

---@class tether.move_options
---@field type tether.object_type
---@field from? tether.id
---@field to? tether.id
---@field map? table<tether.id, tether.id>|string
---@field types? tether.object_type[]

---@class tether.split_options
---@field from? tether.object_type
---@field to? tether.object_type
---@field id tether.id
---@field by? string|fun(record: tether.record): tether.id?
---@field map? table<string, tether.id>
---@field file? string|file*
---@field columns? table
---@field copy? boolean

---@class tether.workflows
local workflows = {}
---@return string[]
function workflows.names() end
---@param hub tether.hub
---@param options tether.inherit_options
---@return tether.plan
function workflows.inherit(hub, options) end
---@param hub tether.hub
---@param options tether.orphans_options
---@return tether.orphans_plan
function workflows.orphans(hub, options) end
---@param hub tether.hub
---@param options? tether.match_options
---@return tether.plan
function workflows.match(hub, options) end
---@param hub tether.hub
---@param options? tether.primary_options
---@return tether.plan
function workflows.primary(hub, options) end
---@param hub tether.hub
---@param options tether.relabel_options
---@return tether.plan
function workflows.relabel(hub, options) end
---@param hub tether.hub
---@param options tether.move_options
---@return tether.plan
function workflows.move(hub, options) end
---@param hub tether.hub
---@param options tether.move_options
---@return tether.plan
function workflows.copy(hub, options) end
---@param hub tether.hub
---@param options tether.split_options
---@return tether.plan
function workflows.split(hub, options) end
