#pragma once
// TLS on a socket without blocking (OpenSSL), shaped as PlainSocket is.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>

struct ssl_ctx_st;
struct ssl_st;

namespace tracetax {

// What the connections to one peer share: whom to believe, and who the peer must be.
class TlsContext {
 public:
  // `ca_file`: PEM; empty: the system's authorities. `host`: a name or an address that the peer's certificate must be
  // for. Throws std::runtime_error that names the file.
  TlsContext(const std::string& ca_file, std::string host);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  ssl_ctx_st* get() const { return context_; }
  const std::string& host() const { return host_; }

 private:
  ssl_ctx_st* context_;
  std::string host_;
};

class TlsSocket {
 public:
  using Shared = std::shared_ptr<TlsContext>;
  static constexpr bool encrypts = true;
  enum class Shake : std::uint8_t { done, wants_read, wants_write, failed };

  explicit TlsSocket(Shared shared) : shared_(std::move(shared)) {}
  ~TlsSocket() { detach(); }
  TlsSocket(const TlsSocket&) = delete;
  TlsSocket& operator=(const TlsSocket&) = delete;

  void attach(int fd);  // connected
  void detach();        // before it is closed
  Shake shake();        // until it is done
  // As recv() and send(): -1 with errno EAGAIN when it would block.
  ssize_t receive(std::span<char> room);
  ssize_t send(std::string_view bytes);
  bool pending() const;           // received, and not in the kernel any more
  std::uint64_t written() const;  // bytes that the kernel has taken
  // Why shaking failed.
  const std::string& trouble() const { return trouble_; }

 private:
  ssize_t result_of(int result);

  Shared shared_;
  ssl_st* ssl_ = nullptr;
  std::string trouble_{};
};

}  // namespace tracetax
