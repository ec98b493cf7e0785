/* What an answer of the account says of its limits, for tests of the quota. */
#ifndef TETHER_SPEC_HEARD_H
#define TETHER_SPEC_HEARD_H
#include "core/pace/quota.h"

/* A success that says nothing. */
static const tether_heard SILENT = {.window_ms = -1,
                                    .window_most = -1,
                                    .window_left = -1,
                                    .daily = -1,
                                    .daily_left = -1,
                                    .retry_after_ms = -1,
                                    .success = true};

#endif
