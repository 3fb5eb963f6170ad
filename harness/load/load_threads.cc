#include "harness/load/load_threads.h"

#include <system_error>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <pthread.h>
#include <sched.h>

#include "harness/base/ensure.h"

namespace tracetax {

struct LoadThreads::Thread {
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard = boost::asio::make_work_guard(io);
  std::thread thread{[this] { io.run(); }};
};

LoadThreads::LoadThreads(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) threads_.push_back(std::make_unique<Thread>());
}

LoadThreads::~LoadThreads() {
  stop();
}

boost::asio::io_context& LoadThreads::io(std::size_t thread) {
  return threads_.at(thread)->io;
}

void LoadThreads::place(std::span<const int> cores) {
  ensure(cores.size() == threads_.size(), "every thread has a core");
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(cores[i]), &set);
    const int error = ::pthread_setaffinity_np(threads_[i]->thread.native_handle(), sizeof set, &set);
    if (error != 0) throw std::system_error(error, std::generic_category(), "a load thread cannot be put on a core");
  }
}

void LoadThreads::stop() {
  for (auto& thread : threads_) {
    thread->guard.reset();
    thread->io.stop();
    if (thread->thread.joinable()) thread->thread.join();
  }
}

}  // namespace tracetax
