---@meta _
-- Types for editors: the verbs of a hub. Nothing here is run.

---@class tether.write_options
---@field verify? boolean|number
---@field primary? boolean associate, relabel: the primary of a set that was read moves as well
---@field on_batch? fun(outcome: tether.outcome)
---@field keys? { none?: "error"|"skip"|"create", several?: "error"|"skip"|"first" }
---@field read? boolean only for associate
---@field everything? boolean only for unlabel

---@class tether.hub
---@field labels tether.labels
---@field limits tether.limits
---@field primary tether.primary
---@field types { id: fun(self, from: tether.object_type, to: tether.object_type, which?: tether.type): integer }
---@field notices string[]
local hub = {}
---@param event "request"|"response"|"retry"|"wait"|"share"
---@param listener fun(event: tether.moment)
---@return fun() takes the listener away
function hub:on(event, listener) end
---@return table
function hub:stats() end
---@param object_type tether.object_type
---@param properties table<string, any>|table[]
---@param associations? { to: tether.id, type: tether.object_type, types?: tether.types }[]
---@param options? { unique?: string } a property that no two records share; for an array in place of the associations
---@return tether.record
function hub:create(object_type, properties, associations, options) end
---@param id tether.id|tether.id[]
---@param options? { properties?: string[], associations?: string[], archived?: boolean, id_property?: string }
---@return tether.record
function hub:get(object_type, id, options) end
---@return fun(): tether.record?
function hub:records(object_type, options) end
---@param query { filters?: table[], groups?: table[], query?: string, sorts?: string[], properties?: string[] }
---@return fun(): tether.record?
function hub:search(object_type, query) end
---@param since string|integer|table ISO 8601, milliseconds since 1970, or what os.time() gives
---@param options? { properties?: string[] }
---@return fun(): tether.record?, { records: integer, calls: integer, property: string, since: integer, next: integer }
function hub:changed(object_type, since, options) end
---@return tether.record
function hub:update(object_type, id, properties) end
---@param list { id: string, properties: table<string, any> }[]
---@return tether.record[], { row: integer, error: tether.error, not_sent?: boolean }[]
function hub:upsert(object_type, property, list) end
---@return boolean
function hub:archive(object_type, id) end
---@overload fun(self, links: tether.links, options?: tether.write_options): tether.outcome
---@overload fun(self, from: string, to: string, rows: table[], options?: tether.write_options): tether.outcome
---@param from tether.object_type
---@param from_id tether.id
---@param to tether.object_type
---@param to_id tether.id
---@param types? tether.types
---@param options? tether.write_options
---@return tether.outcome
function hub:associate(from, from_id, to, to_id, types, options) end
---@return tether.outcome
function hub:associate_default(...) end
---@return tether.outcome
function hub:relabel(...) end
---@return tether.outcome
function hub:unlabel(...) end
---@return tether.outcome
function hub:dissociate(...) end
---@param from tether.object_type
---@param ids tether.id|tether.id[]
---@param to tether.object_type
---@return tether.links
function hub:associations(from, ids, to) end
---@param options? { ids?: tether.id[]|fun(): tether.id?|string|file*, column?: string|integer, changed_since?: string|integer|table, empty?: boolean }
---@return fun(): tether.links?, integer[]?
---@return { records: integer, reads: integer, pages: integer, without_id: integer, notices: string[] }
---@return nil
---@return any
function hub:each_link(from, to, options) end
---@param options? { ids?: tether.id[]|fun(): tether.id?|string|file*, column?: string|integer, changed_since?: string|integer|table }
---@return fun(): integer?
---@return { records: integer, reads: integer, pages: integer, without_id: integer, notices: string[] }
---@return nil
---@return any
function hub:each_record_without(from, to, options) end
---@param id tether.id
---@return table<string, tether.links> by the other object type
function hub:tied(object_type, id) end
---@param path string|file*|fun(): string? "-" is standard input; a function returns the next piece of text
---@param options? tether.import_options
---@return tether.import_report
function hub:import(path, options) end
---@param wanted tether.links|tether.links[]|string|file*|fun(): string?
---@param options? tether.plan_options
---@return tether.plan
function hub:plan(wanted, options) end
---@param job tether.plan|string
---@param options? tether.apply_options
---@return tether.apply_report
function hub:apply(job, options) end
---@param address string redis://host:6379/0, rediss://… or unix:///path
---@param options? tether.work_options
---@return { batches: integer, rows: integer }
function hub:work(address, options) end
---@param job tether.plan|string
---@return tether.plan
function hub:undo(job) end
---@param path? string a job file for what is written from now on; nil: nothing is kept any more
function hub:journal(path) end
---@param pairs string|string[] "contacts:companies", "deals:*"
---@param file string
---@param options? { key?: string|string[], since?: string, changed_since?: string|integer|table, replace?: boolean, on_progress?: fun(counts: table) }
---@return tether.backup_report
function hub:backup(pairs, file, options) end
---@param old string
---@param new? string a backup, or "CRM"
---@param options? { list?: integer, pairs?: string[], on_progress?: fun(counts: table) }
---@return tether.diff
function hub:diff(old, new, options) end
---@param file string
---@param options? { key?: string|string[], create_labels?: boolean, imagine_labels?: boolean, skip_unknown?: boolean, pairs?: string[], scope?: "pairs"|"from"|"to"|"all", prune?: boolean, most_removals?: integer|string, on_progress?: fun(counts: table) }
---@return tether.plan, { labels: integer, skipped: integer }
function hub:restore(file, options) end
---@return tether.hub whose writes stay in it
function hub:shadow() end
---@return tether.plan of a shadow's writes
function hub:tried() end
---@return tether.links
function hub:links(from, to) end
---@return string
function hub:object_type(name) end
---@param options? { text?: boolean }
---@return any body, integer status
function hub:request(method, path, body, options) end
---@return table
function hub:account() end
---@return table[]
function hub:schemas() end
---@return table
function hub:schema(object_type) end
---@return table
function hub:usage_report(user_id) end
---@return table
function hub:export_schema(path, pairs_of_types) end
---@return { created: integer, present: integer, limits: integer }
function hub:import_schema(path) end
function hub:close() end
