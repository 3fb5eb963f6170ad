#include "mock_servers/common/service.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "mock_servers/common/admin.h"
#include "mock_servers/common/call_histogram.h"
#include "mock_servers/common/call_log.h"
#include "mock_servers/common/service_metrics.h"

namespace tracetax::service {
namespace {

constexpr Nanos drain_grace = std::chrono::seconds(5);
constexpr Nanos last_flush = std::chrono::seconds(5);
constexpr Nanos asked_flush = std::chrono::seconds(10);

struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::vector<transport::Url> listen_urls(const ServiceOptions& options, const ServiceCommon& common) {
  auto texts = options.listen.empty() ? common.listen : options.listen;
  if (texts.empty()) texts = {"stdio"};
  std::vector<transport::Url> urls;
  bool has_stdio = false;
  for (const auto& text : texts) {
    const auto url = transport::parse_url(text);
    if (!url) {
      throw UsageError("--listen '" + text + "': expected stdio, http://HOST:PORT/mcp or ws://HOST:PORT/mcp");
    }
    if (url->kind == TransportKind::stdio && std::exchange(has_stdio, true)) {
      throw UsageError("--listen stdio: a process has one standard input only, give it once");
    }
    urls.push_back(*url);
  }
  return urls;
}

std::unique_ptr<telemetry::Tracing> start_tracing(const std::string& name, const ServiceCommon& common,
                                                  bool stdout_is_free) {
  std::vector<std::string> warnings;
  const auto config = common.has_tracing ? common.tracing : telemetry::from_environment(common.tracing, warnings);
  for (const auto& warning : warnings) std::fprintf(stderr, "%s: warning: %s\n", name.c_str(), warning.c_str());
  try {
    telemetry::Identity identity;
    identity.service_name = common.service_name.empty() ? name : common.service_name;
    identity.service_version = TRACETAX_VERSION;
    identity.default_name = common.service_name.empty() || common.service_name == name;
    identity.stdout_is_free = stdout_is_free;
    return telemetry::Tracing::start(config, identity);
  } catch (const std::invalid_argument& error) {
    throw UsageError(std::string("tracing: ") + error.what());
  }
}

// As many as there can be descriptors, but for what the process needs itself: each session of a load has one or more.
std::uint32_t most_connections() {
  constexpr rlim_t own = 64;
  constexpr rlim_t at_least = 64;
  constexpr rlim_t enough = 1u << 20;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return transport::ServerLimits{}.connections;
  return static_cast<std::uint32_t>(std::clamp(limit.rlim_cur, own + at_least, enough) - own);
}

double now_since_1970() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Without the place in Boost's source that system_error::what() carries.
std::string plain_text(const boost::system::system_error& error) {
  std::string text = error.what();
  const auto detail = text.rfind(error.code().what());
  if (detail != std::string::npos) text.replace(detail, std::string::npos, error.code().message());
  return text;
}

asio::awaitable<bool> flush(telemetry::Tracing& tracing) {
  co_return tracing.flush(asked_flush);
}

// Tells the log and the histogram, whichever there are.
struct Observers final : CallObserver {
  bool wants_texts() const override { return log.has_value(); }
  void served(const ServedCall& call) override {
    if (log) log->served(call);
    // Only an exemplar has a date.
    if (histogram) histogram->add(call, call.span.IsSampled() ? now_since_1970() : 0);
  }
  bool any() const { return log || histogram; }
  std::optional<CallLog> log{};
  std::optional<CallHistogram> histogram{};
};

// One service while it runs. The order of the members is the order of dependence: spans end into `tracing`, and the
// frames of coroutines that the io_context still holds go before it.
class Running {
 public:
  Running(const std::string& name, const ServiceCommon& common, std::unique_ptr<telemetry::Tracing> tracing,
          bool has_admin, const MakeApplication& make_application)
      : name_(common.service_name.empty() ? name : common.service_name),
        tracing_(std::move(tracing)),
        arrivals_(common.record_arrivals),
        application_(make_application(Host{io_, *tracing_})) {
    if (common.tracing.log.calls) observers_.log.emplace(common.tracing.log, common.tracing.redact, name_);
    if (has_admin) observers_.histogram.emplace();
    handler_ = make_mcp_handler(
        {name_, TRACETAX_VERSION}, *application_, &requests_, common.record_arrivals > 0 ? &arrivals_ : nullptr,
        observers_.any() ? &observers_ : nullptr, {common.allowed_origins, common.allowed_hosts});
  }

  void open(const std::vector<transport::Url>& urls, const ServiceCommon& common, const std::string& admin) {
    transport::ServerLimits limits;
    limits.message_bytes = common.max_message_bytes;
    limits.connections = most_connections();
    for (const auto& url : urls) {
      listeners_.push_back(transport::Listener::open(io_, url, limits, *handler_, [this] { stop(); }));
    }
    if (admin.empty()) return;
    admin_ = std::make_unique<AdminServer>(io_, admin,
                                           [this](AdminRequest request) { return answer_admin(std::move(request)); });
  }

