#include "harness/telemetry/http_exporter.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <google/protobuf/arena.h>
#include <opentelemetry/exporters/otlp/otlp_environment.h>
#include <opentelemetry/exporters/otlp/otlp_recordable.h>
#include <opentelemetry/exporters/otlp/otlp_recordable_utils.h>
#include <opentelemetry/ext/http/client/http_client.h>
#include <opentelemetry/ext/http/client/http_client_factory.h>
#include <opentelemetry/ext/http/common/url_parser.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>
#include <opentelemetry/sdk/common/global_log_handler.h>

#include "harness/telemetry/gzip.h"
#include "harness/telemetry/retry.h"

namespace tracetax::telemetry {

namespace {

namespace client = opentelemetry::ext::http::client;
namespace otlp = opentelemetry::exporter::otlp;
namespace sdk = opentelemetry::sdk;
using opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;
using opentelemetry::proto::collector::trace::v1::ExportTraceServiceResponse;

// curl keeps to its own time limit; this is for a client that does not come back at all.
constexpr Nanos beyond_timeout = std::chrono::seconds(5);

// OTLP/HTTP: "Retryable Response Codes".
bool is_retryable(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

// Seconds; the form with a date is not taken up: it would compare two machines' clocks.
std::optional<Nanos> retry_after(const client::Response& response) {
  std::optional<Nanos> pause;
  response.ForEachHeader([&](opentelemetry::nostd::string_view name, opentelemetry::nostd::string_view value) {
    constexpr std::string_view wanted = "retry-after";
    const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
    if (!std::equal(name.begin(), name.end(), wanted.begin(), wanted.end(), same)) return true;
    constexpr std::int64_t most = 3600 * 24;
    std::int64_t seconds = 0;
    const auto first = std::find_if(value.begin(), value.end(), [](char c) { return c != ' '; });
    const auto [end, error] = std::from_chars(first, value.end(), seconds);
    if (error == std::errc() && seconds >= 0 && seconds <= most) pause = std::chrono::seconds(seconds);
    return false;
  });
  return pause;
}

// Waits for what becomes of one request. The client calls from a thread of its own.
class Waiter final : public client::EventHandler {
 public:
  struct End {
    int status = 0;  // 0: no answer
    std::string body{};
    std::optional<Nanos> retry_after{};
    std::string reason{};
    bool retryable = true;
  };

  void OnResponse(client::Response& response) noexcept override {
    End end;
    end.status = response.GetStatusCode();
    end.body.assign(response.GetBody().begin(), response.GetBody().end());
    end.retry_after = telemetry::retry_after(response);
    finish(std::move(end));
  }
  void OnEvent(client::SessionState state, opentelemetry::nostd::string_view reason) noexcept override {
    using State = client::SessionState;
    switch (state) {
      case State::CreateFailed:
      case State::SSLHandshakeFailed:  // certificates do not get better in seconds
      case State::Cancelled:
        return fail(reason, false);
      case State::ConnectFailed:
      case State::SendFailed:
      case State::TimedOut:
      case State::NetworkError:
      case State::ReadError:
      case State::WriteError:
      case State::Destroyed:
        return fail(reason, true);
      case State::Created:
      case State::Connecting:
      case State::Connected:
      case State::Sending:
      case State::Response:
        break;
    }
  }

  // Empty when nothing came in time.
  std::optional<End> wait(Nanos timeout) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout, [this] { return end_.has_value(); });
    return end_;
  }

 private:
  void fail(opentelemetry::nostd::string_view reason, bool retryable) {
    End end;
    end.reason.assign(reason.data(), reason.size());
    end.retryable = retryable;
    finish(std::move(end));
  }
  void finish(End end) {
    const std::lock_guard lock(mutex_);
    if (!end_) end_ = std::move(end);  // what is destroyed has said before what it died of
    changed_.notify_all();
  }

  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::optional<End> end_{};
};

class HttpExporter final : public sdk::trace::SpanExporter {
 public:
  HttpExporter(const otlp::OtlpHttpExporterOptions& options, const ExportRetry& retry,
               std::shared_ptr<Counters> counters)
      : options_(options),
        ssl_(options.url, options.ssl_insecure_skip_verify, options.ssl_ca_cert_path, options.ssl_ca_cert_string,
             options.ssl_client_key_path, options.ssl_client_key_string, options.ssl_client_cert_path,
             options.ssl_client_cert_string, options.ssl_min_tls, options.ssl_max_tls, options.ssl_cipher,
             options.ssl_cipher_suite),
        retry_(retry),
        counters_(std::move(counters)),
        client_(client::HttpClientFactory::Create()) {
    const opentelemetry::ext::http::common::UrlParser url(options.url);
    if (!url.success_) throw std::invalid_argument("exporter.endpoint: no URL: " + options.url);
    // The client puts the "/" between host and path itself.
    path_ = url.path_.substr(url.path_.starts_with('/') ? 1 : 0);
    if (!url.query_.empty()) path_ += '?' + url.query_;
  }

