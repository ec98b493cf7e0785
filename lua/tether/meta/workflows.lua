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

---@class tether.tree_options
---@field parent? string
---@field key? string
---@field by? "domains"

---@class tether.limits_options
---@field pairs string|string[]
---@field near? number
---@field plan? tether.plan|string

---@class tether.limits_report
---@field limits integer
---@field pairs integer
---@field over integer
---@field at integer
---@field near integer
---@field account_at integer
---@field account_near integer
---@field blocked? integer changes of the plan
---@field reads integer
---@field rows { from: string, to: string, id: integer, label?: string, count: integer, max: integer, state: "over"|"at"|"near" }[]

---@class tether.definitions_plan
---@field create table[]
---@field limit table[]
---@field present integer
---@field extra table[]
---@operator len: integer
local definitions_plan = {}
---@return { created: integer, limits: integer }
function definitions_plan:apply() end

---@class tether.snapshot_report: tether.backup_report
---@field path string
---@field since? string
---@field removed string[]

---@class tether.keep_options
---@field state string
---@field workflow "inherit"|"orphans"|"match"|"primary"|"relabel"
---@field options table
---@field ids? tether.id[]
---@field sweep? number hours

---@class tether.keep_report
---@field dirty integer
---@field echoes integer
---@field swept boolean
---@field changes integer
---@field left integer
---@field report? tether.apply_report

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
---@param hub tether.hub
---@param options tether.tree_options
---@return tether.plan
function workflows.tree(hub, options) end
---@param hub tether.hub
---@param options tether.limits_options
---@return tether.limits_report
function workflows.limits(hub, options) end
---@param hub tether.hub
---@param options { file?: string, from?: tether.hub, pairs?: string|string[] }
---@return tether.definitions_plan
function workflows.labels(hub, options) end
---@param hub tether.hub
---@param options { folder: string, pairs: string|string[], key?: string|string[], keep?: integer }
---@return tether.snapshot_report
function workflows.snapshot(hub, options) end
---@param hub tether.hub
---@param options tether.keep_options
---@return tether.keep_report
function workflows.keep(hub, options) end
