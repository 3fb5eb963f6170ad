// Checks of what the services say of themselves, need, and answer.
#include "harness/scenario/check_kinds.h"

namespace tracetax::shapes {
namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 40;

Shape<TraceBytesCheck> trace_bytes() {
  using T = TraceBytesCheck;
  const auto in_order = [](Reading& reading, const Node& node, const T& check) {
    if (check.least <= check.most || !reading.sound(reading.path())) return;
    reading.finding_at(node, "least",
                       fmt::format("must be at most `most`, which is {}, got `{}`", check.most, check.least));
  };
  return record<T>(
      {
          arm_field<T>(),
          field<T>("least", &T::least, bytes(most_bytes), "OTLP bytes of a kept trace in the mean, at least"),
          required(field<T>("most", &T::most, bytes(most_bytes), "OTLP bytes of a kept trace in the mean, at most")),
      },
      in_order);
}

Shape<LatencyBelowCheck> latency_below() {
  using L = LatencyBelowCheck;
  const auto inside = [](Reading& reading, const Node& node, const L& check) {
    if (check.quantile < 1 || !reading.sound(reading.path())) return;
    reading.finding_at(node, "quantile", "must be below 1: the slowest of all calls to come is not known",
                       "write 0.95 for the 95th percentile");
  };
  return record<L>(
      {
          arm_field<L>(),
          field<L>("quantile", &L::quantile, share(Zero::refused), "of the calls' latency"),
          required(field<L>("max", &L::most, duration(Zero::refused), "what it must be below")),
      },
      inside);
}

}  // namespace

std::vector<CheckKind> service_check_kinds() {
  using M = MemoryBoundCheck;
  return {
      check_kind<MetricsAgreeCheck>("metrics_agree", true, record<MetricsAgreeCheck>({arm_field<MetricsAgreeCheck>()})),
      check_kind<IdsInLogsCheck>("ids_in_logs", true, record<IdsInLogsCheck>({arm_field<IdsInLogsCheck>()})),
      check_kind<M>("memory_bound", false,
                    record<M>({
                        arm_field<M>(),
                        field<M>("service", &M::service, name(), "one service instead of each"),
                        required(field<M>("max", &M::most, bytes(most_bytes),
                                          "by which its memory may grow while the fault lasts and after it")),
                    })),
      check_kind<TraceBytesCheck>("trace_bytes", false, trace_bytes()),
      check_kind<LatencyBelowCheck>("latency_below", false, latency_below()),
      check_kind<ExporterRunsCheck>(
          "exporter_runs", true,
          record<ExporterRunsCheck>({field<ExporterRunsCheck>("arm", &ExporterRunsCheck::arm, name(),
                                                              "one arm instead of every one with a sampler")})),
  };
}

}  // namespace tracetax::shapes
