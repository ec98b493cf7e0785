--- Verbs on the account as a whole.
local check = require "tether.check"
local send = require "tether.connection.send"

local M = {}

--- Details of the account: portalId, timeZone (whose midnight resets the daily limit), uiDomain, dataHostingLocation.
-- @treturn table
function M.account(hub)
  return (send.call(hub, "account", {}))
end

--- The account's custom objects.
-- @treturn {table,...} schemas: objectTypeId, name, fullyQualifiedName, labels, associations, …
function M.schemas(hub)
  return send.call(hub, "schemas_list", {}).results
end

--- The schema of one object type; standard ones answer too (wire.md, 4.23).
-- @tparam table hub
-- @tparam string object_type
-- @treturn table its `associations` are the only place where the internal names of labels appear
-- @raise OBJECT_TYPE_UNKNOWN
function M.schema(hub, object_type)
  return (send.call(hub, "schema_get", { f = hub:object_type(object_type) }))
end

--- Asks HubSpot to e-mail a report of the records that hold 80 % or more of the associations they may have. Each call
-- sends another mail, so the request is never repeated automatically.
-- @tparam table hub
-- @tparam integer user_id of the user who gets the mail
-- @treturn table userId, userEmail, enqueueTime
function M.usage_report(hub, user_id)
  check.count("usage_report: user id", user_id, 1)
  return (send.call(hub, "usage_report", { id = ("%d"):format(user_id) }))
end

return M
