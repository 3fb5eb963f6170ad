#include "harness/tap/notes.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

namespace tracetax::tap {
namespace {

// Looked for at this pace instead of being told of each piece: waking a thread would cost the traffic microseconds.
constexpr std::chrono::milliseconds pace{200};
constexpr std::size_t much = std::size_t{4} << 20;  // so many bytes are read at once

// 0, or errno.
int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(file, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

}  // namespace

Notes::Notes(Descriptor file, Redaction redaction)
    : file_(std::move(file)), observer_(monotonic_now(), std::move(redaction)), thread_([this] { work(); }) {}

Notes::~Notes() {
  finish();
}

void Notes::from_client(std::string_view bytes, Nanos at) {
  leave(true, bytes, at);
}

void Notes::from_server(std::string_view bytes, Nanos at) {
  leave(false, bytes, at);
}

void Notes::leave(bool of_client, std::string_view bytes, Nanos at) {
  Piece piece{of_client, at, std::string(bytes)};
  const std::lock_guard lock(mutex_);
  // A gap would make one line of two, so what comes after it is of no use.
  overrun_ = overrun_ || waiting_bytes_ + bytes.size() > most_waiting_bytes;
  if (overrun_) return;
  waiting_bytes_ += bytes.size();
  pieces_.push_back(std::move(piece));
  if (waiting_bytes_ > much && waiting_bytes_ - bytes.size() <= much) changed_.notify_one();
}

void Notes::work() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  for (bool over = false; !over;) {
    std::vector<Piece> pieces;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, pace, [this] { return over_ || waiting_bytes_ > much; });
      pieces = std::exchange(pieces_, {});
      waiting_bytes_ = 0;
      over = over_;
    }
    note(pieces);
    if (over) observer_.end();
    write_calls();
  }
}

void Notes::note(const std::vector<Piece>& pieces) {
  for (const Piece& piece : pieces) {
    if (piece.of_client) {
      observer_.from_client(piece.bytes, piece.at);
    } else {
      observer_.from_server(piece.bytes, piece.at);
    }
  }
}

void Notes::write_calls() {
  const std::vector<RecordedCall> calls = observer_.take();
  if (calls.empty()) return;
  std::string lines;
  for (const RecordedCall& call : calls) lines += recording_line(call);
  if (write_error_ == 0) write_error_ = write_all(file_.number(), lines);
  (write_error_ == 0 ? written_ : not_written_) += calls.size();
}

Notes::Ending Notes::finish() {
  if (!thread_.joinable()) return {};
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_one();
  thread_.join();
  Ending ending;
  if (write_error_ != 0) {
    ending.failure =
        fmt::format("{}: {} of {} calls are written", std::strerror(write_error_), written_, written_ + not_written_);
  } else if (overrun_) {
    ending.failure =
        fmt::format("the disk could not keep up with the traffic: the recording ends after {} calls", written_);
  }
  if (observer_.left_out() > 0)
    ending.remark = fmt::format("{} lines of the client's were longer than {} MiB and are left out",
                                observer_.left_out(), longest_recorded_line >> 20);
  return ending;
}

}  // namespace tracetax::tap
