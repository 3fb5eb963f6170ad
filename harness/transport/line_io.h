#pragma once
// Private to the transport: file descriptors that carry lines (MCP stdio).

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace tracetax::transport {

namespace asio = boost::asio;

// Writing to a pipe that nobody reads raises SIGPIPE, which ends a process that has not asked otherwise. Ignores it for
// the whole process, unless somebody handles it.
void ignore_broken_pipes();

// A descriptor of our own for what `fd` is. Not always a dup(): O_NONBLOCK belongs to the open file, which a terminal's
// stdin, stdout and stderr share, and a log line would then fail on a full terminal. Throws
// boost::system::system_error.
int own_descriptor(int fd, bool for_reading);

// One writer, one write at a time; lines that come meanwhile go out together in the next.
class LineWriter : public std::enable_shared_from_this<LineWriter> {
 public:
  // `progress` hears of each finished write, and of the first error; it is not called after close().
  LineWriter(asio::any_io_executor executor, int fd, std::function<void(boost::system::error_code)> progress)
      : descriptor_(executor, fd), progress_(std::move(progress)) {}
  void send(std::string_view text);
  std::size_t unsent() const { return pending_.size() + writing_.size(); }
  void close();

 private:
  void flush();

  asio::posix::stream_descriptor descriptor_;
  std::function<void(boost::system::error_code)> progress_;
  std::string pending_{};
  std::string writing_{};
};

}  // namespace tracetax::transport
