---@meta _
-- Types for editors: plans and jobs. Nothing here is run.

---@class tether.plan_options: tether.rows_options
---@field scope? "pairs"|"from"|"to"|"all"
---@field labels? "at least"|"exactly"|string[]
---@field prune? boolean
---@field most_removals? integer|string
---@field primary? boolean|"exactly"
---@field keys? { from?: string, to?: string, none?: "error"|"skip", several?: "error"|"skip"|"first" }
---@field lost? fun(row: table)
---@field imagine_labels? boolean labels of a file that the account lacks are taken as if it had them
---@field piece? integer changes that are written and settled at once
---@field on_progress? fun(counts: table)

---@class tether.change
---@field action "create"|"update"|"archive"|"label"|"rename"|"delete_label"|"limit"|"link"|"relabel"|"unlink"|"primary"|"blocked"|"conflict"|"left"|"drifted"|"rejected"
---@field from? integer|string "new-1": a record that a shadow's plan makes
---@field properties? table<string, string>
---@field to? integer|string 0: what is told is about the record as a whole
---@field from_type? string
---@field to_type? string
---@field before? string[] labels; nil: no link
---@field after? string[]
---@field result? "pending"|"done"|"already"|"drifted"|"rejected"|"unknown"
---@field text? string

---@class tether.plan
---@field create integer records that a shadow's plan makes
---@field update integer
---@field archive integer
---@field define integer labels and limits
---@field link integer
---@field relabel integer
---@field unlink integer
---@field primary integer
---@field right integer
---@field blocked integer
---@field conflict integer
---@field left integer by a workflow, as they are
---@field wanted integer
---@field present integer
---@field reads integer
---@field writes integer
---@field calls integer
---@field seconds number
---@field share? number
---@field id string
---@field kind "plan"|"undo"|"journal"
---@field account string
---@field imagined? string[] labels that the account lacks: the plan is looked at alone
local plan = {}
---@return fun(): tether.change?
function plan:changes() end
---@param path string
---@return tether.plan
function plan:save(path) end
---@param options? { on_batch?: fun(outcome: tether.outcome), stop?: fun(): boolean, dry_run?: boolean }
---@return tether.apply_report
function plan:apply(options) end
---@param apply? boolean
---@return integer exit code
function plan:show_or_apply(apply) end
function plan:close() end

---@class tether.apply_options
---@field on_batch? fun(outcome: tether.outcome)
---@field stop? fun(): boolean
---@field dry_run? boolean
---@field workers? string the address of Redis, or "none"
---@field lease? number seconds, 60
---@field tries? integer 5
---@field told? fun(text: string)
---@field on_progress? fun(now: table) { rows, done, before, batches, settled }; with workers { workers, present, handed_out, settled }

---@class tether.work_options
---@field job? string the id of a job
---@field drain? boolean
---@field stop? fun(): boolean
---@field told? fun(text: string)
---@field on_take? fun(taken: { job: string, batch: string, epoch: string, lease: integer })
---@field on_batch? fun(settled: { batch: string, lease: integer, counts: table })

---@class tether.apply_report
---@field done integer
---@field already integer
---@field drifted integer
---@field rejected integer
---@field unknown integer
---@field pending integer
---@field stopped? "signal"
---@field dry_run? boolean nothing was written: `pending` would be
local report = {}
---@return boolean
function report:fine() end
---@return boolean
function report:ended() end
---@return string what became of the changes, without advice
function report:summary() end
---@return tether.apply_report
function report:assert() end
---@return fun(): tether.change?
function report:changes() end
function report:close() end

---@class tether.backup_report
---@field pairs string[][] { from, to }
---@field records integer
---@field links integer
---@field calls integer
---@field bytes integer
---@field keys integer
---@field without_key integer records that have none
---@field difference? tether.diff to the older backup

---@class tether.pair_diff
---@field from string
---@field to string
---@field added integer
---@field removed integer
---@field relabeled integer
---@field primary integer
---@field same integer

---@class tether.diff
---@field added integer
---@field removed integer
---@field relabeled integer links with other labels
---@field primary integer links that are the primary on one side alone
---@field same integer
---@field pairs tether.pair_diff[]
---@field definitions table[] labels and limits
---@field only_old string[] pairs that the older one has alone
---@field only_new string[]
---@field changes tether.change[] as many as asked for
---@field left_out integer
---@operator len: integer
