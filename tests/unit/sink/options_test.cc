#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "mock_servers/sink/sink.h"

namespace tracetax::sink {
namespace {

std::string text(const std::optional<ListenAt>& where) {
  if (!where) return "-";
  const std::string scheme = where->protocol == ListenAt::Protocol::grpc ? "grpc" : "http";
  return scheme + (where->tls ? "s" : "") + "|" + where->host + "|" + std::to_string(where->port);
}

TEST(ParseListen, TakesHostAndPort) {
  const std::pair<const char*, const char*> rows[] = {
      {"grpc://127.0.0.1:4317", "grpc|127.0.0.1|4317"},
      {"http://localhost:0", "http|localhost|0"},
      {"http://127.0.0.1:4318/", "http|127.0.0.1|4318"},
      {"grpc://[::1]:65535", "grpc|[::1]|65535"},
      {"grpc://127.0.0.1", "-"},
      {"grpc://:4317", "-"},
      {"grpc://127.0.0.1:65536", "-"},
      {"grpc://127.0.0.1:-1", "-"},
      {"grpc://127.0.0.1:43x", "-"},
      {"grpc://::1:4317", "-"},
      {"http://127.0.0.1:4318/v1/traces", "-"},
      {"https://127.0.0.1:4318", "https|127.0.0.1|4318"},
      {"grpcs://[::1]:0/", "grpcs|[::1]|0"},
      {"httpss://127.0.0.1:4318", "-"},
      {"ftp://127.0.0.1:4318", "-"},
      {"https", "-"},
      {"127.0.0.1:4317", "-"},
      {"stdio", "-"},
      {"", "-"},
  };
  for (const auto& [listen, expected] : rows) EXPECT_EQ(text(parse_listen(listen)), expected) << listen;
}

struct Parsed {
  std::optional<SinkOptions> options;
  int exit_code = 0;
  std::string said{};
};

Parsed parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "otlp-sink");
  Parsed parsed;
  testing::internal::CaptureStderr();
  parsed.options = parse_sink_options(static_cast<int>(arguments.size()), arguments.data(), parsed.exit_code);
  parsed.said = testing::internal::GetCapturedStderr();
  return parsed;
}

class File {
 public:
  explicit File(const std::string& content) {
    char name[] = "/tmp/sink-options-XXXXXX";
    ::close(::mkstemp(name));
    path_ = name;
    std::ofstream(path_) << content;
  }
  ~File() { std::remove(path_.c_str()); }
  const char* path() const { return path_.c_str(); }

 private:
  std::string path_{};
};

TEST(SinkOptions, TheDefaultsAreOtlpsPorts) {
  const auto options = parse({}).options.value();
  ASSERT_EQ(options.listen.size(), 2u);
  EXPECT_EQ(text(options.listen[0]), "grpc|127.0.0.1|4317");
  EXPECT_EQ(text(options.listen[1]), "http|127.0.0.1|4318");
  EXPECT_EQ(options.admin, "");
  EXPECT_EQ(options.max_bytes, 1073741824u);
}

TEST(SinkOptions, TheCommandLineWinsOverTheFile) {
  const File file("listen: [grpc://127.0.0.1:1, http://127.0.0.1:2]\nadmin: 127.0.0.1:3\nmax_bytes: 4\n");
  const auto from_file = parse({"--config", file.path()}).options.value();
  EXPECT_EQ(from_file.listen.size(), 2u);
  EXPECT_EQ(from_file.admin, "127.0.0.1:3");
  EXPECT_EQ(from_file.max_bytes, 4u);
  const auto both =
      parse({"--config", file.path(), "--listen", "grpc://127.0.0.1:9", "--max-bytes", "8"}).options.value();
  ASSERT_EQ(both.listen.size(), 1u);
  EXPECT_EQ(text(both.listen[0]), "grpc|127.0.0.1|9");
  EXPECT_EQ(both.admin, "127.0.0.1:3");
  EXPECT_EQ(both.max_bytes, 8u);
}

TEST(SinkOptions, MistakesAreNamedWithTheirPlace) {
  const File unknown("admin: 127.0.0.1:3\nlisten_on: x\n");
  const Parsed key = parse({"--config", unknown.path()});
  EXPECT_EQ(key.exit_code, 2);
  EXPECT_EQ(key.said,
            std::string(unknown.path()) +
                ":2: listen_on: unknown key\n  hint: possible are listen, admin, max_bytes, cert, key, client_ca\n");
  const File value("max_bytes: much\n");
  EXPECT_EQ(parse({"--config", value.path()}).exit_code, 2);
  const File broken("listen: [\n");
  EXPECT_EQ(parse({"--config", broken.path()}).exit_code, 2);
  EXPECT_EQ(parse({"--config", "/nonexistent"}).exit_code, 2);
  EXPECT_EQ(parse({"--listen", "stdio"}).exit_code, 2);
  EXPECT_EQ(parse({"--listne", "x"}).exit_code, 2);
}

TEST(SinkOptions, TlsNeedsItsFilesAndAnAddress) {
  const File file("listen: [grpcs://127.0.0.1:0]\ncert: a.pem\nkey: b.pem\nclient_ca: c.pem\n");
  const auto both = parse({"--config", file.path(), "--cert", "d.pem"}).options.value();
  EXPECT_TRUE(both.listen.at(0).tls);
  EXPECT_EQ(both.tls.cert, "d.pem");
  EXPECT_EQ(both.tls.key, "b.pem");
  EXPECT_EQ(both.tls.client_ca, "c.pem");
  const Parsed without = parse({"--listen", "https://127.0.0.1:0", "--cert", "a.pem"});
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_NE(without.said.find("need a certificate"), std::string::npos) << without.said;
  const Parsed unused = parse({"--listen", "http://127.0.0.1:0", "--cert", "a.pem", "--key", "b.pem"});
  EXPECT_EQ(unused.exit_code, 2);
  EXPECT_NE(unused.said.find("no address has TLS"), std::string::npos) << unused.said;
}

}  // namespace
}  // namespace tracetax::sink
