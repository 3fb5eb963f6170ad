#pragma once
// A TCP socket without blocking, as the http link uses it. TlsSocket has the same shape.

#include <cstdint>
#include <span>
#include <string_view>

#include <sys/socket.h>

namespace tracetax {

class PlainSocket {
 public:
  struct Shared {};
  static constexpr bool encrypts = false;

  explicit PlainSocket(const Shared&) {}

  void attach(int fd) {
    fd_ = fd;
    written_ = 0;
  }
  void detach() {}
  ssize_t receive(std::span<char> room) { return ::recv(fd_, room.data(), room.size(), MSG_DONTWAIT); }
  ssize_t send(std::string_view bytes) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) written_ += static_cast<std::uint64_t>(n);
    return n;
  }
  std::uint64_t written() const { return written_; }  // bytes that the kernel has taken

 private:
  int fd_ = -1;
  std::uint64_t written_ = 0;
};

}  // namespace tracetax
