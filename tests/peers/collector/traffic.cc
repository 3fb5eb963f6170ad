#include "traffic.h"

#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include "harness/base/rng.h"

namespace tracetax::test {
namespace {

namespace proto = opentelemetry::proto;
using Request = proto::collector::trace::v1::ExportTraceServiceRequest;

constexpr std::uint64_t start_ns = 1'700'000'000'000'000'000;
constexpr std::uint64_t ms = 1'000'000;

std::string eight_bytes(std::uint64_t value) {
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) bytes[7 - i] = static_cast<char>(value >> (8 * i));
  return bytes;
}

void set(google::protobuf::RepeatedPtrField<proto::common::v1::KeyValue>& to, const std::string& key,
         const std::string& text) {
  auto* const one = to.Add();
  one->set_key(key);
  one->mutable_value()->set_string_value(text);
}

proto::trace::v1::ScopeSpans* scope_of(Request& request, const std::string& service) {
  auto* const resource = request.add_resource_spans();
  set(*resource->mutable_resource()->mutable_attributes(), "service.name", service);
  return resource->add_scope_spans();
}

proto::trace::v1::Span* add(proto::trace::v1::ScopeSpans& scope, std::uint64_t number, std::uint64_t id,
                            const std::string& name, std::uint64_t duration_ms) {
  auto* const span = scope.add_spans();
  span->set_trace_id(eight_bytes(mix64(number)) + eight_bytes(mix64(number + (std::uint64_t{1} << 32))));
  span->set_span_id(eight_bytes(number * 8 + id));
  if (id > 1) span->set_parent_span_id(eight_bytes(number * 8 + id - 1));
  span->set_name(name);
  span->set_start_time_unix_nano(start_ns + id);
  span->set_end_time_unix_nano(start_ns + id + duration_ms * ms);
  return span;
}

}  // namespace

Kind kind_of(std::uint64_t number) {
  constexpr Kind kinds[] = {Kind::plain, Kind::error, Kind::plain, Kind::slow,     Kind::plain,
                            Kind::plain, Kind::error, Kind::plain, Kind::critical, Kind::plain};
  return kinds[number % 10];
}

std::string request_of(std::uint64_t first, std::uint64_t count, Part part) {
  Request request;
  auto* const router = part == Part::rest ? nullptr : scope_of(request, "mcp-router");
  auto* const tools = part == Part::root ? nullptr : scope_of(request, "tools");
  for (std::uint64_t number = first; number < first + count; ++number) {
    const Kind kind = kind_of(number);
    const std::uint64_t duration = kind == Kind::slow ? 1500 : 20;
    if (router) {
      auto* const root = add(*router, number, 1, "stdio.read", duration);
      if (kind == Kind::critical) set(*root->mutable_attributes(), "mcp.critical_operation", "true");
      add(*router, number, 2, "gateway.request", duration - 1);
    }
    if (tools) {
      auto* const call = add(*tools, number, 3, "tools/call lookup", duration - 2);
      if (kind == Kind::error) call->mutable_status()->set_code(proto::trace::v1::Status::STATUS_CODE_ERROR);
    }
  }
  return request.SerializeAsString();
}

}  // namespace tracetax::test
