#include "harness/telemetry/redaction.h"

#include <memory>

#include <gtest/gtest.h>
#include <opentelemetry/common/key_value_iterable_view.h>
#include <opentelemetry/exporters/otlp/otlp_recordable.h>
#include <opentelemetry/sdk/trace/span_data.h>

#include "harness/telemetry/redacting_exporter.h"
#include "harness/telemetry/tracing.h"
#include "tests/unit/telemetry/probe_exporter.h"

namespace tracetax::telemetry {
namespace {

Redactor of_keys(std::vector<std::string> keys) {
  RedactConfig config;
  config.keys = std::move(keys);
  return Redactor(config);
}

std::string masked(std::vector<std::string> patterns, std::string text) {
  RedactConfig config;
  config.patterns = std::move(patterns);
  const std::string before = text;
  const bool changed = Redactor(config).mask(text);
  EXPECT_EQ(changed, text != before);
  return text;
}

TEST(RedactedKeys, AreWordsBetweenSeparators) {
  const Redactor redactor = of_keys({"password", "api_key"});
  for (const char* key : {"password", "user.password", "Password", "userPassword", "PASSWORD_HASH", "db/password:old",
                          "api_key", "apiKey", "x-api-key", "API.KEY.id"}) {
    EXPECT_TRUE(redactor.masks_key(key)) << key;
  }
  for (const char* key : {"passwordless", "mypassword", "pass.word", "key", "api", "apikey", "apis.key", ""}) {
    EXPECT_FALSE(redactor.masks_key(key)) << key;
  }
}

TEST(RedactedKeys, MayBeGlobsOfTheWholeKey) {
  const Redactor redactor = of_keys({"http.*.header.*", "*secret*", "user.i?"});
  for (const char* key : {"http.request.header.cookie", "HTTP.response.header.", "topSecretly", "secret", "user.id"}) {
    EXPECT_TRUE(redactor.masks_key(key)) << key;
  }
  for (const char* key : {"http.request.headers", "my.http.request.header.x", "user.ids", "user.i", "sec.ret"}) {
    EXPECT_FALSE(redactor.masks_key(key)) << key;
  }
}

TEST(RedactedPatterns, MaskWhereTheyMatch) {
  EXPECT_EQ(masked({"email"}, "from a.b+c@example.co.uk to x@y.z."), "from *** to ***.");
  EXPECT_EQ(masked({"email"}, "user@localhost is none"), "user@localhost is none");
  EXPECT_EQ(masked({"bearer"}, "Authorization: Bearer abc.DEF-123== end"), "Authorization: *** end");
  EXPECT_EQ(masked({"bearer"}, "the bearer of it"), "the bearer of it");
  EXPECT_EQ(masked({"jwt"}, "t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_-9"), "t=***");
  EXPECT_EQ(masked({"ipv4"}, "10.0.0.1, 255.255.255.255, 256.1.1.1"), "***, ***, 256.1.1.1");
  EXPECT_EQ(masked({"phone"}, "+49 (30) 1234-5678 or (555) 123-4567 or 5551234567"), "*** or *** or 5551234567");
  EXPECT_EQ(masked({"order-[0-9]+"}, "order-17 and order-x"), "*** and order-x");
  EXPECT_EQ(masked({"email", "ipv4"}, "a@b.cd at 10.1.2.3"), "*** at ***");
  EXPECT_EQ(masked({}, "a@b.cd"), "a@b.cd");
}

TEST(RedactedPatterns, CardsAreThoseThatPassTheirCheckSum) {
  EXPECT_EQ(masked({"credit_card"}, "4111 1111 1111 1111, 4111-1111-1111-1111, 378282246310005"), "***, ***, ***");
  EXPECT_EQ(masked({"credit_card"}, "4111 1111 1111 1112"), "4111 1111 1111 1112");
  EXPECT_EQ(masked({"credit_card"}, "id 4111111111111112 card 4111111111111111"), "id 4111111111111112 card ***");
}

// A backtracking matcher takes years for the first, and the second must not be looked at as UTF-8 only.
TEST(RedactedPatterns, AreMatchedInLinearTimeAndInAnyBytes) {
  EXPECT_EQ(masked({"(a+)+b"}, std::string(100'000, 'a')), std::string(100'000, 'a'));
  EXPECT_EQ(masked({"email"}, "\xff\xfe a@b.cd \xc3"), "\xff\xfe *** \xc3");
  EXPECT_EQ(masked({"email"}, std::string("a\0b@c.de", 8)), std::string("a\0***", 5));
}

TEST(RedactedPatterns, WhatRe2CannotHaveIsRefused) {
  RedactConfig config;
  for (const char* wrong : {"(", "(a)\\1", "(?=x)", "x*"}) {
    config.patterns = {wrong};
    EXPECT_THROW(Redactor{config}, std::invalid_argument) << wrong;
  }
}

TracingConfig redacting() {
  TracingConfig config;
  config.sampler.type = SamplerType::always_on;
  config.redact.keys = {"password"};
  config.redact.patterns = {"email"};
  return config;
}

template <class Map>
std::string text_of(const Map& attributes, const std::string& key) {
  return opentelemetry::nostd::get<std::string>(attributes.at(key));
}

TEST(RedactingExporter, MasksWhateverASpanHolds) {
  const auto probe = std::make_shared<Probe>();
  {
    const auto tracing = Tracing::start(redacting(), {"test"}, std::make_unique<ProbeExporter>(probe));
    auto span = tracing->span("mail a@b.cd", {});
    span.set("user.password", "p");
    span.set("db.password", std::int64_t{7});
    span.set("note", "to a@b.cd now");
    span.set("plain", "x");
    const opentelemetry::nostd::string_view many[] = {"a@b.cd", "y"};
    span.set("many", opentelemetry::nostd::span<const opentelemetry::nostd::string_view>(many));
    span.event("sent to a@b.cd", {{"password", "q"}, {"exception.message", "no a@b.cd"}});
    span.error("timeout", "a@b.cd did not answer");
  }
  const auto spans = probe->take();
  ASSERT_EQ(spans.size(), 1u);
  const auto& span = *spans[0];
  EXPECT_EQ(std::string(span.GetName()), "mail ***");
  EXPECT_EQ(text_of(span.GetAttributes(), "user.password"), "***");
  EXPECT_EQ(text_of(span.GetAttributes(), "db.password"), "***");
  EXPECT_EQ(text_of(span.GetAttributes(), "note"), "to *** now");
  EXPECT_EQ(text_of(span.GetAttributes(), "plain"), "x");
  EXPECT_EQ(opentelemetry::nostd::get<std::vector<std::string>>(span.GetAttributes().at("many")),
            (std::vector<std::string>{"***", "y"}));
  ASSERT_EQ(span.GetEvents().size(), 1u);
  EXPECT_EQ(span.GetEvents()[0].GetName(), "sent to ***");
  EXPECT_EQ(text_of(span.GetEvents()[0].GetAttributes(), "password"), "***");
  EXPECT_EQ(text_of(span.GetEvents()[0].GetAttributes(), "exception.message"), "no ***");
  EXPECT_EQ(std::string(span.GetDescription()), "*** did not answer");
  EXPECT_EQ(span.GetStatus(), opentelemetry::trace::StatusCode::kError);
}

// Takes OTLP's recordables, and keeps their bytes.
class OtlpProbe final : public sdk::SpanExporter {
 public:
  explicit OtlpProbe(std::string& bytes) : bytes_(bytes) {}
  std::unique_ptr<sdk::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<opentelemetry::exporter::otlp::OtlpRecordable>();
  }
  opentelemetry::sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<std::unique_ptr<sdk::Recordable>>& spans) noexcept override {
    for (const auto& span : spans) {
      bytes_ += static_cast<opentelemetry::exporter::otlp::OtlpRecordable&>(*span).span().SerializeAsString();
    }
    return opentelemetry::sdk::common::ExportResult::kSuccess;
  }
  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }

