---@meta tether
-- Types for editors (lua-language-server): nothing here is run. A spec compares it with what a hub has.

---@alias tether.object_type string singular, plural, type id, p_name, or a custom object's name or label; any case
---@alias tether.id integer|string a record id, or a key such as "email=jane@example.com"
---@alias tether.type integer|string|tether.spec type id, label or systematic name
---@alias tether.types tether.type|tether.type[]

---@class tether.spec
---@field category "HUBSPOT_DEFINED"|"USER_DEFINED"|"INTEGRATOR_DEFINED"|"WORK"
---@field id integer
---@field label? string

---@class tether.error
---@field code string stable, see tether.error.codes
---@field message string
---@field hint string
---@field status? integer
---@field category? string
---@field sub_category? string
---@field policy? string
---@field correlation_id? string
---@field operation? string
---@field attempts? integer
---@field in_doubt? boolean it can have been applied all the same
---@field resets_at? integer of DAILY_LIMIT: seconds since 1970
---@field place? integer row or line
---@field outcome? tether.outcome of a set that the account refused in the middle: `outcome:unsent()` was not sent
---@field report? tether.import_report of an import that was ended by an error
---@field cause? any what a function of the script's has raised

---@class tether.link
---@field from integer
---@field to integer
---@field types tether.types[]
---@field labels string[]
---@field primary boolean
---@field items tether.types[] what a label cell of a file tells: labels, and types that have none

---@class tether.failure: tether.link
---@field row integer
---@field state "rejected"|"unknown"
---@field error tether.error

---@class tether.filter
---@field from? tether.id|tether.id[] in a set whose rows have keys also keys
---@field to? tether.id|tether.id[]
---@field types? tether.types a link holds every one
---@field labeled? boolean

---@class tether.links
---@field from string
---@field to string
---@field lines? table<integer, integer> row -> line of the file
---@operator len: integer
local links = {}
---@param from tether.id
---@param to tether.id
---@param types? tether.types
---@return tether.links
function links:add(from, to, types) end
---@return tether.links of the same pair of object types
function links:empty() end
---@return fun(): tether.link?
function links:rows() end
---@param row integer
---@return tether.link?
function links:row(row) end
---@param to integer
---@return integer? row
function links:find(to) end
---@return string[]
function links:labels() end
---@return tether.links
function links:compact() end
---@param path string|file* "-" is standard output
---@param format? "csv"|"jsonl"
---@return integer
function links:write(path, format) end
---@param index integer of the core
---@return { types: tether.types[], labels: string[], primary: boolean, items: tether.types[] }
function links:described(index) end
---@return tether.links
function links:sort() end
---@return fun(): integer?, integer, integer from, to, row
function links:pairs() end
---@return tether.links
function links:copy() end
---@param first integer
---@param last? integer
---@return tether.links
function links:slice(first, last) end
---@param other tether.links
---@return tether.links
function links:merge(other) end
---@param other tether.links
---@return tether.links
function links:intersect(other) end
---@param other tether.links
---@return tether.links
function links:subtract(other) end
---@param other tether.links
---@return { added: tether.links, removed: tether.links, changed: tether.links, before: tether.links, same: integer }
function links:diff(other) end
---@param what tether.filter|fun(link: tether.link, row: integer): boolean
---@return tether.links
function links:filter(what) end
---@param what? tether.filter
---@return integer
function links:count(what) end
---@param hub tether.hub
---@return tether.links
function links:as_in(hub) end
function links:close() end

---@class tether.outcome
---@field linked integer
---@field removed integer after a removal, else 0
---@field unchanged integer
---@field skipped integer
---@field rejected integer
---@field unknown integer
---@field pending integer not sent
---@field keys? table[]
---@field merged? table<integer, integer>
---@operator len: integer
local outcome = {}
---@return fun(): tether.failure?
function outcome:failures() end
---@return fun(): integer?, tether.error?
function outcome:failed_rows() end
---@return tether.outcome
function outcome:assert() end
---@return tether.links rows that were not sent
function outcome:unsent() end
---@param row integer
---@return string
function outcome:state(row) end
---@param path string|file* "-" is standard output
---@param refused? table[]
---@param format? "csv"|"jsonl"
---@return integer
function outcome:write(path, refused, format) end

---@class tether.row a row of a file that is not done
---@field line? integer
---@field from? tether.id
---@field to? tether.id
---@field label? string
---@field error tether.error

