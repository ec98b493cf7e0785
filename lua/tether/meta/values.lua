---@meta _
-- Types for editors: what every call takes and gives. Nothing here is run.

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

---@class tether.record
---@field id integer
---@field properties table<string, string>
---@field associations? table
---@field new? boolean
