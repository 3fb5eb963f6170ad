// The generator against a server that answers, stops, closes and lies as it is told.
#include "harness/load/generator.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/load/pacing.h"
#include "harness/results/trial.h"
#include "tests/support/plain_server.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
using test::PlainServer;

Load open_load(double rate, std::uint32_t sessions = 4) {
  Load load;
  load.arrivals = OpenArrivals{.process = OpenArrivals::Process::poisson, .rate_per_s = rate};
  load.sessions = sessions;
  load.calls = {CallSpec{.tool = "echo", .arguments_json = R"({"text":"hello"})"}};
  load.timeout = 2s;
  return load;
}

std::vector<Target> targets(const PlainServer& server, std::size_t sessions, std::uint32_t connections = 16) {
  Target target;
  target.url = {TransportKind::http, "127.0.0.1", server.port(), "/mcp"};
  target.connections = connections;
  return std::vector<Target>(sessions, target);
}

// One window of the load against the server.
WindowResult run(const Load& load, const PlainServer& server, Nanos window, Nanos spin = 100us,
                 std::uint32_t connections = 16) {
  LoadThreads threads(load.workers);
  Generator generator(load, targets(server, load.sessions, connections), threads, {.before_due = spin});
  generator.open();
  const std::atomic<bool> stop{false};
  return generator.run(window, 7, stop);
}

OutcomeCounts counts(const WindowResult& result) {
  return count_outcomes(result.samples);
}

TEST(Generator, EveryPlannedCallIsRecordedOnceAndInOrder) {
  PlainServer server({});
  Load load = open_load(2000, 6);
  load.workers = 2;
  LoadThreads threads(2);
  Generator generator(load, targets(server, 6), threads, {.before_due = 100us});
  generator.open();
  const std::atomic<bool> stop{false};
  std::uint64_t before = 0;
  for (const std::uint64_t seed : {1u, 2u}) {
    const WindowResult result = generator.run(500ms, seed, stop);
    const ArrivalSchedule schedule = make_schedule(std::get<OpenArrivals>(load.arrivals), load, 500ms, seed);
    ASSERT_EQ(result.samples.size(), schedule.calls.size());
    for (std::size_t i = 0; i < result.samples.size(); ++i) {
      const Sample& sample = result.samples[i];
      EXPECT_EQ(sample.call, i);
      EXPECT_EQ(sample.intended, schedule.calls[i].due);
      EXPECT_EQ(sample.session, schedule.calls[i].session);
      EXPECT_LE(sample.intended, sample.sent);
      EXPECT_LE(sample.sent, sample.received);
    }
    EXPECT_EQ(counts(result).ok, schedule.calls.size());
    EXPECT_EQ(server.requests() - before, schedule.calls.size());
    before = server.requests();
    EXPECT_GE(result.duration, 500ms);
    EXPECT_GT(result.cpu, 0ns);
    EXPECT_LE(result.spun, result.cpu + 50ms);
  }
}

// Coordinated omission: calls that were due while the server stood still have waited, and it is in their latency. At
// 2,000 calls a second 200 of each 2,000 wait, evenly up to 100 ms, so the 99th percentile is 90 ms.
TEST(Generator, AServerThatStopsIsChargedToTheCallsThatWereDue) {
  PlainServer server({.stall_every = 1s, .stall_for = 100ms});
  Load load = open_load(2000);
  std::get<OpenArrivals>(load.arrivals).process = OpenArrivals::Process::constant;
  const WindowResult result = run(load, server, 4s);
  EXPECT_EQ(counts(result).ok, result.samples.size());
  std::vector<double> latency;
  for (const Sample& sample : result.samples) latency.push_back(static_cast<double>(sample.latency().count()) / 1e6);
  std::ranges::sort(latency);
  // A generator that waits for answers would send one call a session meanwhile, and see 1 ms at p99. On a busy machine
  // what has queued is worked off late, so it may be more.
  const double p99 = latency[static_cast<std::size_t>(0.99 * static_cast<double>(latency.size()))];
  EXPECT_GT(p99, 85);
  EXPECT_LT(p99, 150);
}

TEST(Generator, ClosedLoopKeepsOneCallASessionInFlight) {
  PlainServer server({});
  Load load = open_load(1, 3);
  load.arrivals = ClosedArrivals{.think_time = 5ms};
  const WindowResult result = run(load, server, 300ms);
  EXPECT_EQ(counts(result).ok, result.samples.size());
  EXPECT_GT(result.samples.size(), 30u);
  std::vector<Nanos> last(3, Nanos::min());
  for (std::size_t i = 0; i < result.samples.size(); ++i) {
    const Sample& sample = result.samples[i];
    EXPECT_EQ(sample.call, i);
    if (last[sample.session] != Nanos::min()) {
      EXPECT_EQ(sample.intended, last[sample.session] + 5ms);
    }
    last[sample.session] = sample.received;
  }
  EXPECT_EQ(server.connections(), 3u);
}

