// TLS and mutual TLS between the exporters and the sink, with authorities made for the test.

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "harness/base/certificates.h"
#include "tests/integration/sink/sink_under_test.h"
#include "tests/unit/telemetry/scoped_environment.h"

namespace tracetax::test {
namespace {

using telemetry::ScopedEnvironment;

std::vector<std::string> with_tls(const Certificates& certificates, bool mutual) {
  std::vector<std::string> arguments{"--listen", "grpcs://127.0.0.1:0",      "--listen", "https://127.0.0.1:0",
                                     "--cert",   certificates.server_cert(), "--key",    certificates.server_key()};
  if (mutual) arguments.insert(arguments.end(), {"--client-ca", certificates.ca()});
  return arguments;
}

class Tls : public testing::TestWithParam<ExporterType> {
 protected:
  // Every span of one export was acknowledged and received, or none was.
  bool delivered(SinkUnderTest& sink, const ExportTls& tls) {
    TracingConfig config = exporting(GetParam(), sink.endpoint(GetParam()));
    config.exporter.tls = tls;
    const std::uint64_t before = sink.received();
    const auto counts = export_once(config);
    const bool all = counts.exported == spans_each;
    EXPECT_EQ(counts.exported + counts.export_failed, spans_each);
    EXPECT_EQ(counts.export_failed, all ? 0u : spans_each);
    EXPECT_EQ(sink.received() - before, all ? spans_each : 0u);
    return all;
  }
  Certificates ours{}, theirs{};
};

TEST_P(Tls, OnlyWhoKnowsTheAuthorityExports) {
  SinkUnderTest sink(with_tls(ours, false));
  EXPECT_TRUE(delivered(sink, {.ca = ours.ca()}));
  EXPECT_FALSE(delivered(sink, {.ca = theirs.ca()}));
  EXPECT_FALSE(delivered(sink, {}));
  EXPECT_TRUE(delivered(sink, {.insecure_skip_verify = true}));
}

TEST_P(Tls, WithMutualTlsOnlyWhomTheSinkKnowsExports) {
  SinkUnderTest sink(with_tls(ours, true));
  EXPECT_TRUE(delivered(sink, {.ca = ours.ca(), .cert = ours.client_cert(), .key = ours.client_key()}));
  EXPECT_FALSE(delivered(sink, {.ca = ours.ca()}));
  EXPECT_FALSE(delivered(sink, {.ca = ours.ca(), .cert = theirs.client_cert(), .key = theirs.client_key()}));
  EXPECT_TRUE(delivered(sink, {.cert = ours.client_cert(), .key = ours.client_key(), .insecure_skip_verify = true}));
}

TEST_P(Tls, TheStandardVariablesSayTheSame) {
  SinkUnderTest sink(with_tls(ours, true));
  const ScopedEnvironment ca{"OTEL_EXPORTER_OTLP_CERTIFICATE", ours.ca()};
  EXPECT_FALSE(delivered(sink, {}));
  const ScopedEnvironment cert{"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", ours.client_cert()};
  const ScopedEnvironment key{"OTEL_EXPORTER_OTLP_CLIENT_KEY", ours.client_key()};
  EXPECT_TRUE(delivered(sink, {}));
  EXPECT_FALSE(delivered(sink, {.ca = theirs.ca()}));  // the configuration is above the environment
}

TEST_P(Tls, PlainTextIsNotTaken) {
  SinkUnderTest sink(with_tls(ours, false));
  std::string endpoint = sink.endpoint(GetParam());
  endpoint = "http" + endpoint.substr(endpoint.find("://"));
  EXPECT_EQ(export_once(exporting(GetParam(), endpoint)).export_failed, spans_each);
  EXPECT_EQ(sink.received(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Over, Tls, testing::Values(ExporterType::otlp_grpc, ExporterType::otlp_http),
                         [](const auto& type) { return std::string(to_string(type.param)); });

TEST(SinkTls, TakesJsonToo) {
  const Certificates certificates;
  SinkUnderTest sink(with_tls(certificates, false));
  const std::string url = sink.process().url(1);
  ASSERT_TRUE(url.starts_with("https://")) << url;
  namespace asio = boost::asio;
  asio::io_context io;
  asio::ssl::context context(asio::ssl::context::tls_client);
  context.load_verify_file(certificates.ca());
  asio::ssl::stream<asio::ip::tcp::socket> stream(io, context);
  stream.set_verify_mode(asio::ssl::verify_peer);
  const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  stream.lowest_layer().connect({asio::ip::make_address("127.0.0.1"), port});
  stream.handshake(asio::ssl::stream_base::client);
  const std::string body =
      R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10",)"
      R"("spanId":"0102030405060708","name":"n"}]}]}]})";
  asio::write(stream, asio::buffer("POST /v1/traces HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                                   "Content-Type: application/json\r\nContent-Length: " +
                                   std::to_string(body.size()) + "\r\n\r\n" + body));
  std::string answer;
  boost::system::error_code end;
  asio::read(stream, asio::dynamic_buffer(answer), end);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n{}")) << answer;
  EXPECT_EQ(sink.received(), 1u);
}

TEST(SinkTls, WrongFilesAreNamed) {
  const Certificates certificates, others;
  struct Row {
    std::string cert, key, said;
  };
  for (const Row& row :
       {Row{"/nonexistent.pem", certificates.server_key(), "/nonexistent.pem: cannot be read"},
        Row{certificates.server_key(), certificates.server_key(), "is no certificate in PEM"},
        Row{certificates.server_cert(), others.server_key(), "is no private key in PEM, or not that of"}}) {
    Launch how;
    how.program = "otlp-sink";
    how.arguments = {"--listen", "grpcs://127.0.0.1:0", "--cert", row.cert, "--key", row.key};
    Process process(how);
    EXPECT_EQ(process.wait(), 2);
    EXPECT_THROW(process.wait_ready(), std::runtime_error);
    EXPECT_NE(process.stderr_text().find(row.said), std::string::npos) << process.stderr_text();
  }
}

}  // namespace
}  // namespace tracetax::test
