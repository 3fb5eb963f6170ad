#include "harness/session/tls_socket.h"

#include <cerrno>
#include <limits>
#include <new>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace tracetax {
namespace {

bool is_address(const std::string& host) {
  in6_addr room{};
  return ::inet_pton(AF_INET, host.c_str(), &room) == 1 || ::inet_pton(AF_INET6, host.c_str(), &room) == 1;
}

int capped(std::size_t size) {
  constexpr std::size_t most = std::numeric_limits<int>::max();
  return static_cast<int>(size < most ? size : most);
}

}  // namespace

TlsContext::TlsContext(const std::string& ca_file, std::string host)
    : context_(::SSL_CTX_new(::TLS_client_method())), host_(std::move(host)) {
  if (context_ == nullptr) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
  SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // A peer that closes without a goodbye has closed, as on plain TCP; HTTP's framing tells what is missing.
  SSL_CTX_set_options(context_, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context_)
                                     : SSL_CTX_load_verify_locations(context_, ca_file.c_str(), nullptr);
  if (loaded == 1) return;
  ::SSL_CTX_free(context_);
  ERR_clear_error();
  throw std::runtime_error("tls.ca: cannot read certificates from " + (ca_file.empty() ? "the system" : ca_file));
}

TlsContext::~TlsContext() {
  ::SSL_CTX_free(context_);
}

void TlsSocket::attach(int fd) {
  ssl_ = SSL_new(shared_->get());
  if (ssl_ == nullptr) throw std::bad_alloc();
  SSL_set_fd(ssl_, fd);
  const std::string& host = shared_->host();
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host.c_str());
  } else {
    SSL_set1_host(ssl_, host.c_str());
    SSL_set_tlsext_host_name(ssl_, host.c_str());
  }
}

void TlsSocket::detach() {
  if (ssl_ != nullptr) SSL_free(ssl_);
  ssl_ = nullptr;
}

TlsSocket::Shake TlsSocket::shake() {
  ERR_clear_error();
  const int result = SSL_connect(ssl_);
  if (result == 1) return Shake::done;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return Shake::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return Shake::wants_write;
    default:
      break;
  }
  const long verified = SSL_get_verify_result(ssl_);
  const unsigned long error = ERR_peek_last_error();
  const char* const reason = error != 0 ? ERR_reason_error_string(error) : nullptr;
  trouble_ = verified != X509_V_OK
                 ? std::string("the certificate is not believed: ") + X509_verify_cert_error_string(verified)
             : reason != nullptr ? std::string(reason)
                                 : std::string("the connection ended");
  return Shake::failed;
}

ssize_t TlsSocket::result_of(int result) {
  if (result > 0) return result;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      errno = EAGAIN;
      return -1;
    case SSL_ERROR_ZERO_RETURN:
      return 0;
    case SSL_ERROR_SYSCALL:
      if (errno == 0) return 0;
      return -1;
    default:
      errno = EPROTO;
      return -1;
  }
}

ssize_t TlsSocket::receive(std::span<char> room) {
  ERR_clear_error();
  errno = 0;
  return result_of(SSL_read(ssl_, room.data(), capped(room.size())));
}

ssize_t TlsSocket::send(std::string_view bytes) {
  ERR_clear_error();
  errno = 0;
  const ssize_t sent = result_of(SSL_write(ssl_, bytes.data(), capped(bytes.size())));
  // Nothing is taken of what nobody will read.
  if (sent == 0) errno = EPIPE;
  return sent == 0 ? -1 : sent;
}

bool TlsSocket::pending() const {
  return ssl_ != nullptr && SSL_pending(ssl_) > 0;
}

std::uint64_t TlsSocket::written() const {
  return ssl_ == nullptr ? 0 : BIO_number_written(SSL_get_wbio(ssl_));
}

}  // namespace tracetax