TEST(Generator, CallsBeyondTheConnectionsWaitTheirTurnAndKeepTheirDueTime) {
  PlainServer server({.reply = [](const PlainServer::Request& request) {
    std::this_thread::sleep_for(2ms);  // one at a time: 500 a second
    return PlainServer::Reply{PlainServer::answer(request.id)};
  }});
  const WindowResult result = run(open_load(1000, 1), server, 300ms, 100us, 2);
  EXPECT_EQ(counts(result).ok, result.samples.size());
  EXPECT_EQ(server.connections(), 2u);
  const Sample& late = *std::ranges::max_element(result.samples, {}, &Sample::latency);
  EXPECT_GT(late.latency(), 100ms);
  EXPECT_GT(late.send_lag(), 80ms);
}

TEST(Generator, ACallWithoutAnAnswerTimesOutAndTheNextGoesOn) {
  PlainServer server({.reply = [](const PlainServer::Request& request) {
    return request.number % 10 == 3 ? PlainServer::Reply{} : PlainServer::Reply{PlainServer::answer(request.id)};
  }});
  Load load = open_load(200, 2);
  load.timeout = 100ms;
  const WindowResult result = run(load, server, 500ms);
  const OutcomeCounts of = counts(result);
  EXPECT_TRUE(of.adds_up());
  EXPECT_NEAR(static_cast<double>(of.timed_out), static_cast<double>(of.planned) / 10, 2);
  EXPECT_EQ(of.ok + of.timed_out, of.planned);
  for (const Sample& sample : result.samples) {
    if (sample.outcome == Outcome::timed_out) {
      EXPECT_GE(sample.latency(), 100ms);
    }
  }
}

TEST(Generator, AnswersAreChecked) {
  PlainServer server({.reply = [](const PlainServer::Request& request) {
    const std::string id = std::to_string(request.id);
    switch (request.number % 6) {
      case 0:
        return PlainServer::Reply{PlainServer::answer(request.id + 1)};
      case 1:
        return PlainServer::Reply{PlainServer::http(R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{}})")};
      case 2:
        return PlainServer::Reply{
            PlainServer::http(R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{"content":[],"isError":true}})")};
      case 3:
        return PlainServer::Reply{"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"};
      case 4:
        return PlainServer::Reply{
            PlainServer::http(R"({"jsonrpc":"2.0","id":)" + id + R"(,"error":{"code":-32603,"message":"no"}})")};
      default:
        return PlainServer::Reply{PlainServer::answer(request.id)};
    }
  }});
  const WindowResult result = run(open_load(600, 1), server, 500ms);
  const OutcomeCounts of = counts(result);
  EXPECT_TRUE(of.adds_up());
  EXPECT_NEAR(static_cast<double>(of.protocol_error), static_cast<double>(of.planned) * 4 / 6, 4);
  EXPECT_NEAR(static_cast<double>(of.tool_error), static_cast<double>(of.planned) / 6, 2);
  EXPECT_EQ(of.ok + of.tool_error + of.protocol_error, of.planned);
}

TEST(Generator, EventStreamsInterimResponsesAndConnectionsThatClose) {
  PlainServer server({.reply = [](const PlainServer::Request& request) {
    const std::string answer =
        R"({"jsonrpc":"2.0","id":)" + std::to_string(request.id) + R"(,"result":{"content":[]}})";
    switch (request.number % 3) {
      case 0:
        return PlainServer::Reply{PlainServer::http(
            ": hello\n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\ndata: " + answer + "\n\n",
            "text/event-stream")};
      case 1:
        return PlainServer::Reply{"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + PlainServer::http(answer)};
      default:
        return PlainServer::Reply{"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + answer, true};
    }
  }});
  const WindowResult result = run(open_load(300, 2), server, 500ms);
  EXPECT_EQ(counts(result).ok, result.samples.size());
  EXPECT_GT(server.connections(), result.samples.size() / 4);
}

TEST(Generator, AConnectionThatEndsWithoutAnAnswer) {
  PlainServer server({.reply = [](const PlainServer::Request& request) {
    if (request.number % 5 == 4) return PlainServer::Reply{"HTTP/1.1 200 OK\r\nContent-Le", true};
    return PlainServer::Reply{PlainServer::answer(request.id)};
  }});
  const WindowResult result = run(open_load(300, 2), server, 500ms);
  const OutcomeCounts of = counts(result);
  EXPECT_TRUE(of.adds_up());
  EXPECT_NEAR(static_cast<double>(of.disconnected), static_cast<double>(of.planned) / 5, 2);
  EXPECT_EQ(of.ok + of.disconnected, of.planned);
}

TEST(Generator, NobodyListening) {
  Load load = open_load(200, 2);
  LoadThreads threads(1);
  std::vector<Target> nowhere;
  {
    PlainServer gone({});
    nowhere = targets(gone, 2);
  }
  Generator generator(load, nowhere, threads, {});
  generator.open();
  const std::atomic<bool> stop{false};
  const WindowResult result = generator.run(200ms, 7, stop);
  EXPECT_EQ(counts(result).never_sent, result.samples.size());
  EXPECT_GT(result.samples.size(), 10u);
}

TEST(Generator, StoppedEarlyTheRestIsNeverSent) {
  PlainServer server({});
  Load load = open_load(500);
  LoadThreads threads(1);
  Generator generator(load, targets(server, load.sessions), threads, {});
  generator.open();
  std::atomic<bool> stop{false};
  std::thread stopper([&] {
    std::this_thread::sleep_for(200ms);
    stop = true;
  });
  const WindowResult result = generator.run(60s, 7, stop);
  stopper.join();
  EXPECT_EQ(result.failure, "interrupted");
  const OutcomeCounts of = counts(result);
  EXPECT_GT(of.ok, 10u);
  EXPECT_GT(of.never_sent, of.planned / 2);
  EXPECT_EQ(of.ok + of.never_sent, of.planned);
}

TEST(Generator, PairsDealEachCallToOneArm) {
  PlainServer one({});
  PlainServer other({});
  const Load load = open_load(1000);
  LoadThreads threads(1);
  Generator first(load, targets(one, load.sessions), threads, {.before_due = 100us});
  Generator second(load, targets(other, load.sessions), threads, {.before_due = 100us});
  first.open();
  second.open();
  const std::atomic<bool> stop{false};
  const std::vector<Generator*> both{&first, &second};
  const ArrivalSchedule schedule = make_schedule(std::get<OpenArrivals>(load.arrivals), load, 500ms, 3);
  const std::vector<WindowResult> results = run_together(both, schedule, 3, stop);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].samples.size(), schedule.calls.size() / 2);
  EXPECT_EQ(results[1].samples.size(), schedule.calls.size() / 2);
  for (const WindowResult& result : results) EXPECT_EQ(counts(result).ok, result.samples.size());
  EXPECT_EQ(one.requests(), results[0].samples.size());
  EXPECT_EQ(other.requests(), results[1].samples.size());
}

