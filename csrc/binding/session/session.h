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

/* An answer, empty, on top of the stack; the fields of an event, of what was counted. */
tether_answer_box *tether_push_answer(lua_State *L);
void tether_push_event(lua_State *L, const tether_event *event);
void tether_push_stats(lua_State *L, tether_session *session);

/* Each adds the functions of its file to the table on top of the stack. */
void tether_open_session(lua_State *L);
void tether_open_account(lua_State *L); /* adds methods to sessions: called behind them */
void tether_open_answer(lua_State *L);  /* the class of answers */
void tether_open_waiting(lua_State *L);

#endif
