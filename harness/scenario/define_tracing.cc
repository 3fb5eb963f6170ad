#include "harness/scenario/define_export.h"
#include "harness/scenario/definitions.h"
#include "harness/scenario/tracing_config.h"

namespace tracetax {
namespace {

constexpr std::array<std::pair<ExporterType, std::string_view>, 4> exporter_words{
    {{ExporterType::otlp_grpc, "otlp_grpc"},
     {ExporterType::otlp_http, "otlp_http"},
     {ExporterType::console, "console"},
     {ExporterType::none, "none"}}};

template <class Words, class E>
std::string_view word_for(const Words& words, E value) {
  for (const auto& [candidate, word] : words) {
    if (candidate == value) return word;
  }
  return {};
}

}  // namespace

std::string_view to_string(ExporterType type) {
  return word_for(exporter_words, type);
}

namespace shapes {
namespace {

Shape<ExporterConfig> exporter() {
  std::vector<std::pair<std::string, ExporterType>> words;
  for (const auto& [type, text] : exporter_words) words.emplace_back(text, type);
  words.emplace_back("stdout", ExporterType::console);
  const auto duration_above_0 = duration(Zero::refused);
  using E = ExporterConfig;
  return record<E>(
      {
          field<E>("type", &E::type, word(words), "where spans go; `none` makes spans and drops them"),
          field<E>("endpoint", &E::endpoint, url({"http", "https"}),
                   "an OTLP receiver; without it the harness's own sink, or OTEL_EXPORTER_OTLP_ENDPOINT"),
          field<E>("timeout", &E::timeout, duration_above_0, "of one export"),
          field<E>("gzip", &E::gzip, boolean(), "compress what is exported"),
          where_given(field<E>("headers", &E::headers, export_headers(), "sent with every export")),
          where_given(field<E>("tls", &E::tls, export_tls(), "of an endpoint that begins with https")),
          where_given(field<E>("retry", &E::retry, export_retry(), "what an export that failed does")),
      },
      check_exporter);
}

Shape<BatchConfig> batch() {
  using B = BatchConfig;
  constexpr std::uint64_t most_spans = 10'000'000;
  const auto check = [](Reading& reading, const Node& node, const B& b) {
    if (b.size <= b.queue || !reading.sound(reading.path())) return;
    const bool size_given = node.find("size") != nullptr;
    reading.finding_at(node, size_given ? "size" : "queue",
                       size_given ? fmt::format("must be at most the queue of {}, got `{}`", b.queue, b.size)
                                  : fmt::format("must hold one export of {} spans, got `{}`", b.size, b.queue),
                       size_given ? "lower `size` or raise `queue`" : "give a smaller `size` too");
  };
  return record<B>(
      {
          field<B>("queue", &B::queue, whole<std::uint64_t>(1, most_spans), "spans held before new ones are dropped"),
          field<B>("size", &B::size, whole<std::uint64_t>(1, most_spans), "spans that one export carries at most"),
          field<B>("delay", &B::delay, duration(Zero::refused), "longest time between two exports"),
          field<B>("export_timeout", &B::export_timeout, duration(Zero::refused), "for one export with its retries"),
      },
      check);
}

Shape<PropagationConfig> propagation() {
  using P = PropagationConfig;
  return record<P>({
      field<P>("meta", &P::meta, boolean(), "write context into params._meta of each MCP message"),
      field<P>("headers", &P::headers, boolean(), "write context into HTTP and WebSocket handshake headers"),
  });
}

}  // namespace

Shape<TracingConfig> tracing() {
  using T = TracingConfig;
  const auto names = word<SpanNames>({{"mcp_bridge", SpanNames::mcp_bridge}, {"conventions", SpanNames::conventions}});
  return record<T>({
      field<T>("sampler", &T::sampler, sampler(), "which traces are kept: a word, or a map with `type`"),
      field<T>("exporter", &T::exporter, exporter(), "where spans go"),
      field<T>("batch", &T::batch, batch(), "the batch span processor; the defaults are the SDK's"),
      where_given(field<T>("redact", &T::redact, redact(), "masked before spans leave the process, and in log lines")),
      where_given(field<T>("log", &T::log, call_log(), "log lines with the ids of spans")),
      field<T>("propagation", &T::propagation, propagation(), "which carriers a caller writes context to"),
      field<T>("span_names", &T::span_names, names,
               "mcp_bridge: as the MCP Bridge text names spans; conventions: OpenTelemetry's for MCP"),
  });
}

}  // namespace shapes
}  // namespace tracetax
