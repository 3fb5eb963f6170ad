#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

#include "harness/base/rng.h"
#include "harness/results/files.h"
#include "harness/results/gzip.h"
#include "harness/results/trial_csv.h"
#include "tests/support/temporary_folder.h"

namespace tracetax {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> tools{"lookup", "say \"hi\", twice", "two\nlines"};

void expect_equal(const Sample& a, const Sample& b) {
  EXPECT_EQ(a.call, b.call);
  EXPECT_EQ(a.session, b.session);
  EXPECT_EQ(a.tool, b.tool);
  EXPECT_EQ(a.intended, b.intended);
  EXPECT_EQ(a.sent, b.sent);
  EXPECT_EQ(a.received, b.received);
  EXPECT_EQ(a.outcome, b.outcome);
}

TrialRecord example(std::uint32_t number, std::size_t samples) {
  TrialRecord trial{.number = number, .block = 1, .launch = 2, .position = 3, .arm = "ratio10"};
  trial.started_at_unix_ns = 1767348900123456789;
  trial.window = Nanos(5'000'000'000);
  trial.duration = Nanos(5'004'000'001);
  Rng rng(number);
  for (std::size_t i = 0; i < samples; ++i) {
    Sample sample;
    sample.call = static_cast<std::uint32_t>(i);
    sample.session = static_cast<std::uint16_t>(rng.below(65536));
    sample.tool = static_cast<std::uint8_t>(rng.below(tools.size()));
    sample.outcome = static_cast<Outcome>(rng.below(outcome_count));
    sample.intended = Nanos(static_cast<std::int64_t>(rng.below(5'000'000'000)));
    sample.sent = sample.intended + Nanos(static_cast<std::int64_t>(rng.below(1000)));
    sample.received = sample.sent + Nanos(static_cast<std::int64_t>(rng.exponential(2e6)));
    trial.samples.push_back(sample);
  }
  trial.calls = count_outcomes(trial.samples);
  trial.reasons = {{"HTTP 429, rate limited", 36}, {"error -32603: <b>µ</b>", 1}};
  trial.services = {{.name = "router",
                     .processes = 1,
                     .cpu = Nanos(7),
                     .memory_bytes = 8,
                     .network_sent_bytes = 9,
                     .network_received_bytes = 10},
                    {.name = "tools", .processes = 2}};
  trial.spans = {{"mcp-router", {.started = 4, .sampled = 3, .received = 2, .bytes = 512}}};
  trial.traces = {.traces = 5, .orphans = 1, .multi_root = 2, .requests = 3, .service_sets = {{"mcp-router,tools", 4}}};
  trial.flush = Nanos(11);
  trial.generator_cpu = Nanos(12);
  trial.steal_share = 0.015625;
  trial.warnings = {"late"};
  trial.failure = "the gateway ended";
  return trial;
}

TEST(TrialFiles, RoundTrip) {
  const TemporaryFolder folder;
  const TrialRecord trial = example(3, 5000);
  write_trial(folder.path(), trial, tools);
  EXPECT_TRUE(fs::exists(folder.path() / "trials/03-ratio10.csv.gz"));
  EXPECT_TRUE(fs::exists(folder.path() / "trials/03-ratio10.json"));

  const std::vector<TrialRecord> trials = read_trials(folder.path(), tools);
  ASSERT_EQ(trials.size(), 1U);
  const TrialRecord& read = trials[0];
  ASSERT_EQ(read.samples.size(), trial.samples.size());
  for (std::size_t i = 0; i < trial.samples.size(); ++i) expect_equal(read.samples[i], trial.samples[i]);
  EXPECT_EQ(read.number, 3U);
  EXPECT_EQ(read.block, 1U);
  EXPECT_EQ(read.launch, 2U);
  EXPECT_EQ(read.position, 3U);
  EXPECT_EQ(read.arm, "ratio10");
  EXPECT_EQ(read.started_at_unix_ns, trial.started_at_unix_ns);
  EXPECT_EQ(read.window, trial.window);
  EXPECT_EQ(read.duration, trial.duration);
  EXPECT_EQ(read.calls.planned, 5000U);
  EXPECT_EQ(read.calls.timed_out, trial.calls.timed_out);
  EXPECT_TRUE(read.calls.adds_up());
  EXPECT_EQ(read.reasons, trial.reasons);
  ASSERT_EQ(read.services.size(), 2U);
  EXPECT_EQ(read.services[0].name, "router");
  EXPECT_EQ(read.services[0].processes, 1U);
  EXPECT_EQ(read.services[0].cpu, Nanos(7));
  EXPECT_EQ(read.services[0].memory_bytes, 8U);
  EXPECT_EQ(read.services[0].network_sent_bytes, 9U);
  EXPECT_EQ(read.services[0].network_received_bytes, 10U);
  EXPECT_EQ(read.services[1].name, "tools");
  EXPECT_EQ(read.spans.at("mcp-router").started, 4U);
  EXPECT_EQ(read.spans.at("mcp-router").sampled, 3U);
  EXPECT_EQ(read.spans.at("mcp-router").received, 2U);
  EXPECT_EQ(read.spans.at("mcp-router").bytes, 512U);
  EXPECT_EQ(read.traces.traces, 5U);
  EXPECT_EQ(read.traces.orphans, 1U);
  EXPECT_EQ(read.traces.multi_root, 2U);
  EXPECT_EQ(read.traces.requests, 3U);
  EXPECT_EQ(read.traces.complete("mcp-router,tools"), 4U);
  EXPECT_EQ(read.flush, Nanos(11));
  EXPECT_EQ(read.generator_cpu, Nanos(12));
  EXPECT_EQ(read.steal_share, 0.015625);
  EXPECT_EQ(read.warnings, trial.warnings);
  EXPECT_EQ(read.failure, trial.failure);
}

TEST(TrialFiles, HoldTheExtremes) {
  const TemporaryFolder folder;
  TrialRecord trial;
  trial.arm = "a/../b c";  // no path
  trial.samples.push_back({.intended = Nanos::min(),
                           .sent = Nanos(-1),
                           .received = Nanos::max(),
                           .call = std::numeric_limits<std::uint32_t>::max(),
                           .session = 65535,
                           .tool = 2,
                           .outcome = Outcome::ok});
  write_trial(folder.path(), trial, tools);
  EXPECT_TRUE(fs::exists(folder.path() / "trials/00-a_.._b_c.json"));
  const std::vector<TrialRecord> trials = read_trials(folder.path(), tools);
  ASSERT_EQ(trials.size(), 1U);
  EXPECT_EQ(trials[0].arm, trial.arm);
  expect_equal(trials[0].samples.at(0), trial.samples[0]);
}

TEST(TrialFiles, AreReadInTheirOrder) {
  const TemporaryFolder folder;
  for (const std::uint32_t number : {10U, 2U, 101U, 0U}) write_trial(folder.path(), example(number, 1), tools);
  std::vector<std::uint32_t> numbers;
  for (const TrialRecord& trial : read_trials(folder.path(), tools)) numbers.push_back(trial.number);
  EXPECT_EQ(numbers, (std::vector<std::uint32_t>{0, 2, 10, 101}));
}

TEST(TrialFiles, HalfWrittenOnesDoNotExist) {
  const TemporaryFolder folder;
  EXPECT_TRUE(read_trials(folder.path(), tools).empty());
  write_trial(folder.path(), example(1, 3), tools);
  write_trial(folder.path(), example(2, 3), tools);
  fs::remove(folder.path() / "trials/02-ratio10.json");
  write_file_atomically(folder.path() / "trials/.03-ratio10.json.77.tmp", "{\"num");
  write_file_atomically(folder.path() / "trials/.03-ratio10.csv.gz.77.tmp", "x");
  const std::vector<TrialRecord> trials = read_trials(folder.path(), tools);
  ASSERT_EQ(trials.size(), 1U);
  EXPECT_EQ(trials[0].number, 1U);
}

std::string problem_of_reading(const fs::path& dir) {
  try {
    read_trials(dir, tools);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "none";
}

std::string gzipped(const std::string& text) {
  GzipWriter writer;
  writer.push(text);
  return writer.finish();
}

TEST(TrialFiles, ProblemsNameFileAndReason) {
  const TemporaryFolder folder;
  write_trial(folder.path(), example(1, 3), tools);
  const fs::path csv = folder.path() / "trials/01-ratio10.csv.gz";
  const fs::path json = folder.path() / "trials/01-ratio10.json";
  const std::string good_csv = read_file(csv);
  const std::string good_json = read_file(json);

  write_file_atomically(csv,
                        gzipped("call,session,tool,intended_ns,sent_ns,received_ns,outcome\n0,0,lookup,1,2,3,ok\n"));
  EXPECT_EQ(problem_of_reading(folder.path()), csv.string() + ": 1 rows, but 01-ratio10.json says 3");
  write_file_atomically(csv, good_csv.substr(0, good_csv.size() - 1));
  EXPECT_EQ(problem_of_reading(folder.path()), csv.string() + ": gzip: the file is cut off");
  fs::remove(csv);
  EXPECT_EQ(problem_of_reading(folder.path()), csv.string() + ": cannot open: No such file or directory");
  write_file_atomically(csv, good_csv);
  EXPECT_EQ(problem_of_reading(folder.path()), "none");

  write_file_atomically(json, "{");
  EXPECT_TRUE(problem_of_reading(folder.path()).starts_with(json.string() + ": not JSON: "));
  std::string wrong = good_json;
  wrong.replace(wrong.find("\"cpu_ns\": 7"), 11, "\"cpu_ns\": \"7\"");
  write_file_atomically(json, wrong);
  EXPECT_TRUE(
      problem_of_reading(folder.path()).starts_with(json.string() + ": services[0].cpu_ns: expected an integer"));
  wrong = good_json;
  wrong.replace(wrong.find("tracetax.trial/1"), 16, "tracetax.trial/2");
  write_file_atomically(json, wrong);
  EXPECT_NE(problem_of_reading(folder.path()).find("written by another version"), std::string::npos);
}

TEST(TrialCsv, HasOneRowACall) {
  const std::vector<Sample> samples{{.intended = Nanos(5),
                                     .sent = Nanos(6),
                                     .received = Nanos(700),
                                     .call = 0,
                                     .session = 3,
                                     .tool = 0,
                                     .outcome = Outcome::ok},
                                    {.intended = Nanos(9),
                                     .sent = Nanos(9),
                                     .received = Nanos(9),
                                     .call = 1,
                                     .session = 0,
                                     .tool = 1,
                                     .outcome = Outcome::never_sent}};
  EXPECT_EQ(gunzip(write_samples_csv_gz(samples, tools)),
            "call,session,tool,intended_ns,sent_ns,received_ns,outcome\n"
            "0,3,lookup,5,6,700,ok\n"
            "1,0,\"say \"\"hi\"\", twice\",9,9,9,never_sent\n");
}

TEST(TrialCsv, RefusesASampleWithoutATool) {
  EXPECT_THROW(write_samples_csv_gz({{.tool = 3}}, tools), std::invalid_argument);
}

// Two entries of the load may call one tool: the CSV names the tool and the first entry of that name is meant.
TEST(TrialCsv, TakesTheFirstToolOfAName) {
  const std::vector<std::string> twice{"a", "b", "a"};
  const auto samples = read_samples_csv(gunzip(write_samples_csv_gz({{.tool = 2}, {.tool = 1}}, twice)), twice);
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_EQ(samples[0].tool, 0);
  EXPECT_EQ(samples[1].tool, 1);
}

TEST(TrialCsv, ProblemsNameTheLine) {
  const auto problem = [](const std::string& row) {
    try {
      read_samples_csv("call,session,tool,intended_ns,sent_ns,received_ns,outcome\n0,3,lookup,5,6,700,ok\n" + row,
                       tools);
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  EXPECT_EQ(problem("1,3,lookup,5,6,700,timed_out\n"), "none");
  EXPECT_EQ(problem("1,3,lookup,5,6,700,ok"), "line 3: the line is cut off");
  EXPECT_EQ(problem("1,3,lookup,5,6,700,fine\n"), "line 3: outcome: \"fine\" is not an outcome");
  EXPECT_EQ(problem("1,3,other,5,6,700,ok\n"), "line 3: tool: \"other\" is not a tool of this scenario");
  EXPECT_EQ(problem("1,3,\"lookup\"x,5,6,700,ok\n"), "line 3: tool: text after the closing quote");
  EXPECT_EQ(problem("1,3,\"lookup,5,6,700,ok\n"), "line 3: the line is cut off");
  EXPECT_EQ(problem("4294967296,3,lookup,5,6,700,ok\n"), "line 3: call: expected an integer of at most 4294967295");
  EXPECT_EQ(problem("-1,3,lookup,5,6,700,ok\n"), "line 3: call: expected an integer of at most 4294967295");
  EXPECT_EQ(problem("1,65536,lookup,5,6,700,ok\n"), "line 3: session: expected an integer of at most 65535");
  EXPECT_EQ(problem("1,3,lookup,5.0,6,700,ok\n"),
            "line 3: intended_ns: expected an integer of at most 9223372036854775807");
  EXPECT_EQ(problem("1,3,lookup,5,,700,ok\n"), "line 3: sent_ns: expected an integer of at most 9223372036854775807");
  EXPECT_EQ(problem("1,3,lookup,5,6,7"), "line 3: received_ns: expected an integer of at most 9223372036854775807");
  EXPECT_EQ(problem("\n"), "line 3: call: expected an integer of at most 4294967295");
  EXPECT_THROW(read_samples_csv("", tools), std::runtime_error);
  EXPECT_THROW(read_samples_csv("call,session\n", tools), std::runtime_error);
}

}  // namespace
}  // namespace tracetax
