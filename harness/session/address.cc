#include "harness/session/address.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

namespace tracetax {

namespace {

bool accepts(const Address& address, Nanos patience) {
  const int fd = begin_connecting(address);
  if (fd < 0) return false;
  pollfd waiting{fd, POLLOUT, 0};
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
  const bool made = ::poll(&waiting, 1, static_cast<int>(milliseconds)) == 1 && connect_error(fd) == 0;
  ::close(fd);
  return made;
}

}  // namespace

std::optional<PeerUrl> parse_peer_url(std::string_view text) {
  const bool wss = text.starts_with("wss://");
  if (!wss && !text.starts_with("https://")) {
    auto url = transport::parse_url(text);
    if (!url) return {};
    return PeerUrl{std::move(*url), false};
  }
  text.remove_prefix(text.find("//") + 2);
  const auto end = std::min(text.find_first_of("/?#"), text.size());
  const std::string_view authority = text.substr(0, end);
  const auto after_host = authority.find(']') == std::string_view::npos ? 0 : authority.find(']');
  const bool has_port = authority.find(':', after_host) != std::string_view::npos;
  auto url = transport::parse_url((wss ? "ws://" : "http://") + std::string(authority) + (has_port ? "" : ":443") +
                                  std::string(text.substr(end)));
  if (!url) return {};
  return PeerUrl{std::move(*url), true};
}

Address resolve(const transport::Url& url, Nanos patience) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &found);
  if (error != 0) throw std::runtime_error("cannot connect to " + url.text() + ": " + ::gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  std::vector<Address> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    Address& address = addresses.emplace_back();
    std::memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
    address.length = one->ai_addrlen;
  }
  if (addresses.size() == 1) return addresses.front();
  const auto accepting = std::ranges::find_if(addresses, [&](const Address& one) { return accepts(one, patience); });
  return accepting == addresses.end() ? addresses.front() : *accepting;
}

int begin_connecting(const Address& address) {
  const int fd = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.length) == 0 || errno == EINPROGRESS) {
    return fd;
  }
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

int connect_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

void make_nonblocking(int fd) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

}  // namespace tracetax