// What came of each call, by its number in the window; the server's thread writes, and is over when it is read.
struct Asked {
  std::map<std::int64_t, std::string> by_id{};
  PlainServer server{{.reply = [this](const PlainServer::Request& request) {
    const std::size_t at = request.body.find("\"arguments\":");
    by_id[request.id] = std::string(request.body.substr(std::min(at, request.body.size())));
    return PlainServer::Reply{PlainServer::answer(request.id)};
  }}};
  std::vector<std::string> texts() {
    server.stop();
    std::vector<std::string> all;
    for (auto& [id, text] : by_id) all.push_back(text);
    return all;
  }
};

TEST(Generator, AllArmsAskTheSameInBothPhasesAndNoNumberComesTwice) {
  Load load = open_load(1000);
  load.calls[0].arguments_json = R"({"text":"${hex:12} ${choice:a,b} ${float:0..1}","n":"${counter}"})";
  std::array<Asked, 2> arms;
  LoadThreads threads(1);
  std::vector<std::unique_ptr<Generator>> generators;
  for (Asked& arm : arms) {
    generators.push_back(
        std::make_unique<Generator>(load, targets(arm.server, load.sessions), threads, Spin{.before_due = 100us}));
    generators.back()->open();
  }
  const std::atomic<bool> stop{false};
  for (const auto& generator : generators) generator->run(150ms, 3, stop, {.ordinal = 4});
  const ArrivalSchedule schedule = make_schedule(std::get<OpenArrivals>(load.arrivals), load, 300ms, 5);
  const std::vector<Generator*> both{generators[0].get(), generators[1].get()};
  run_together(both, schedule, 5, stop, {.ordinal = 5});
  generators.clear();
  const std::vector<std::string> one = arms[0].texts();
  ASSERT_GT(one.size(), 200u);
  EXPECT_EQ(one, arms[1].texts());
  EXPECT_EQ(std::set<std::string>(one.begin(), one.end()).size(), one.size()) << "calls differ";
  std::set<std::uint64_t> numbers;
  for (const std::string& text : one) {
    const std::size_t at = text.find("\"n\":");
    ASSERT_NE(at, std::string::npos) << text;
    numbers.insert(std::stoull(text.substr(at + 4)));
  }
  EXPECT_EQ(numbers.size(), one.size());
  EXPECT_EQ(*numbers.begin(), 40'000'001u);
  EXPECT_TRUE(numbers.contains(50'000'001u));
}

TEST(Generator, LargeArgumentsAreSentWhole) {
  std::atomic<std::size_t> longest{0};
  PlainServer server({.reply = [&](const PlainServer::Request& request) {
    longest = std::max<std::size_t>(longest, request.body.size());
    return PlainServer::Reply{PlainServer::answer(request.id)};
  }});
  Load load = open_load(20, 1);
  load.calls[0].arguments_json = R"({"text":")" + std::string(3 << 20, 'z') + R"("})";
  const WindowResult result = run(load, server, 500ms);
  EXPECT_EQ(counts(result).ok, result.samples.size());
  EXPECT_GT(longest, std::size_t{3} << 20);
}

}  // namespace
}  // namespace tracetax
