#include "tests/unit/sink/requests.h"

#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>
#include <zlib.h>

namespace tracetax::sink {

std::string request_bytes(const std::vector<TestSpan>& spans) {
  opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest request;
  std::string service;
  for (const TestSpan& one : spans) {
    if (request.resource_spans_size() == 0 || one.service != service) {
      service = one.service;
      auto* const resource = request.add_resource_spans();
      if (!service.empty()) {
        auto* const attribute = resource->mutable_resource()->add_attributes();
        attribute->set_key("service.name");
        attribute->mutable_value()->set_string_value(service);
      }
      resource->add_scope_spans();
    }
    auto* const span = request.mutable_resource_spans()->rbegin()->mutable_scope_spans(0)->add_spans();
    span->set_trace_id(std::string(15, '\x07') + static_cast<char>(one.trace));
    span->set_span_id(std::string(7, '\0') + static_cast<char>(one.span));
    if (one.parent != 0) span->set_parent_span_id(std::string(7, '\0') + static_cast<char>(one.parent));
    span->set_flags(one.flags);
    span->set_name(one.name);
    if (one.client) span->set_kind(opentelemetry::proto::trace::v1::Span::SPAN_KIND_CLIENT);
    span->set_start_time_unix_nano(1000u + one.span);
    span->set_end_time_unix_nano(2000u + one.span);
  }
  return request.SerializeAsString();
}

Payload request(const std::vector<TestSpan>& spans) {
  Payload payload;
  payload.protobuf = request_bytes(spans);
  payload.bytes = payload.protobuf.size();
  return payload;
}

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace tracetax::sink
