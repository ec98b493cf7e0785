/* Tokens: the OAuth access tokens that were given out. In memory: they do not outlive the portal. */
#ifndef TETHER_PORTAL_TOKENS_H
#define TETHER_PORTAL_TOKENS_H
#include "portal/message/message.h"

enum { PORTAL_TOKEN_SECONDS = 1800, PORTAL_TOKENS_MOST = 64, PORTAL_TOKEN = 48 };

typedef struct portal_tokens {
  struct {
    char text[PORTAL_TOKEN];
    int64_t expires_ms;
  } list[PORTAL_TOKENS_MOST];
  size_t next; /* where the next one goes: the oldest is forgotten */
} portal_tokens;

const char *portal_tokens_issue(portal_tokens *tokens, int64_t now_ms);

void portal_tokens_revoke(portal_tokens *tokens, const char *token);

/* When a token expires; 0: it was not given out. */
int64_t portal_tokens_expiry(const portal_tokens *tokens, const char *token);
#endif
