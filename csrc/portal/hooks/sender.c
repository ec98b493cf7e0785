#include "portal/hooks/sender.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "portal/hooks/target.h"

enum { WAIT_MOST_MS = 60000 }; /* between two looks, though nothing is due: the clock may have been set */

struct portal_sender {
  portal_sender_host host;
  CURLM *multi;
  pthread_t thread;
  atomic_bool over;
  struct sending *first; /* under way */
};

typedef struct sending {
  struct sending *next;
  CURL *easy;
  struct curl_slist *headers;
  portal_post *post;
  char problem[CURL_ERROR_SIZE];
} sending;

/* -- one request -------------------------------------------------------------------------------------------------- */

static size_t throw_away(char *data, size_t size, size_t count, void *context) {
  (void)data, (void)context;
  return size * count;
}

/* The address of a name is checked again, because the name may lead elsewhere than when it was set. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
  const portal_post *post = context;
  (void)purpose;
  if (!post->anywhere && !portal_target_is_loopback(&address->addr)) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static bool add_headers(sending *attempt) {
  const tether_buffer *headers = &attempt->post->headers;
  for (size_t at = 0; at < headers->length; at += strlen(headers->data + at) + 1) {
    struct curl_slist *longer = curl_slist_append(attempt->headers, headers->data + at);
    if (!longer) return false;
    attempt->headers = longer;
  }
  return true;
}

static bool set_up(sending *attempt) {
  portal_post *post = attempt->post;
  CURL *easy = attempt->easy = curl_easy_init();
  return easy && add_headers(attempt) && !curl_easy_setopt(easy, CURLOPT_URL, post->url) &&
         !curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->body.length) &&
         !curl_easy_setopt(easy, CURLOPT_POSTFIELDS, post->body.data) &&
         !curl_easy_setopt(easy, CURLOPT_HTTPHEADER, attempt->headers) &&
         !curl_easy_setopt(easy, CURLOPT_USERAGENT, "HubSpot Connect 2.0 (Tether's portal)") &&
         !curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)post->timeout_ms) &&
         !curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) && !curl_easy_setopt(easy, CURLOPT_PROXY, "") &&
         !curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
         !curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, attempt->problem) &&
         !curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, throw_away) &&
         !curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
         !curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, post) && !curl_easy_setopt(easy, CURLOPT_PRIVATE, attempt);
}

static void settle(portal_sender *sender, sending *attempt, int status, const char *problem) {
  portal_post *post = attempt->post;
  post->took_ms = tether_clock_ms() - post->began_ms;
  sender->host.settle(sender->host.context, post, status, problem);
  curl_easy_cleanup(attempt->easy);
  curl_slist_free_all(attempt->headers);
  free(attempt);
}

static void begin(portal_sender *sender, portal_post *post) {
  sending *attempt = calloc(1, sizeof *attempt);
  post->began_ms = tether_clock_ms();
  if (!attempt) {
    sender->host.settle(sender->host.context, post, 0, "no memory");
    return;
  }
  attempt->post = post;
  if (!set_up(attempt) || curl_multi_add_handle(sender->multi, attempt->easy) != CURLM_OK) {
    settle(sender, attempt, 0, "no memory");
    return;
  }
  attempt->next = sender->first;
  sender->first = attempt;
}

static void unlink_it(portal_sender *sender, const sending *attempt) {
  sending **at = &sender->first;
  while (*at != attempt) at = &(*at)->next;
  *at = attempt->next;
}

static void end(portal_sender *sender, CURL *easy, CURLcode code) {
  sending *attempt = NULL;
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&attempt);
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_multi_remove_handle(sender->multi, easy);
  unlink_it(sender, attempt);
  const char *problem = *attempt->problem ? attempt->problem : curl_easy_strerror(code);
  settle(sender, attempt, code == CURLE_OK ? (int)status : 0, code == CURLE_OK ? NULL : problem);
}

/* -- the thread --------------------------------------------------------------------------------------------------- */

static int64_t begin_all(portal_sender *sender) {
  int64_t wait_ms = WAIT_MOST_MS;
  portal_post *post;
  while ((post = sender->host.next(sender->host.context, &wait_ms))) begin(sender, post);
  return wait_ms < 0 ? 0 : wait_ms < WAIT_MOST_MS ? wait_ms : WAIT_MOST_MS;
}

static void *work(void *context) {
  portal_sender *sender = context;
  while (!atomic_load(&sender->over)) {
    int64_t wait_ms = begin_all(sender);
    int running, left;
    bool ended = false;
    curl_multi_perform(sender->multi, &running);
    for (CURLMsg *message; (message = curl_multi_info_read(sender->multi, &left)); ended = true)
      if (message->msg == CURLMSG_DONE) end(sender, message->easy_handle, message->data.result);
    if (!ended) curl_multi_poll(sender->multi, NULL, 0, (int)wait_ms, NULL);
  }
  return NULL;
}

/* Signals are for the threads of the program whose module this is; a receiver that goes away is no signal either. */
static bool start(portal_sender *sender) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  bool fine = pthread_create(&sender->thread, NULL, work, sender) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return fine;
}

portal_sender *portal_sender_open(const portal_sender_host *host, tether_error *error) {
  portal_sender *sender = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? calloc(1, sizeof *sender) : NULL;
  if (sender) {
    sender->host = *host;
    sender->multi = curl_multi_init();
    if (sender->multi && start(sender)) return sender;
    curl_multi_cleanup(sender->multi);
    free(sender);
  }
  tether_fail(error, TETHER_NO_MEMORY, "no memory for a thread that sends");
  return NULL;
}

void portal_sender_wake(portal_sender *sender) {
  if (sender) curl_multi_wakeup(sender->multi);
}

void portal_sender_close(portal_sender *sender) {
  if (!sender) return;
  atomic_store(&sender->over, true);
  curl_multi_wakeup(sender->multi);
  pthread_join(sender->thread, NULL);
  while (sender->first) {
    sending *attempt = sender->first;
    curl_multi_remove_handle(sender->multi, attempt->easy);
    sender->first = attempt->next;
    settle(sender, attempt, 0, "the portal was closed");
  }
  curl_multi_cleanup(sender->multi);
  curl_global_cleanup();
  free(sender);
}