---@class tether.rows_options how a file of links is read
---@field from? tether.object_type may be left out when rows have "contacts:101"
---@field to? tether.object_type
---@field columns? { from?: string|integer|string[], to?: string|integer|string[], label?: string|integer|string[]|false, primary?: string|integer|string[] } else by their names
---@field label? string|string[] of the rows that name none
---@field keys? { from?: string, to?: string } the property whose values the cells of a side are, such as email
---@field ids_separator? string between several ids of one cell, or "none"; else where the header says IDs
---@field header_line? integer when titles stand above it
---@field told? fun(text: string) what was taken for what, in one line
---@field primary? boolean true: rows that say so have the primary
---@field separator? string between the labels of one cell, ";" unless told, "" for none
---@field format? "csv"|"jsonl"
---@field encoding? "utf-8"|"utf-16"|"utf-16le"|"utf-16be"|"windows-1252" else by the first bytes
---@field sheet? string|integer of a workbook, or file of a ZIP file, by name or number; else the first one that people see, or all files
---@field first_line? integer
---@field refused? fun(row: tether.row)
---@field stop? fun(): boolean

---@class tether.import_options: tether.rows_options
---@field read? boolean false: what the pairs have is not read before they are written
---@field verify? boolean|number
---@field keys? { from?: string, to?: string, none?: "error"|"skip"|"create", several?: "error"|"skip"|"first" }
---@field create_labels? boolean
---@field piece? integer rows at once
---@field failures? string|fun(row: tether.row)
---@field on_progress? fun(report: tether.import_report)

---@class tether.import_report
---@field rows integer
---@field linked integer
---@field unchanged integer
---@field skipped integer
---@field rejected integer
---@field unknown integer
---@field not_sent integer
---@field no_link integer rows in which a side is empty
---@field converted { name: string, text: string, count: integer }[] what was converted or passed over
---@field long? string a warning of rows over many lines
---@field done integer
---@field part? number
---@field calls integer
---@field batches integer
---@field seconds number
---@field created string[] labels
---@field primaries integer rows whose primary was not heeded, since primary = true did not ask for it
---@field merged table<integer, integer> old id -> id of the record that it was merged into
---@field stopped? "signal"|tether.error
---@field go_on_from? integer line
---@field notices string[] what people are to be told of the file
local report = {}
---@return boolean
function report:fine() end
---@return { code: string, rows: integer, first: string, hint: string }[]
function report:reasons() end
---@return tether.import_report
function report:assert() end

---@class tether.preflight
---@field rows integer
---@field refused integer
---@field good integer
---@field pairs? integer distinct
---@field duplicates? integer
---@field primaries integer rows whose primary is not heeded without primary = true
---@field no_link integer rows in which a side is empty
---@field columns? string what was taken for what
---@field tally { counted: { name: string, text: string, count: integer }[], long?: string }
---@field keyed integer
---@field selves integer
---@field self_lines integer[]
---@field problems tether.row[]
---@field notices string[] what people are to be told of the file
---@field by_code table<string, integer>
---@field labels table<string, integer>
---@field unlabeled integer
---@field writes integer
---@field reads integer
---@field key_calls integer
---@field calls integer
---@field blind_calls integer
---@field costs { tier: string, minutes: number, days: integer }[]
---@field blind_costs { tier: string, minutes: number, days: integer }[]

---@class tether.write_options
---@field verify? boolean|number
---@field primary? boolean associate, relabel: the primary of a set that was read moves as well
---@field on_batch? fun(outcome: tether.outcome)
---@field keys? { none?: "error"|"skip"|"create", several?: "error"|"skip"|"first" }
---@field read? boolean only for associate
---@field everything? boolean only for unlabel

---@class tether.oauth
---@field client_id string
---@field client_secret string
---@field refresh_token string
---@field access_token? string
---@field expires_in? number seconds
---@field on_renew? fun(tokens: { access_token: string, refresh_token: string, expires_in: integer })

---@class tether.check
---@field name "settings"|"host"|"tls"|"token"|"scopes"|"window"|"day"|"clock"
---@field state "ok"|"warn"|"fail"|"skip"
---@field message string
---@field remedy? string

---@class tether.report
---@field fine boolean no check has failed
---@field checks tether.check[]
---@field facts { account?: integer, scopes?: string[], missing_scopes?: string[], quota?: table, skew_ms?: integer, round_trip_ms?: integer, code?: string }

---@class tether.moment
---@field event "request"|"response"|"retry"|"wait"
---@field operation? string
---@field method? string
---@field path? string without its query
---@field attempt? integer
---@field status? integer
---@field problem? string
---@field elapsed_ms? integer
---@field wait_ms? integer
---@field window_left? integer
---@field daily_left? integer
---@field correlation_id? string
---@field at_ms integer

---@class tether.options
---@field token? string|fun(): string, number?
---@field token_file? string of mode 0600
---@field oauth? tether.oauth
---@field region? string "auto", or a region such as "eu1"
---@field retry_for? number seconds; 0: nothing is sent again
---@field retry_pause? number seconds
---@field daily_reserve? integer calls of the day
---@field share? boolean|string
---@field plain_http? boolean
---@field log? "off"|"info"|"debug"
---@field url? string
---@field version? "v4"|"2025-09"|"2026-03"|"2026-09"
---@field concurrency? integer
---@field timeout? number seconds
---@field connect_timeout? number seconds
---@field ca_file? string
---@field ca_folder? string
---@field routes? "overview"

