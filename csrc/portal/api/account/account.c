/* The account itself. */
#include <stdio.h>
#include <stdlib.h>

#include "portal/api/handlers.h"

bool portal_account(portal_call *call) {
  int64_t minutes = call->store->switches[PORTAL_UTC_OFFSET];
  long long hours = minutes / 60, rest = llabs(minutes % 60);
  char zone[40] = "UTC", offset[60];
  if (minutes) snprintf(zone, sizeof zone, "Etc/GMT%+lld", -hours);
  snprintf(offset, sizeof offset, "%c%02lld:%02lld", minutes < 0 ? '-' : '+', llabs(hours), rest);
  call->answer->body = json_pack(
      "{s:i, s:s, s:s, s:s, s:[], s:s, s:I, s:s, s:s}", "portalId", PORTAL_ACCOUNT, "accountType", "DEVELOPER_TEST",
      "timeZone", zone, "companyCurrency", "USD", "additionalCurrencies", "utcOffset", offset, "utcOffsetMilliseconds",
      (json_int_t)(minutes * 60000), "uiDomain", "app.hubspot.com", "dataHostingLocation", "na1");
  call->answer->status = 200;
  return true;
}
