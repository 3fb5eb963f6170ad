#pragma once
// The shapes of what happens to spans on their way out, beside those of define_tracing.cc. Internal.

#include "harness/scenario/scalars.h"
#include "harness/scenario/tracing_config.h"

namespace tracetax::shapes {

Shape<std::vector<ExportHeader>> export_headers();
Shape<ExportTls> export_tls();
Shape<ExportRetry> export_retry();
Shape<RedactConfig> redact();
Shape<LogConfig> call_log();

// What several keys of an exporter mean together.
void check_exporter(Reading& reading, const Node& node, ExporterConfig& exporter);

// Written only where it differs from the default: services of an older commit (`programs` of an arm) do not know the
// key and would refuse it.
template <class T>
Field<T> where_given(Field<T> f) {
  f.write = [write = f.write](const T& value) {
    Json written = write(value);
    return written == write(T{}) ? Json() : written;
  };
  return f;
}

}  // namespace tracetax::shapes
