// What happens to spans on their way out: headers, TLS, retries, redaction, log lines.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "harness/scenario/env_text.h"
#include "harness/scenario/load_scenario.h"
#include "harness/scenario/redact_patterns.h"
#include "harness/scenario/service_config.h"
#include "tests/unit/scenario/scenario_text.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;

const auto minimal = std::filesystem::path(TRACETAX_SOURCE_DIR) / "tests/data/scenarios/valid/minimal.yaml";

TracingConfig tracing(const std::vector<std::string>& sets) {
  return load_scenario(minimal, sets).scenario.arms.at(1).tracing;
}
std::string refusal(const std::string& set) {
  try {
    tracing({"arms.on.tracing." + set});
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Export, TheDefaultsAddNothing) {
  const TracingConfig config = tracing({});
  EXPECT_TRUE(config.exporter.headers.empty());
  EXPECT_EQ(config.exporter.retry.attempts, 1u);
  EXPECT_FALSE(config.redact.active());
  EXPECT_FALSE(config.log.calls);
  // An older mcp-server would refuse keys that it does not know.
  ServerConfig server;
  server.has_tracing = true;
  server.tracing = config;
  const std::string written = write_config(server);
  EXPECT_NE(written.find("\"exporter\""), std::string::npos);
  for (const char* key : {"\"headers\": {", "tls", "retry", "redact", "\"log\""}) {
    EXPECT_EQ(written.find(key), std::string::npos) << key;
  }
}

// The harness writes the services' files, and the services read them.
TEST(Export, GoesToAServicesFileAndBack) {
  ServerConfig server;
  server.has_tracing = true;
  server.tracing.exporter.endpoint = "https://a:1";
  server.tracing.exporter.headers = {{"authorization", "Bearer ${env:TOKEN}"}};
  server.tracing.exporter.tls = {.cert = "c", .key = "k"};
  server.tracing.exporter.retry.attempts = 7;
  server.tracing.redact = {.keys = {"a"}, .patterns = {"jwt"}};
  server.tracing.log.calls = true;
  ToolSpec tool{.name = "ask"};
  tool.llm = {.model = "m", .prompt_tokens = 1, .completion_tokens = 2};
  server.tools = {tool};
  const auto file = std::filesystem::path(testing::TempDir()) / "export-test.json";
  std::ofstream(file) << write_config(server);
  const ServerConfig back = read_server_config(file);
  std::filesystem::remove(file);
  ASSERT_EQ(back.tracing.exporter.headers.size(), 1u);
  EXPECT_EQ(back.tracing.exporter.headers[0].value, "Bearer ${env:TOKEN}");
  EXPECT_EQ(back.tracing.exporter.tls.key, "k");
  EXPECT_EQ(back.tracing.exporter.retry.attempts, 7u);
  EXPECT_EQ(back.tracing.redact.patterns, std::vector<std::string>{"jwt"});
  EXPECT_EQ(back.tracing.redact.replace, "***");
  EXPECT_TRUE(back.tracing.log.calls);
  EXPECT_EQ(back.tools.at(0).llm.completion_tokens, 2u);
}

TEST(Export, IsReadWhole) {
  const TracingConfig config = tracing(
      {"arms.on.tracing.exporter={ endpoint: https://collector:4317, headers: { X-Tenant: blue, authorization: 'Bearer "
       "${env:TOKEN}' }, tls: { ca: ca.pem, cert: c.pem, key: k.pem }, retry: { attempts: 4, initial: 10ms, max: 2s, "
       "multiplier: 2 } }",
       "arms.on.tracing.redact={ keys: [password, 'http.*'], patterns: [email, 'order-[0-9]+'], replace: gone }",
       "arms.on.tracing.log={ calls: true, file: calls.jsonl }"});
  ASSERT_EQ(config.exporter.headers.size(), 2u);
  EXPECT_EQ(config.exporter.headers[0].name, "x-tenant");
  EXPECT_EQ(config.exporter.headers[1].value, "Bearer ${env:TOKEN}");
  EXPECT_EQ(config.exporter.tls.ca, "ca.pem");
  EXPECT_EQ(config.exporter.tls.cert, "c.pem");
  EXPECT_EQ(config.exporter.tls.key, "k.pem");
  EXPECT_EQ(config.exporter.retry.attempts, 4u);
  EXPECT_EQ(config.exporter.retry.initial, 10ms);
  EXPECT_EQ(config.exporter.retry.max, 2s);
  EXPECT_EQ(config.exporter.retry.multiplier, 2);
  EXPECT_EQ(config.redact.keys, (std::vector<std::string>{"password", "http.*"}));
  EXPECT_EQ(config.redact.patterns, (std::vector<std::string>{"email", "order-[0-9]+"}));
  EXPECT_EQ(config.redact.replace, "gone");
  EXPECT_TRUE(config.log.calls);
  EXPECT_EQ(config.log.file, "calls.jsonl");
}

TEST(Export, StdoutIsAnotherWordForConsole) {
  EXPECT_EQ(tracing({"arms.on.tracing.exporter.type=stdout"}).exporter.type, ExporterType::console);
  EXPECT_EQ(tracing({"arms.on.tracing.exporter.type=console"}).exporter.type, ExporterType::console);
}

// The environment of whoever runs it must not get into the results.
TEST(Export, ReferencesStayReferencesInTheResolvedScenario) {
  ::setenv("TRACETAX_TEST_SECRET", "hunter2", 1);
  const std::vector<std::string> sets{
      "arms.on.tracing.exporter={ headers: { authorization: '${env:TRACETAX_TEST_SECRET}' } }"};
  const LoadedScenario loaded = load_scenario(minimal, sets);
  ::unsetenv("TRACETAX_TEST_SECRET");
  EXPECT_NE(loaded.resolved.find("${env:TRACETAX_TEST_SECRET}"), std::string::npos) << loaded.resolved;
  EXPECT_EQ(loaded.resolved.find("hunter2"), std::string::npos);
}

TEST(Export, MistakesAreToldAtTheirKey) {
  const std::pair<const char*, const char*> rows[] = {
      {"exporter={ headers: { authorization: 'Bearer abc' } }",
       "exporter.headers.authorization: must not hold a secret"},
      {"exporter={ headers: { x-api-key: abc } }", "exporter.headers.x-api-key: must not hold a secret"},
      {"exporter={ headers: { x-tenant: '${TENANT}' } }",
       "exporter.headers.x-tenant: must refer to the environment as ${env:NAME}, got `${TENANT}`"},
      {"exporter={ headers: { 'a b': c } }", "exporter.headers.a b: must be a header's name"},
      {"exporter={ headers: { a-bin: c } }", "exporter.headers.a-bin: must not end in -bin"},
      {"exporter={ headers: { a: [b] } }", "exporter.headers.a: must be a text"},
      {"exporter={ headers: [a] }", "exporter.headers: must be a map"},
      {"exporter={ type: none, headers: { a: b } }", "exporter.headers: `none` has none"},
      {"exporter={ tls: { ca: a } }", "exporter.tls: needs an `endpoint` that begins with https://"},
      {"exporter={ endpoint: https://a:1, tls: { cert: a } }", "exporter.tls.cert: needs `cert` and `key`"},
      {"exporter={ endpoint: https://a:1, tls: { key: a } }", "exporter.tls.key: needs `cert` and `key`"},
      {"exporter={ endpoint: https://a:1, tls: { ca: a, insecure_skip_verify: true } }", "exporter.tls: `ca` and"},
      {"exporter={ retry: { attempts: 0 } }", "exporter.retry.attempts: must be at least 1"},
      {"exporter={ retry: { initial: 6s } }", "exporter.retry.initial: `initial` must be at most `max`"},
      {"exporter={ retry: { multiplier: 0.5 } }", "exporter.retry.multiplier: must be"},
      {"redact={ patterns: [emial] }", "redact.patterns.0: unknown pattern `emial`\n  hint: did you mean `email`?"},
      {"redact={ patterns: [email, '('] }", "redact.patterns.1: is no expression that RE2 can use"},
      {"redact={ patterns: ['(?=x)'] }", "redact.patterns.0: is no expression that RE2 can use"},
      {"redact={ patterns: ['x*'] }",
       "redact.patterns.0: is no expression that RE2 can use: it matches the empty text"},
      {"redact={ words: [a] }", "redact.words: unknown key"},
      {"log={ calls: yes please }", "log.calls: must be true or false"},
  };
  for (const auto& [set, expected] : rows) {
    const std::string said = refusal(set);
    EXPECT_NE(said.find(": arms.on.tracing." + std::string(expected)), std::string::npos)
        << set << "\n  said: " << said;
  }
}

// Messages end up in logs.
TEST(Export, ASecretInAFileIsNotRepeatedInTheMessage) {
  std::ifstream file(minimal);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string before = "sampler: always_on,";
  text.replace(text.find(before), before.size(), before + " exporter: { headers: { authorization: hunter2 } },");
  try {
    load_scenario_text(text, "my.yaml");
    FAIL() << "accepted";
  } catch (const ScenarioError& error) {
    const std::string said = error.what();
    EXPECT_TRUE(said.starts_with("my.yaml:12:")) << said;
    EXPECT_NE(said.find("headers.authorization: must not hold a secret"), std::string::npos) << said;
    EXPECT_EQ(said.find("hunter2"), std::string::npos) << said;
  }
}

TEST(EnvText, ReplacesReferences) {
  const std::map<std::string, std::string> variables{{"A", "1"}, {"B_2", "${env:A}"}, {"EMPTY", ""}};
  const auto look_up = [&](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
  EXPECT_EQ(resolve_references("x ${env:A}${env:B_2}$ y${env:EMPTY}", look_up), "x 1${env:A}$ y");
  EXPECT_EQ(resolve_references("", look_up), "");
  EXPECT_THROW(resolve_references("${env:C}", look_up), std::invalid_argument);
  for (const char* wrong : {"${A}", "${env:}", "${env:2}", "${env:A", "${env:A B}", "a${"}) {
    EXPECT_TRUE(wrong_reference(wrong)) << wrong;
    EXPECT_THROW(resolve_references(wrong, look_up), std::invalid_argument) << wrong;
  }
  for (const char* right : {"$", "$A", "${env:_a1}", "}{", "a$"}) EXPECT_FALSE(wrong_reference(right)) << right;
  EXPECT_TRUE(has_reference("a${env:B}"));
  EXPECT_FALSE(has_reference("a$B"));
}

TEST(RedactPatterns, OfOursCanBeUsed) {
  for (const RedactPattern& pattern : redact_patterns()) {
    EXPECT_EQ(wrong_expression(std::string(pattern.expression)), "") << pattern.name;
    EXPECT_EQ(find_redact_pattern(pattern.name), &pattern);
  }
  EXPECT_EQ(find_redact_pattern("none"), nullptr);
}

}  // namespace
}  // namespace tracetax
