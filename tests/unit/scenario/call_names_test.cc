#include "harness/scenario/call_names.h"

#include <gtest/gtest.h>

namespace tracetax {
namespace {

TEST(CallNames, NoTwoCallsHaveOneName) {
  EXPECT_EQ(call_name(CallKind::tool, "greet"), "greet");
  EXPECT_EQ(call_name(CallKind::prompt, "greet"), "prompt greet");
  EXPECT_EQ(call_name(CallKind::resource, "file:///a"), "resource file:///a");
  // Servers may have any names.
  EXPECT_EQ(call_name(CallKind::tool, "prompt greet"), "tool prompt greet");
  EXPECT_EQ(call_name(CallKind::tool, "tool prompt greet"), "tool tool prompt greet");
  EXPECT_EQ(call_name(CallKind::tool, "prompts"), "prompts");
}

TEST(CallNames, ARecordingAddsThoseThatAreNew) {
  Recording recording;
  recording.calls = {{.name = "b"}, {.kind = CallKind::prompt, .name = "a"}, {.name = "b"}, {.name = "a"}};
  Load load;
  load.calls = {{.tool = "a"}, {.recording = "x"}, {.resource = "u"}, {.tool = "b"}};
  load.calls[1].recorded = std::make_shared<const Recording>(recording);
  EXPECT_EQ(call_names(load), (std::vector<std::string>{"a", "b", "prompt a", "resource u", "b"}));
}

}  // namespace
}  // namespace tracetax
