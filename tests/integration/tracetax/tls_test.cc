// Arms whose spans go to the harness's own sink over TLS.

#include <fstream>
#include <iterator>
#include <memory>

#include <curl/curl.h>
#include <gtest/gtest.h>

#include "harness/base/certificates.h"
#include "harness/experiment/stack.h"
#include "harness/scenario/load_scenario.h"
#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

using Json = nlohmann::json;

std::string everything_in(const std::filesystem::path& folder) {
  std::string text;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    text.append(std::istreambuf_iterator<char>(in), {});
  }
  return text;
}

// Out of the services' configurations.
std::string file_in(const std::string& text, const std::string& key) {
  const auto at = text.find("\"" + key + "\": \"");
  const auto begin = text.find_first_not_of("\": ", at + key.size() + 2);
  return at == std::string::npos ? std::string() : text.substr(begin, text.find('"', begin) - begin);
}

constexpr const char* topology =
    "topology: { router: { listen: http }, gateway: { listen: ws }, servers: [ { name: tools, listen: http } ] }\n";

std::string arm(const std::string& name, const std::string& exporter) {
  return "  " + name + ": { tracing: { sampler: always_on, batch: { delay: 200ms }, exporter: { " + exporter +
         " } } }\n";
}

TEST(TlsRun, EverySpanArrivesOverBothProtocolsAndNoKeyStays) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml",
      short_scenario(
          topology,
          std::string("load: { arrivals: { process: poisson, rate: 100/s }, sessions: 1, calls: [ { tool: lookup "
                      "} ], timeout: 20s }\n"
                      "arms:\n  plain: { role: control, tracing: { sampler: always_on, batch: { delay: 200ms } } "
                      "}\n") +
              arm("server", "tls: { generated: server }") + arm("mutual", "tls: { generated: mutual }") +
              arm("http", "type: otlp_http, tls: { generated: mutual }") +
              "checks: [ spans_lost, { sampling_ratio: { arm: http, expect: 1 } } ]\n"
              "sampling: { steps: [ { rate: 100/s, for: 1s } ] }\n"));
  const Ended run = place.tracetax({"sampling", scenario, "-o", place.folder() / "out"});
  ASSERT_TRUE(run.code == 0 || run.code == 3) << run.out << run.err;
  const Json result = read_json(place.folder() / "out/result.json");
  std::size_t arms = 0;
  for (const Json& seen : result.at("arms")) {
    const Json& spans = seen.at("spans");
    EXPECT_GT(spans.at("received").get<int>(), 100) << seen.at("name");
    EXPECT_EQ(spans.at("received"), spans.at("sampled")) << seen.at("name");
    ++arms;
  }
  EXPECT_EQ(arms, 4u);
  const std::string left = everything_in(place.folder() / "out");
  const std::filesystem::path key = file_in(left, "key");
  EXPECT_EQ(key.filename(), "client.key");
  EXPECT_FALSE(std::filesystem::exists(key.parent_path())) << key;
  EXPECT_EQ(left.find("PRIVATE KEY"), std::string::npos);
  EXPECT_EQ(left.find("BEGIN CERTIFICATE"), std::string::npos);
}

struct Client {
  std::string ca{}, cert{}, key{};
};

// The status of a POST to the sink, 0 where TLS does not come about.
long status_of(const std::string& url, const Client& client) {
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, 20L);
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, "");
  curl_easy_setopt(handle.get(), CURLOPT_CAINFO, client.ca.c_str());
  if (!client.cert.empty()) {
    curl_easy_setopt(handle.get(), CURLOPT_SSLCERT, client.cert.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_SSLKEY, client.key.c_str());
  }
  long status = 0;
  if (curl_easy_perform(handle.get()) == CURLE_OK) curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

// What the arms say is in force: who does not have what the services got is not let in.
TEST(TlsRun, OnlyTheServicesOfAMutualArmAreLetIn) {
  const Workplace place;
  const auto file = place.write(
      "s.yaml",
      short_scenario("topology: { servers: [ { name: tools, listen: http } ] }\n",
                     "load: { arrivals: { process: closed }, sessions: 1, calls: [ { tool: lookup } ], timeout: 20s }\n"
                     "arms:\n  off: { role: control, tracing: { sampler: none } }\n" +
                         arm("mutual", "type: otlp_http, tls: { generated: mutual }") +
                         arm("server", "type: otlp_http, tls: { generated: server }")));
  const Scenario scenario = load_scenario(file, {}).scenario;
  const Certificates others;
  for (const std::size_t number : {1u, 2u}) {
    const auto folder = place.folder() / scenario.arms.at(number).name;
    const Stack stack(scenario, scenario.arms.at(number), {TRACETAX_BIN_DIR, folder});
    const std::string text = everything_in(folder);
    const std::string endpoint = file_in(text, "endpoint");
    ASSERT_TRUE(endpoint.starts_with("https://127.0.0.1:")) << text;
    const std::string url = endpoint + "/v1/traces";
    const Client ours{file_in(text, "ca"), file_in(text, "cert"), file_in(text, "key")};
    const bool mutual = number == 1;
    EXPECT_EQ(ours.cert.empty(), !mutual);
    EXPECT_NE(status_of(url, ours), 0);
    EXPECT_EQ(status_of(url, {ours.ca}) == 0, mutual);
    EXPECT_EQ(status_of(url, {others.ca(), ours.cert, ours.key}), 0);
    if (mutual) {
      EXPECT_EQ(status_of(url, {ours.ca, others.client_cert(), others.client_key()}), 0);
    }
    EXPECT_EQ(status_of("http" + url.substr(5), ours), 0);
  }
}

}  // namespace
}  // namespace tracetax::test
