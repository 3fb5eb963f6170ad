#pragma once
// Writes a recording while the traffic goes on. Whoever passes the traffic on leaves a copy of the bytes and goes:
// reading them and writing the file is done on a thread of its own, so a slow disk delays no message.

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "harness/base/time.h"
#include "harness/tap/descriptor.h"
#include "harness/tap/observer.h"
#include "harness/tap/redaction.h"

namespace tracetax::tap {

class Notes {
 public:
  // Bytes that wait to be read; with more the recording ends, and the traffic goes on.
  static constexpr std::size_t most_waiting_bytes = std::size_t{64} << 20;

  // Writes to `file`, whole lines at a time, a quarter of a second after a call is over at the latest. Calls' times
  // count from now. The thread has all signals blocked.
  Notes(Descriptor file, Redaction redaction);
  ~Notes();  // finish()

  // From any thread, one for each direction. `at` is when the bytes came.
  void from_client(std::string_view bytes, Nanos at);
  void from_server(std::string_view bytes, Nanos at);

  struct Ending {
    std::string failure{};  // why the recording has not every call; empty: it has
    std::string remark{};   // what is left out of it by its own rules; empty: nothing
  };
  // The conversation is over. Returns when all is written; a second time with nothing to say.
  Ending finish();

 private:
  struct Piece {
    bool of_client = false;
    Nanos at{};
    std::string bytes{};
  };
  void leave(bool of_client, std::string_view bytes, Nanos at);
  void work();
  void note(const std::vector<Piece>& pieces);
  void write_calls();

  Descriptor file_;
  Observer observer_;
  std::uint64_t written_ = 0;      // calls
  int write_error_ = 0;            // errno of the first write that failed; nothing is written after it
  std::uint64_t not_written_ = 0;  // calls
  std::mutex mutex_{};             // of what follows
  std::condition_variable changed_{};
  std::vector<Piece> pieces_{};
  std::size_t waiting_bytes_ = 0;
  bool overrun_ = false;
  bool over_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace tracetax::tap
