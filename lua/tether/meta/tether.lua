---@meta tether
-- Types for editors (lua-language-server): what a script requires. Nothing here is run; `spec/meta_spec.lua` compares
-- this folder with what there is.

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

---@class tether
---@field version string
---@field error table
---@field types table
---@field workflows tether.workflows
---@field links { read: fun(path: string|file*, options?: tether.rows_options): tether.links }|fun(from: string, to: string): tether.links
---@field webhook tether.webhook
local tether = {}
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
---@param options? tether.portal_options
---@return tether.portal
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
