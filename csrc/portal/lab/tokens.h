/* Tokens: what OAuth has given out, access tokens and refresh tokens. In memory: they do not outlive the portal. */
#ifndef TETHER_PORTAL_TOKENS_H
#define TETHER_PORTAL_TOKENS_H
#include "portal/message/message.h"

enum {
  PORTAL_TOKEN_SECONDS = 1800, /* an access token lasts, as HubSpot's do */
  PORTAL_TOKENS_MOST = 128,    /* that are remembered */
  PORTAL_TOKEN = 48            /* bytes, the terminator included */
};

typedef struct portal_tokens {
  struct {
    char text[PORTAL_TOKEN]; /* empty: none */
    int64_t expires_ms;      /* 0: never, it is a refresh token */
  } list[PORTAL_TOKENS_MOST];
  size_t next; /* where the next one goes: the oldest is forgotten */
} portal_tokens;

/* A new one of each kind; the text lives until it is forgotten. */
const char *portal_tokens_issue(portal_tokens *tokens, int64_t now_ms);
const char *portal_tokens_issue_refresh(portal_tokens *tokens);

void portal_tokens_revoke(portal_tokens *tokens, const char *token); /* of either kind; an unknown one is fine */

/* When an access token expires; 0: it was not given out. */
int64_t portal_tokens_expiry(const portal_tokens *tokens, const char *token);

/* Whether this is a refresh token that was given out. */
bool portal_tokens_is_refresh(const portal_tokens *tokens, const char *token);
#endif
