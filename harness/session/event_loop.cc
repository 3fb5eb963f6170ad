#include "harness/session/event_loop.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

namespace tracetax {
namespace {

constexpr std::size_t scratch_bytes = 64u << 10;
constexpr std::size_t most_events = 256;  // told of at once

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

epoll_event interest(EventLoop::Watcher& watcher, bool writable) {
  epoll_event event{};
  event.events = EPOLLIN | (writable ? EPOLLOUT : 0u);
  event.data.ptr = &watcher;
  return event;
}

}  // namespace

EventLoop::EventLoop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), scratch_(std::make_unique<char[]>(scratch_bytes + json_padding)) {
  if (epoll_ < 0) fail("epoll_create1");
}

EventLoop::~EventLoop() {
  ::close(epoll_);
}

void EventLoop::watch(int fd, Watcher& watcher, bool writable) {
  epoll_event event = interest(watcher, writable);
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

void EventLoop::change(int fd, Watcher& watcher, bool writable) {
  epoll_event event = interest(watcher, writable);
  if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) != 0) fail("epoll_ctl");
}

void EventLoop::forget(int fd) {
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

bool EventLoop::poll(Nanos wait) {
  std::array<epoll_event, most_events> events;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(wait);
  const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (wait - seconds).count()};
  const int n = ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &limit, nullptr);
  if (n < 0 && errno != EINTR) fail("epoll_pwait2");
  for (int i = 0; i < n; ++i) {
    const std::uint32_t what = events[static_cast<std::size_t>(i)].events;
    auto* watcher = static_cast<Watcher*>(events[static_cast<std::size_t>(i)].data.ptr);
    // An error or a hang-up shows in what reading returns.
    watcher->ready((what & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0, (what & EPOLLOUT) != 0);
  }
  return n > 0;
}

std::span<char> EventLoop::scratch() {
  return {scratch_.get(), scratch_bytes};
}

}  // namespace tracetax
