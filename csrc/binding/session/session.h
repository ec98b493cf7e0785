/* The native module tether.session.native: the network. Apart from tether.native, so that only programs that connect
 * map libcurl. */
#ifndef TETHER_BINDING_SESSION_H
#define TETHER_BINDING_SESSION_H
#include "binding/shared/binding.h"

#define TETHER_SESSION_TYPE "tether.session"

/* The session at argument 1; raises when it is closed, or another process's. */
tether_session *tether_check_session(lua_State *L);

/* Pushes a ticket, or nil and the error when it is 0; returns how many values. */
int tether_push_ticket(lua_State *L, int64_t ticket, const tether_error *error);

/* The fields of an event, of what was counted. */
void tether_push_event(lua_State *L, const tether_event *event);
void tether_push_stats(lua_State *L, tether_session *session);

/* account adds methods to sessions, and is called behind them. */
tether_opener tether_open_session, tether_open_account, tether_open_answer, tether_open_waiting;

#endif