 private:
  std::string& bytes_;
};

TEST(RedactingExporter, LeavesNoSecretInOtlpsBytes) {
  RedactConfig config;
  config.keys = {"password"};
  config.patterns = {"email"};
  std::string bytes;
  const auto exporter = redact_exports(std::make_unique<OtlpProbe>(bytes), std::make_shared<const Redactor>(config));
  std::vector<std::unique_ptr<sdk::Recordable>> spans;
  spans.push_back(exporter->MakeRecordable());
  sdk::Recordable& span = *spans[0];
  using Map = std::map<std::string, std::string>;
  const Map attributes{{"password", "hunter2"}, {"exception.message", "no a@b.cd here"}, {"kept", "as it was"}};
  const opentelemetry::common::KeyValueIterableView<Map> view(attributes);
  span.SetName("mail a@b.cd");
  span.SetAttribute("password", "hunter2");
  const opentelemetry::nostd::string_view many[] = {"a@b.cd", "second"};
  span.SetAttribute("many", opentelemetry::nostd::span<const opentelemetry::nostd::string_view>(many));
  span.AddEvent("event a@b.cd", opentelemetry::common::SystemTimestamp(), view);
  span.AddLink(SpanContext::GetInvalid(), view);
  span.SetStatus(opentelemetry::trace::StatusCode::kError, "status a@b.cd");
  exporter->Export(opentelemetry::nostd::span<std::unique_ptr<sdk::Recordable>>(spans.data(), spans.size()));
  for (const char* secret : {"hunter2", "a@b.cd"}) EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
  for (const char* rest : {"mail ***", "second", "event ***", "no *** here", "as it was", "status ***"}) {
    EXPECT_NE(bytes.find(rest), std::string::npos) << rest;
  }
}

}  // namespace
}  // namespace tracetax::telemetry
