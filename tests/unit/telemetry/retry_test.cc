#include "harness/telemetry/retry.h"

#include <vector>

#include <gtest/gtest.h>

#include "harness/telemetry/sdk_parts.h"
#include "tests/unit/telemetry/scoped_environment.h"

namespace tracetax::telemetry {
namespace {

using namespace std::chrono_literals;
constexpr ExportRetry five{.attempts = 5};
constexpr Nanos long_enough = std::chrono::hours(1);

TEST(PauseAfter, GrowsToItsLimitAndEndsWithTheAttempts) {
  EXPECT_EQ(pause_after(five, 1, {}, long_enough, 0.5), 500ms);
  EXPECT_EQ(pause_after(five, 2, {}, long_enough, 0.5), 750ms);
  EXPECT_EQ(pause_after(five, 3, {}, long_enough, 0), 0ms);
  EXPECT_EQ(pause_after({.attempts = 100}, 50, {}, long_enough, 0.5), 2500ms);  // half of max, not beyond a double
  EXPECT_EQ(pause_after(five, 5, {}, long_enough, 0), std::nullopt);
  EXPECT_EQ(pause_after({}, 1, {}, long_enough, 0), std::nullopt);  // the default repeats nothing
}

TEST(PauseAfter, TheReceiversWishIsTheLeast) {
  EXPECT_EQ(pause_after(five, 1, 3s, long_enough, 0.5), 3s);
  EXPECT_EQ(pause_after(five, 1, 3s, 2s, 0.5), std::nullopt);  // nothing would be left to try in
  EXPECT_EQ(pause_after(five, 1, 100ms, long_enough, 0.5), 500ms);
  EXPECT_EQ(pause_after(five, 1, {}, 500ms, 0.5), std::nullopt);
}

TEST(AttemptExport, RepeatsWhatIsRetryableAndNothingElse) {
  constexpr ExportRetry quick{.attempts = 4, .initial = Nanos(1), .max = Nanos(1)};
  using Result = Attempt::Result;
  const auto run = [&](std::vector<Result> answers) {
    Counters counters;
    std::size_t next = 0;
    const bool accepted = attempt_export(quick, long_enough, counters, [&](Nanos left) {
      EXPECT_GT(left, Nanos::zero());
      return Attempt{answers.at(next++)};
    });
    return std::tuple(accepted, next, counters.retries.load());
  };
  EXPECT_EQ(run({Result::accepted}), std::tuple(true, 1u, 0u));
  EXPECT_EQ(run({Result::refused}), std::tuple(false, 1u, 0u));
  EXPECT_EQ(run({Result::retryable, Result::retryable, Result::accepted}), std::tuple(true, 3u, 2u));
  EXPECT_EQ(run({Result::retryable, Result::refused}), std::tuple(false, 2u, 1u));
  EXPECT_EQ(run({Result::retryable, Result::retryable, Result::retryable, Result::retryable}),
            std::tuple(false, 4u, 3u));
}

// A service that ends must not sit a pause out.
TEST(AttemptExport, StopsPausingWhenTheServiceEnds) {
  Counters counters;
  counters.closing = true;
  int attempts = 0;
  EXPECT_FALSE(attempt_export({.attempts = 9, .initial = 1h, .max = 1h}, 24h, counters, [&](Nanos) {
    ++attempts;
    return Attempt{Attempt::Result::retryable, Nanos(1h)};
  }));
  EXPECT_EQ(attempts, 1);
}

std::string refusal(const TracingConfig& config) {
  try {
    make_exporter(config, {"test"}, std::make_shared<Counters>());
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

TEST(MakeExporter, SaysWhichVariableOrFileIsMissing) {
  for (const ExporterType type : {ExporterType::otlp_grpc, ExporterType::otlp_http}) {
    TracingConfig config;
    config.exporter.type = type;
    config.exporter.endpoint = "https://127.0.0.1:1";
    EXPECT_EQ(refusal(config), "accepted");
    config.exporter.headers = {{"x-tenant", "${env:TRACETAX_TEST_TENANT}"}};
    EXPECT_EQ(refusal(config), "exporter.headers.x-tenant: the environment has no variable TRACETAX_TEST_TENANT");
    const ScopedEnvironment tenant{"TRACETAX_TEST_TENANT", "blue"};
    EXPECT_EQ(refusal(config), "accepted");
    config.exporter.tls.ca = "/nonexistent.pem";
    EXPECT_EQ(refusal(config), "exporter.tls: /nonexistent.pem: cannot be read, or is no PEM");
    config.exporter.tls.ca.clear();
    const ScopedEnvironment cert{"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", "/nonexistent.crt"};
    EXPECT_EQ(refusal(config), "exporter.tls: /nonexistent.crt: cannot be read, or is no PEM");
    config.exporter.endpoint = "http://127.0.0.1:1";  // no TLS, no file
    EXPECT_EQ(refusal(config), "accepted");
  }
}

}  // namespace
}  // namespace tracetax::telemetry
