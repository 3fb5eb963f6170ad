#include "harness/transport/line_io.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tracetax::transport {

void ignore_broken_pipes() {
  struct sigaction now {};
  if (::sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) std::signal(SIGPIPE, SIG_IGN);
}

int own_descriptor(int fd, bool for_reading) {
  struct stat about {};
  if (::fstat(fd, &about) == 0 && (S_ISFIFO(about.st_mode) || S_ISCHR(about.st_mode))) {
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    const int opened = ::open(path.c_str(), (for_reading ? O_RDONLY : O_WRONLY) | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (opened >= 0) return opened;
  }
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) {
    throw boost::system::system_error(errno, boost::system::system_category(),
                                      for_reading ? "stdio: cannot use stdin" : "stdio: cannot use stdout");
  }
  return copy;
}

void LineWriter::send(std::string_view text) {
  if (!descriptor_.is_open()) return;
  const std::size_t start = pending_.size();
  pending_ += text;
  // Legal JSON has line breaks between its tokens only, where a space says the same.
  std::replace_if(
      pending_.begin() + static_cast<std::ptrdiff_t>(start), pending_.end(),
      [](char c) { return c == '\n' || c == '\r'; }, ' ');
  pending_ += '\n';
  if (writing_.empty()) flush();
}

void LineWriter::flush() {
  writing_.swap(pending_);
  asio::async_write(descriptor_, asio::buffer(writing_),
                    [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                      self->writing_.clear();
                      if (!self->descriptor_.is_open()) return;
                      if (!error && !self->pending_.empty()) self->flush();
                      if (error) self->pending_.clear();
                      if (self->progress_) self->progress_(error);
                    });
}

void LineWriter::close() {
  boost::system::error_code ignored;
  descriptor_.close(ignored);
  pending_.clear();
}

}  // namespace tracetax::transport
