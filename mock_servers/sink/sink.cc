#include "mock_servers/sink/sink.h"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "mock_servers/common/admin.h"
#include "mock_servers/sink/forwarder.h"
#include "mock_servers/sink/grpc_receiver.h"
#include "mock_servers/sink/http_receiver.h"
#include "mock_servers/sink/report_text.h"
#include "mock_servers/sink/store.h"
#include "mock_servers/sink/traces_json.h"

namespace tracetax::sink {

namespace {

namespace asio = boost::asio;
using service::AdminRequest;
using service::AdminResponse;

// Decoding happens on the admin's own thread; receivers have theirs.
AdminResponse set_fault(const std::string& body, Faults& faults) {
  std::string problem;
  const auto plan = parse_fault(body, problem);
  if (!plan) return {400, "text/plain; charset=utf-8", problem + "\n"};
  faults.set(*plan, monotonic_now());
  return {200, "application/json", fault_json(*plan)};
}

AdminResponse answer(const AdminRequest& request, Store& store, Faults& faults, const Forwarder* forwarder) {
  const std::string& path = request.target;
  const bool post =
      path == "/flush" || path == "/collect" || path == "/take" || path == "/take-collected" || path == "/fault";
  const bool known = post || path == "/healthz" || path == "/metrics" || path == "/stats" || path == "/traces" ||
                     path == "/forwarded" || path == "/counters";
  AdminResponse response;
  if (!known) {
    response = {404, "text/plain; charset=utf-8",
                "here are /healthz, /metrics, /stats, /traces, /forwarded, /counters, POST /flush, POST /collect, POST "
                "/take, POST /take-collected, POST /fault\n"};
  } else if (request.method != (post ? "POST" : "GET")) {
    response = {405, "text/plain; charset=utf-8", post ? "POST only\n" : "GET only\n"};
  } else if (path == "/healthz") {
    response.body = "ok\n";
  } else if (path == "/metrics") {
    response = {200, service::openmetrics_type, openmetrics(store.totals(), store.held_bytes(), faults.counts())};
  } else if (path == "/stats") {
    response = {200, "application/json",
                stats_json(store.totals(), store.held_bytes(), faults.counts(), faults.current(monotonic_now()).mode)};
  } else if (path == "/forwarded") {
    response = {200, "application/json", forwarded_json(forwarder ? forwarder->counts() : ForwardCounts{})};
  } else if (path == "/counters") {
    response = {200, "application/json", counters_json(store.counters().report())};
  } else if (path == "/traces") {
    response = {200, "application/json", traces_json(store.payloads())};
  } else if (path == "/flush") {
    response = {200, "application/json", flush_json(store.flush())};
  } else if (path == "/fault") {
    response = set_fault(request.body, faults);
  } else if (path == "/take") {
    response = {200, "application/octet-stream", frames(store.take_raw())};
  } else if (path == "/take-collected") {
    response = {200, "application/octet-stream", frames(store.take_collected())};
  } else {
    response = {200, "application/json", collect_json(store.collect(request.body == "keep"))};
  }
  return response;
}

asio::awaitable<AdminResponse> answer_later(AdminRequest request, Store& store, Faults& faults,
                                            const Forwarder* forwarder) {
  co_return answer(request, store, faults, forwarder);
}

}  // namespace

int run_sink(const SinkOptions& options) {
  try {
    const bool tls = std::ranges::any_of(options.listen, &ListenAt::tls);
    const TlsPems pems = tls ? read_tls(options.tls) : TlsPems{};
    std::unique_ptr<Forwarder> forwarder;
    std::function<void(const std::string&)> pass_on;
    if (options.forward) {
      forwarder = std::make_unique<Forwarder>(*options.forward);
      pass_on = [&forwarder](const std::string& protobuf) { forwarder->forward(protobuf); };
    }
    Store store(options.max_bytes, pass_on);
    Faults faults;
    asio::io_context io{1};
    std::vector<std::unique_ptr<GrpcReceiver>> grpc;
    std::vector<std::unique_ptr<HttpReceiver>> http;
    std::vector<std::string> urls;
    for (const ListenAt& where : options.listen) {
      if (where.protocol == ListenAt::Protocol::grpc) {
        urls.push_back(grpc.emplace_back(std::make_unique<GrpcReceiver>(where, store, faults, pems))->url());
      } else {
        urls.push_back(http.emplace_back(std::make_unique<HttpReceiver>(where, store, faults, pems))->url());
      }
    }
    std::unique_ptr<service::AdminServer> admin;
    if (!options.admin.empty()) {
      admin = std::make_unique<service::AdminServer>(io, options.admin, [&](AdminRequest request) {
        return answer_later(std::move(request), store, faults, forwarder.get());
      });
    }
    // Without an admin endpoint nothing else keeps the loop alive: the signals do.
    const auto signals = service::on_stop_signal(io, [&io] { io.stop(); });
    std::fputs(service::ready_line("otlp-sink", urls, admin ? admin->url() : std::string()).c_str(), stderr);
    io.run();
    return 0;
  } catch (const std::invalid_argument& error) {
    service::report_failure("otlp-sink", error.what());
    return 2;
  } catch (const std::exception& error) {
    return service::report_failure("otlp-sink", error.what());
  }
}

}  // namespace tracetax::sink