  // Until it has been told to stop and has drained.
  void run() {
    const auto signals = on_stop_signal(io_, [this] { stop(); });
    std::exception_ptr failure;
    asio::co_spawn(io_, live(), [&](std::exception_ptr error) {
      failure = error;
      io_.stop();
    });
    io_.run();
    if (failure) std::rethrow_exception(failure);
    tracing_->flush(last_flush);
    // Calls that outlived the grace hold references into the application from frames that only the io_context can
    // destroy, which is after it: leave without unwinding.
    if (requests_.in_flight > 0) _exit(0);
  }

 private:
  void stop() {
    stopping_ = true;
    wake_.cancel();
  }

  asio::awaitable<void> live() {
    co_await application_->start();
    std::vector<std::string> urls;
    for (const auto& listener : listeners_) {
      listener->start();
      urls.push_back(listener->url());
    }
    std::fputs(ready_line(name_, urls, admin_ ? admin_->url() : std::string()).c_str(), stderr);
    while (!stopping_) {
      boost::system::error_code woken;
      co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    // One grace for all listeners together.
    const auto deadline = monotonic_now() + drain_grace;
    for (const auto& listener : listeners_) {
      co_await listener->drain(std::max(deadline - monotonic_now(), Nanos::zero()));
    }
    co_await application_->stop();
  }

  std::string families() const {
    std::string text = application_->metrics();
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    if (observers_.histogram) text += observers_.histogram->openmetrics();
    return text;
  }

  ServiceNumbers numbers() const { return {name_, tracing_->counts(), requests_, started_at_}; }

  asio::awaitable<AdminResponse> answer_admin(AdminRequest request) {
    AdminResponse response;
    const auto& path = request.target;
    const bool acts = path == "/flush" || path == "/arrivals";
    const bool known = acts || path == "/healthz" || path == "/metrics" || path == "/stats";
    if (!known) {
      response = {404, "text/plain; charset=utf-8",
                  "here are /healthz, /metrics, /stats, POST /flush and POST /arrivals\n"};
    } else if (request.method != (acts ? "POST" : "GET")) {
      response = {405, "text/plain; charset=utf-8", acts ? "POST only\n" : "GET only\n"};
    } else if (path == "/healthz") {
      response.body = "ok\n";
    } else if (path == "/metrics") {
      response = {200, openmetrics_type, openmetrics(numbers(), families())};
    } else if (path == "/stats") {
      response = {200, "application/json", stats_json(numbers())};
    } else if (path == "/arrivals") {
      response = {200, "application/json", arrivals_json(arrivals_.times, arrivals_.missed)};
      arrivals_.times.clear();
      arrivals_.missed = 0;
    } else {
      const bool flushed = co_await asio::co_spawn(pool_, flush(*tracing_), asio::use_awaitable);
      response = {200, "application/json", flush_json(flushed, tracing_->counts())};
    }
    co_return response;
  }

  const double started_at_ = now_since_1970();
  std::string name_;
  std::unique_ptr<telemetry::Tracing> tracing_;
  asio::io_context io_{1};
  asio::thread_pool pool_{1};  // for flushes, which block
  asio::steady_timer wake_{io_, Clock::time_point::max()};
  bool stopping_ = false;
  RequestCounts requests_{};
  ArrivalLog arrivals_;
  Observers observers_{};
  std::unique_ptr<Application> application_;
  std::unique_ptr<transport::Handler> handler_{};
  std::vector<std::unique_ptr<transport::Listener>> listeners_{};
  std::unique_ptr<AdminServer> admin_{};
};

}  // namespace

int run_service(const std::string& name, const ServiceOptions& options, ServiceCommon common,
                const MakeApplication& make_application) {
  std::signal(SIGPIPE, SIG_IGN);
  telemetry::install_log_handler();
  try {
    const auto urls = listen_urls(options, common);
    const bool speaks_stdio =
        std::ranges::any_of(urls, [](const transport::Url& url) { return url.kind == TransportKind::stdio; });
    const std::string& admin = options.admin.empty() ? common.admin : options.admin;
    Running service(name, common, start_tracing(name, common, !speaks_stdio), !admin.empty(), make_application);
    service.open(urls, common, admin);
    service.run();
    return 0;
  } catch (const UsageError& error) {
    report_failure(name, error.what());
    return 2;
  } catch (const std::invalid_argument& error) {
    report_failure(name, error.what());
    return 2;
  } catch (const ScenarioError&) {
    throw;
  } catch (const boost::system::system_error& error) {
    return report_failure(name, plain_text(error));
  } catch (const std::exception& error) {
    return report_failure(name, error.what());
  }
}

}  // namespace tracetax::service