---@class tether.record
---@field id integer
---@field properties table<string, string>
---@field associations? table
---@field new? boolean

---@class tether.labels
local labels = {}
---@return tether.spec[]
function labels:list(from, to) end
---@param label { label: string, name?: string, inverse?: string }
---@return tether.spec
function labels:create(from, to, label) end
---@param label string|{ label: string, name?: string, inverse?: string }
---@return tether.spec, boolean created
function labels:ensure(from, to, label) end
---@param texts { label?: string, inverse?: string }
function labels:rename(from, to, which, texts) end
---@return string?
function labels:inverse(from, to, label) end
---@return integer
function labels:count(from, to, which) end
---@param options? { force?: boolean }
---@return boolean
function labels:delete(from, to, which, options) end
---@return table[]
function labels:usage(from, to) end

---@class tether.limits
local limits = {}
---@return { category: string, id: integer, label?: string, max: integer }[]
function limits:list(from, to) end
---@param values table<string|integer, integer> label, type id or "default" -> most
function limits:set(from, to, values) end
---@param values table<string|integer, integer>
function limits:create(from, to, values) end
---@param keys (string|integer)[]
function limits:clear(from, to, keys) end
---@return table
function limits:usage(from, to) end
---@param what "records"|"pipelines"|"properties"|"objects"|"calculated"
---@return table
function limits:account(what) end

---@class tether.primary
local primary = {}
---@return integer|table<integer, integer>|nil
function primary:get(from, ids, to) end
---@return tether.outcome
function primary:set(...) end
---@return tether.outcome
function primary:clear(...) end

---@class tether.hub
---@field labels tether.labels
---@field limits tether.limits
---@field primary tether.primary
---@field types { id: fun(self, from: tether.object_type, to: tether.object_type, which?: tether.type): integer }
---@field notices string[]
local hub = {}
---@param event "request"|"response"|"retry"|"wait"
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
---@param options? { ids?: tether.id[]|fun(): tether.id?|string|file*, column?: string|integer }
---@return fun(): tether.links?, { records: integer, reads: integer, pages: integer, without_id: integer, notices: string[] }, nil, any
function hub:each_link(from, to, options) end
---@param path string|file*|fun(): string? "-" is standard input; a function returns the next piece of text
---@param options? tether.import_options
---@return tether.import_report
function hub:import(path, options) end
---@return tether.links
function hub:links(from, to) end
---@return string
function hub:object_type(name) end
---@return any body, integer status
function hub:request(method, path, body) end
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


---@class tether
---@field version string
---@field error table
---@field types table
---@field links { read: fun(path: string|file*, options?: tether.rows_options): tether.links }|fun(from: string, to: string): tether.links
---@field webhook tether.webhook
local tether = {}
---@class tether.job a task that was started; it has ended when its function and all tasks inside it have
---@field done boolean
local job = {}
--- What its function returned; raises what it, or a task inside it, raised first; later errors stand in `err.others`.
---@return any ...
function job:wait() end
--- Asks it to end: what it waits for raises CANCELLED.
function job:cancel() end

---@class tether.adapter a program's loop
---@field watch fun(fd: integer, on_readable: fun()): fun() calls on_readable whenever fd is readable, until stopped
---@field soon fun(fn: fun())
---@field after fun(ms: integer, fn: fun()): fun()
---@field suspend fun(): fun(), fun() wait, wake: `wake` may come first, and again
---@field ready fun(): boolean whether the running coroutine can be suspended by the host

--- Installs the loop of the program, once: a verb in a task suspends it, a verb elsewhere is refused with WOULD_BLOCK.
---@param adapter tether.adapter
---@param options? { outside?: "refuse"|"block", on_error?: fun(err: any) }
function tether.loop(adapter, options) end
--- Runs a function as a task. Without a loop it returns when all has ended, and raises what failed first.
---@return tether.job
function tether.run(fn, ...) end
--- Calls fn(item, place) for each item, several at a time; results in order.
---@param list any[]|fun(): any
---@param fn fun(item: any, place: integer): any
---@param options? { concurrency?: integer }
---@return any[] results with n
function tether.map(list, fn, options) end
--- Runs a function, and gives it up with TIMED_OUT when it lasts too long.
---@param seconds number
function tether.within(seconds, fn, ...) end
---@param seconds number
function tether.sleep(seconds) end
--- Loads all that a hub needs.
function tether.preload() end

---@param options? tether.options
---@return tether.hub
function tether.connect(options) end
---@param options? table
---@return table
function tether.portal(options) end
---@param path string|file*
---@param options? tether.rows_options|{ tier?: string, distinct?: boolean, piece?: integer }
---@return tether.preflight
function tether.preflight(path, options) end
---@param options? tether.options
---@param wanted? { objects?: tether.object_type[], write?: boolean, scopes?: string[] }
---@return tether.report
function tether.doctor(options, wanted) end
---@param value integer|string
---@return integer
function tether.id(value) end

return tether
