#include <gtest/gtest.h>

#include "world.h"

namespace tracetax {
namespace {

using test::World;

const PrivacyCheck check{.secrets = {"hunter2", "alice@example.org"}};

// One secret in one place of one span.
CheckResult with(const std::function<void(otlp::Span&)>& plant) {
  World world(50);
  world.keep([](std::size_t) { return true; });
  plant(world.seen.kept[20].spans[3]);
  return world.run(check);
}

TEST(Privacy, FindsASecretWhereverTextCanHide) {
  EXPECT_EQ(with([](otlp::Span&) {}).verdict, Verdict::within);
  const std::vector<std::function<void(otlp::Span&)>> places{
      [](otlp::Span& s) {
        s.attributes.push_back({"login", {"user=a password=hunter2"}});
      },
      [](otlp::Span& s) {
        s.attributes.push_back({"key-hunter2", {true}});
      },
      [](otlp::Span& s) {
        s.attributes.push_back({"list", {std::string(R"(["x","hunter2"])"), true}});
      },
      [](otlp::Span& s) { s.name = "GET /?token=hunter2"; },
      [](otlp::Span& s) { s.status_message = "no user alice@example.org"; },
      [](otlp::Span& s) { s.trace_state = "vendor=hunter2"; },
      [](otlp::Span& s) {
        s.events.push_back({"exception", 0, {{"exception.message", {"hunter2"}}}});
      },
      [](otlp::Span& s) {
        s.events.push_back({"hunter2", 0, {}});
      },
      [](otlp::Span& s) {
        s.links.push_back({{}, {}, {{"reason", {"hunter2"}}}});
      },
      [](otlp::Span& s) {
        auto resource = *s.resource;
        resource.attributes.push_back({"deployment.owner", {"alice@example.org"}});
        s.resource = std::make_shared<otlp::Resource>(resource);
      },
  };
  for (std::size_t i = 0; i < places.size(); ++i) EXPECT_EQ(with(places[i]).verdict, Verdict::exceeded) << i;
}

TEST(Privacy, NamesTheServiceAndThePlace) {
  const CheckResult result = with([](otlp::Span& s) { s.attributes.push_back({"login", {"hunter2"}}); });
  EXPECT_EQ(result.detail, "1 of 250 received spans hold a secret: mcp-gateway attribute login (1)");
}

// What a Collector was sent has left the process, also when it is dropped there.
TEST(Privacy, LooksAtWhatACollectorWasSent) {
  World world(10);
  world.seen.offered.emplace();
  world.seen.offered->push_back(world.trace_of(1));
  EXPECT_EQ(world.run(check).verdict, Verdict::within);
  world.seen.offered->back().spans[0].name = "hunter2";
  EXPECT_EQ(world.run(check).verdict, Verdict::exceeded);
}

TEST(Privacy, SaysNothingOfNothing) {
  World world(10);
  EXPECT_EQ(world.run(check).verdict, Verdict::inconclusive);
}

}  // namespace
}  // namespace tracetax
