#include "harness/load/load_threads.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <time.h>

#include "harness/base/ensure.h"

namespace tracetax {

struct LoadThreads::Thread {
  using Job = std::packaged_task<void(EventLoop&)>;

  Thread() : thread([this] { work(); }) {}
  ~Thread() {
    {
      const std::lock_guard lock(mutex);
      over = true;
    }
    something.notify_one();
    thread.join();
  }

  void work() {
    ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    std::unique_lock lock(mutex);
    for (;;) {
      something.wait(lock, [this] { return over || !jobs.empty(); });
      if (over) return;
      Job job = std::move(jobs.front());
      jobs.pop_front();
      lock.unlock();
      job(loop);
      lock.lock();
    }
  }

  EventLoop loop{};
  std::mutex mutex{};
  std::condition_variable something{};
  std::deque<Job> jobs{};
  bool over = false;
  std::thread thread;  // last: it uses all of the above
};

LoadThreads::LoadThreads(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) threads_.push_back(std::make_unique<Thread>());
}

LoadThreads::~LoadThreads() = default;

std::future<void> LoadThreads::run(std::size_t thread, std::function<void(EventLoop&)> job) {
  Thread& of = *threads_.at(thread);
  Thread::Job task(std::move(job));
  std::future<void> done = task.get_future();
  {
    const std::lock_guard lock(of.mutex);
    of.jobs.push_back(std::move(task));
  }
  of.something.notify_one();
  return done;
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

Nanos LoadThreads::cpu() const {
  Nanos sum{};
  for (const auto& thread : threads_) {
    clockid_t clock{};
    timespec used{};
    if (::pthread_getcpuclockid(thread->thread.native_handle(), &clock) != 0) continue;
    if (::clock_gettime(clock, &used) == 0) sum += std::chrono::seconds(used.tv_sec) + Nanos(used.tv_nsec);
  }
  return sum;
}

}  // namespace tracetax
