#include "harness/tap/notes.h"

#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace tracetax::tap {
namespace {

constexpr const char* request = R"({"id":1,"method":"tools/call","params":{"name":"t"}})"
                                "\n";
constexpr const char* response = R"({"id":1,"result":{}})"
                                 "\n";

TEST(Notes, AreInTheFileWhenTheyEnd) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "calls.jsonl";
  Notes notes(Descriptor(::open(file.c_str(), O_WRONLY | O_CREAT, 0600)), Redaction());
  notes.from_client(request, monotonic_now());
  notes.from_server(response, monotonic_now());
  const Notes::Ending ending = notes.finish();
  EXPECT_EQ(ending.failure, "");
  EXPECT_EQ(ending.remark, "");
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(
      text, testing::MatchesRegex(
                R"(\{"at_us":[0-9]+,"session":0,"tool":"t","arguments":\{\},"outcome":"ok","duration_us":[0-9]+\}.)"));
}

TEST(Notes, SayThatTheDiskIsFull) {
  Notes notes(Descriptor(::open("/dev/full", O_WRONLY)), Redaction());
  notes.from_client(request, monotonic_now());
  EXPECT_EQ(notes.finish().failure, "No space left on device: 0 of 1 calls are written");
}

TEST(Notes, EndRatherThanHoldMoreThanTheirLimit) {
  Notes notes(Descriptor(::open("/dev/null", O_WRONLY)), Redaction());
  notes.from_client(request, monotonic_now());
  notes.from_client(std::string(Notes::most_waiting_bytes, 'x'), monotonic_now());
  notes.from_client(std::string(Notes::most_waiting_bytes + 1, 'x'), monotonic_now());
  EXPECT_EQ(notes.finish().failure, "the disk could not keep up with the traffic: the recording ends after 1 calls");
}

}  // namespace
}  // namespace tracetax::tap
