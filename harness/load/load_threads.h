#pragma once
// The threads that drive the load. All arms of a launch share them: in a window of phase "pairs" the calls of all arms
// leave from the same thread, so that none has a generator on a better core.

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace tracetax {

class LoadThreads {
 public:
  explicit LoadThreads(std::size_t count);
  ~LoadThreads();

  std::size_t count() const { return threads_.size(); }
  boost::asio::io_context& io(std::size_t thread);
  // Puts thread i on cores[i]. Throws std::system_error.
  void place(std::span<const int> cores);
  // Ends them all. What they were about to do is dropped with them; nothing may be run on them afterwards.
  void stop();

 private:
  struct Thread;
  std::vector<std::unique_ptr<Thread>> threads_;
};

}  // namespace tracetax
