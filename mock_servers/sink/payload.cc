#include "mock_servers/sink/payload.h"

#include <algorithm>

#include <google/protobuf/arena.h>
#include <google/protobuf/unknown_field_set.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>
#include <zlib.h>

#include "mock_servers/sink/otlp_resource.h"

namespace tracetax::sink {

namespace {

namespace pb = google::protobuf;
namespace otlp = opentelemetry::proto;
using otlp::collector::trace::v1::ExportTraceServiceRequest;

// OTLP: ids of another length, and all zeros, are invalid.
template <class Key>
bool read_key(const std::string& bytes, Key& key) {
  if (bytes.size() != key.size()) return false;
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return std::any_of(key.begin(), key.end(), [](std::uint8_t byte) { return byte != 0; });
}

Parent parent_kind(std::uint32_t flags) {
  if ((flags & otlp::trace::v1::SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK) == 0) return Parent::unknown;
  return (flags & otlp::trace::v1::SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK) != 0 ? Parent::remote : Parent::local;
}

bool read_row(const otlp::trace::v1::Span& span, SpanRow& row) {
  if (!read_key(span.trace_id(), row.trace) || !read_key(span.span_id(), row.span)) return false;
  row.client = span.kind() == otlp::trace::v1::Span::SPAN_KIND_CLIENT;
  if (span.parent_span_id().empty()) return true;
  row.parent = parent_kind(span.flags());
  return read_key(span.parent_span_id(), row.parent_span);
}

ServiceBatch read_batch(const otlp::trace::v1::ResourceSpans& resource) {
  ServiceBatch batch;
  batch.service = service_name(resource.resource());
  // With the field's tag and length: so the shares of a protobuf request add up to it without rounding.
  const std::uint64_t size = resource.ByteSizeLong();
  batch.bytes = 1 + size;
  for (std::uint64_t rest = size;; rest >>= 7) {
    ++batch.bytes;
    if (rest < 0x80) break;
  }
  for (const auto& scope : resource.scope_spans()) {
    for (const auto& span : scope.spans()) {
      SpanRow row;
      if (read_row(span, row)) {
        batch.spans.push_back(row);
      } else {
        ++batch.invalid;
      }
    }
  }
  return batch;
}

// JSON requests, and protobuf with fields that we do not know: shares in proportion, the last takes what rounding left.
void share_out(std::uint64_t bytes, std::vector<ServiceBatch>& batches) {
  std::uint64_t sum = 0;
  for (const auto& batch : batches) sum += batch.bytes;
  if (sum == bytes || sum == 0) return;
  std::uint64_t rest = bytes;
  for (auto& batch : batches) {
    batch.bytes = static_cast<std::uint64_t>(static_cast<double>(bytes) * static_cast<double>(batch.bytes) /
                                             static_cast<double>(sum));
    batch.bytes = std::min(batch.bytes, rest);
    rest -= batch.bytes;
  }
  batches.back().bytes += rest;
}

}  // namespace

std::optional<Payload> from_protobuf(std::string body) {
  pb::UnknownFieldSet fields;
  if (!fields.ParseFromArray(body.data(), static_cast<int>(body.size()))) return {};
  for (int i = 0; i < fields.field_count(); ++i) {
    const auto& field = fields.field(i);
    const bool resource_spans = field.number() == ExportTraceServiceRequest::kResourceSpansFieldNumber;
    if (resource_spans && field.type() != pb::UnknownField::TYPE_LENGTH_DELIMITED) return {};
  }
  Payload payload;
  payload.bytes = body.size();
  payload.protobuf = std::move(body);
  return payload;
}

std::optional<std::vector<ServiceBatch>> decode(const Payload& payload) {
  pb::Arena arena;
  auto* const request = pb::Arena::CreateMessage<ExportTraceServiceRequest>(&arena);
  if (!request->ParseFromString(payload.protobuf)) return {};
  std::vector<ServiceBatch> batches;
  for (const auto& resource : request->resource_spans()) batches.push_back(read_batch(resource));
  if (!batches.empty()) share_out(payload.bytes, batches);
  return batches;
}

Cut drop_spans(Payload& payload, const std::function<std::uint64_t(std::uint64_t)>& how_many) {
  pb::Arena arena;
  auto* const request = pb::Arena::CreateMessage<ExportTraceServiceRequest>(&arena);
  if (!request->ParseFromString(payload.protobuf)) return {};
  Cut cut;
  for (const auto& resource : request->resource_spans()) {
    for (const auto& scope : resource.scope_spans()) cut.left += static_cast<std::uint64_t>(scope.spans_size());
  }
  const std::uint64_t wanted = std::min(how_many(cut.left), cut.left);
  for (int r = request->resource_spans_size() - 1; r >= 0; --r) {
    auto* const resource = request->mutable_resource_spans(r);
    for (int s = resource->scope_spans_size() - 1; s >= 0; --s) {
      auto* const spans = resource->mutable_scope_spans(s)->mutable_spans();
      while (cut.dropped < wanted && !spans->empty()) {
        spans->RemoveLast();
        ++cut.dropped;
      }
    }
  }
  cut.left -= cut.dropped;
  if (cut.dropped == 0) return cut;
  payload.protobuf = request->SerializeAsString();
  payload.bytes = payload.protobuf.size();
  return cut;
}

std::optional<std::string> gunzip(std::string_view compressed, std::uint64_t most) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return {};  // 15: the largest window; 16: gzip's header and trailer
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string text;
  int result = Z_OK;
  while (result == Z_OK && text.size() <= most) {
    const std::size_t filled = text.size();
    text.resize(std::max<std::size_t>(filled * 2, 64u << 10));
    stream.next_out = reinterpret_cast<Bytef*>(text.data() + filled);
    stream.avail_out = static_cast<uInt>(text.size() - filled);
    result = inflate(&stream, Z_NO_FLUSH);
    text.resize(text.size() - stream.avail_out);
  }
  const bool whole = result == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (!whole || text.size() > most) return {};
  return text;
}

}  // namespace tracetax::sink
