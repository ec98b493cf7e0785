#include "core/redis/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

enum { PIECE = 16 << 10 };

struct tether_tls {
  SSL_CTX *context;
  SSL *ssl; /* owns both ends */
  BIO *in, *out;
};

static bool fail(const tether_tls *tls, const char *what, tether_error *error) {
  long verified = tls->ssl ? SSL_get_verify_result(tls->ssl) : X509_V_OK;
  unsigned long code = ERR_get_error();
  const char *reason = verified != X509_V_OK ? X509_verify_cert_error_string(verified)
                       : code                ? ERR_reason_error_string(code)
                                             : NULL;
  ERR_clear_error();
  return tether_fail(error, TETHER_TLS_FAILED, "%s: %.200s", what, reason ? reason : "OpenSSL does not say why");
}

static bool trust(tether_tls *tls, const tether_tls_authorities *authorities, tether_error *error) {
  SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
  if (!SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION)) return fail(tls, "no TLS 1.2", error);
  if (!authorities->file && !authorities->folder)
    return SSL_CTX_set_default_verify_paths(tls->context) || fail(tls, "no authorities of the system", error);
  return SSL_CTX_load_verify_locations(tls->context, authorities->file, authorities->folder) ||
         fail(tls, "the authorities (ca_file, ca_folder) cannot be read", error);
}

static bool name_host(tether_tls *tls, const char *host, tether_error *error) {
  unsigned char address[sizeof(struct in6_addr)];
  X509_VERIFY_PARAM *wanted = SSL_get0_param(tls->ssl);
  bool numeric = inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
  bool named = numeric ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host)
                       : X509_VERIFY_PARAM_set1_host(wanted, host, 0) && SSL_set_tlsext_host_name(tls->ssl, host);
  return named || fail(tls, "the host cannot be named", error);
}

static bool begin(tether_tls *tls, const char *host, const tether_tls_authorities *authorities, tether_error *error) {
  tls->context = SSL_CTX_new(TLS_client_method());
  if (!tls->context) return tether_fail(error, TETHER_NO_MEMORY, "no memory for TLS");
  if (!trust(tls, authorities, error)) return false;
  tls->ssl = SSL_new(tls->context);
  tls->in = BIO_new(BIO_s_mem());
  tls->out = BIO_new(BIO_s_mem());
  if (!tls->ssl || !tls->in || !tls->out) {
    BIO_free(tls->in);
    BIO_free(tls->out);
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for TLS");
  }
  SSL_set_bio(tls->ssl, tls->in, tls->out);
  SSL_set_connect_state(tls->ssl);
  return name_host(tls, host, error);
}

tether_tls *tether_tls_new(const char *host, const tether_tls_authorities *authorities, tether_error *error) {
  static const tether_tls_authorities system = {NULL, NULL};
  tether_tls *tls = calloc(1, sizeof *tls);
  if (!tls) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for TLS");
    return NULL;
  }
  ERR_clear_error();
  tether_buffer nothing = {.ceiling = PIECE};
  if (begin(tls, host, authorities ? authorities : &system, error) && tether_tls_hear(tls, "", 0, &nothing, error))
    return tls;
  tether_tls_free(tls);
  return NULL;
}

void tether_tls_free(tether_tls *tls) {
  if (!tls) return;
  SSL_free(tls->ssl);
  SSL_CTX_free(tls->context);
  free(tls);
}

/* Whether a call of OpenSSL has only to be made again, when more has come. */
static bool waits(const tether_tls *tls, int result) {
  int why = SSL_get_error(tls->ssl, result);
  return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_ZERO_RETURN;
}

bool tether_tls_hear(tether_tls *tls, const char *data, size_t length, tether_buffer *plain, tether_error *error) {
  if (length && BIO_write(tls->in, data, (int)length) != (int)length)
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for TLS");
  if (!SSL_is_init_finished(tls->ssl)) {
    int shaken = SSL_do_handshake(tls->ssl);
    if (shaken != 1) return waits(tls, shaken) || fail(tls, "TLS with the Redis server", error);
  }
  for (;;) {
    char *room = tether_buffer_room(plain, PIECE, error);
    if (!room) return false;
    int got = SSL_read(tls->ssl, room, PIECE);
    if (got <= 0) return waits(tls, got) || fail(tls, "TLS with the Redis server", error);
    plain->length += (size_t)got;
  }
}

bool tether_tls_say(tether_tls *tls, const char *data, size_t length, tether_error *error) {
  size_t written = 0;
  return length == 0 || SSL_write_ex(tls->ssl, data, length, &written) == 1 ||
         fail(tls, "TLS with the Redis server", error);
}

bool tether_tls_drain(tether_tls *tls, tether_buffer *out, tether_error *error) {
  size_t waiting = BIO_ctrl_pending(tls->out);
  if (waiting == 0) return true;
  char *room = tether_buffer_room(out, waiting, error);
  if (!room) return false;
  int got = BIO_read(tls->out, room, (int)waiting);
  if (got > 0) out->length += (size_t)got;
  return true;
}

bool tether_tls_is_shaken(const tether_tls *tls) { return SSL_is_init_finished(tls->ssl) == 1; }

bool tether_tls_has_ended(const tether_tls *tls) { return SSL_get_shutdown(tls->ssl) & SSL_RECEIVED_SHUTDOWN; }