  std::unique_ptr<sdk::trace::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<otlp::OtlpRecordable>();
  }

  sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<std::unique_ptr<sdk::trace::Recordable>>& spans) noexcept override {
    if (shut_down_) return sdk::common::ExportResult::kFailure;
    if (spans.empty()) return sdk::common::ExportResult::kSuccess;
    google::protobuf::Arena arena;
    auto* const request = google::protobuf::Arena::CreateMessage<ExportTraceServiceRequest>(&arena);
    otlp::OtlpRecordableUtils::PopulateRequest(spans, request);
    std::string body = request->SerializeAsString();
    if (options_.compression == "gzip") body = gzip(body);
    const bool accepted = attempt_export(retry_, std::chrono::duration_cast<Nanos>(options_.timeout), *counters_,
                                         [&](Nanos left) { return post(body, left); });
    return accepted ? sdk::common::ExportResult::kSuccess : sdk::common::ExportResult::kFailure;
  }

  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }  // an export ends with its answer
  bool Shutdown(std::chrono::microseconds) noexcept override {
    shut_down_ = true;
    client_->CancelAllSessions();
    client_->FinishAllSessions();
    return true;
  }

 private:
  Attempt post(const std::string& body, Nanos left) {
    const auto session = client_->CreateSession(options_.url);
    const auto request = session->CreateRequest();
    for (const auto& [name, value] : options_.http_headers) request->AddHeader(name, value);
    request->SetUri(path_);
    request->SetSslOptions(ssl_);
    // 0 would be no limit at all.
    const auto limit = std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds(1));
    request->SetTimeoutMs(limit);
    request->SetMethod(client::Method::Post);
    client::Body bytes(body.begin(), body.end());
    request->SetBody(bytes);
    request->ReplaceHeader("Content-Type", "application/x-protobuf");
    if (options_.compression == "gzip") request->ReplaceHeader("Content-Encoding", "gzip");
    request->ReplaceHeader("User-Agent", otlp::GetOtlpDefaultUserAgent());
    const auto waiter = std::make_shared<Waiter>();
    session->SendRequest(waiter);
    const auto end = waiter->wait(limit + beyond_timeout);
    if (!end) session->CancelSession();
    session->FinishSession();
    return judge(end.value_or(Waiter::End{.reason = "the HTTP client did not come back"}));
  }

  Attempt judge(const Waiter::End& end) {
    if (end.status >= 200 && end.status < 300) {
      ExportTraceServiceResponse response;
      if (response.ParseFromString(end.body)) count_rejected(response.partial_success().rejected_spans(), *counters_);
      return {Attempt::Result::accepted};
    }
    const std::string what = end.status != 0 ? "status " + std::to_string(end.status) : end.reason;
    OTEL_INTERNAL_LOG_ERROR("[OTLP HTTP] export failed: " << what);
    const bool retryable = end.status != 0 ? is_retryable(end.status) : end.retryable;
    return {retryable ? Attempt::Result::retryable : Attempt::Result::refused, end.retry_after};
  }

  const otlp::OtlpHttpExporterOptions options_;
  const client::HttpSslOptions ssl_;
  const ExportRetry retry_;
  const std::shared_ptr<Counters> counters_;
  const std::shared_ptr<client::HttpClient> client_;
  std::string path_{};
  std::atomic<bool> shut_down_{false};
};

}  // namespace

std::unique_ptr<sdk::trace::SpanExporter> make_http_exporter(const otlp::OtlpHttpExporterOptions& options,
                                                             const ExportRetry& retry,
                                                             std::shared_ptr<Counters> counters) {
  return std::make_unique<HttpExporter>(options, retry, std::move(counters));
}

}  // namespace tracetax::telemetry
