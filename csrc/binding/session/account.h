/* Account: what a session knows of its account and its token, as methods of the native session. */
#ifndef TETHER_BINDING_ACCOUNT_H
#define TETHER_BINDING_ACCOUNT_H
#include "binding/shared/binding.h"

/* The session at argument 1; raises when it is closed, or another process's. */
tether_session *tether_check_session(lua_State *L);

/* Pushes a ticket, or nil and the error when it is 0; returns how many values. */
int tether_push_ticket(lua_State *L, int64_t ticket, const tether_error *error);

/* Adds the methods to the table on top of the stack. */
void tether_open_account(lua_State *L);

#endif
