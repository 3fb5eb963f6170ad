#pragma once
// Internal: includes protobuf.

#include <string>

#include <opentelemetry/proto/resource/v1/resource.pb.h>

namespace tracetax::sink {

// The name is what OpenTelemetry has SDKs say when they were told none.
inline std::string service_name(const opentelemetry::proto::resource::v1::Resource& resource) {
  for (const auto& attribute : resource.attributes()) {
    if (attribute.key() == "service.name") return attribute.value().string_value();
  }
  return "unknown_service";
}

}  // namespace tracetax::sink
