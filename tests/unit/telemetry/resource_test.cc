#include <gtest/gtest.h>
#include <opentelemetry/nostd/variant.h>

#include "harness/telemetry/sdk_parts.h"
#include "tests/unit/telemetry/scoped_environment.h"

namespace tracetax::telemetry {
namespace {

std::string attribute(const opentelemetry::sdk::resource::Resource& resource, const std::string& key) {
  const auto found = resource.GetAttributes().find(key);
  return found == resource.GetAttributes().end() ? "-" : opentelemetry::nostd::get<std::string>(found->second);
}

TEST(Resource, SaysWhoTheServiceIs) {
  const auto resource = make_resource({"mcp-gateway", "0.1.0"});
  EXPECT_EQ(attribute(resource, "service.name"), "mcp-gateway");
  EXPECT_EQ(attribute(resource, "service.version"), "0.1.0");
  EXPECT_EQ(attribute(resource, "service.namespace"), "mcp");
  EXPECT_EQ(attribute(resource, "telemetry.sdk.language"), "cpp");
  EXPECT_EQ(attribute(resource, "telemetry.sdk.name"), "opentelemetry");
  EXPECT_EQ(attribute(make_resource({"x"}), "service.version"), "-");
}

TEST(Resource, TheEnvironmentReplacesDefaultsAndNotTheConfiguredName) {
  const ScopedEnvironment environment{"OTEL_RESOURCE_ATTRIBUTES",
                                      "deployment.environment.name=lab,service.namespace=mine,service.name=attribute"};
  const auto configured = make_resource({"mcp-gateway", "0.1.0"});
  EXPECT_EQ(attribute(configured, "service.name"), "mcp-gateway");
  EXPECT_EQ(attribute(configured, "service.namespace"), "mine");
  EXPECT_EQ(attribute(configured, "deployment.environment.name"), "lab");
  EXPECT_EQ(attribute(configured, "service.version"), "0.1.0");
  const Identity unnamed{.service_name = "mcp-gateway", .default_name = true};
  EXPECT_EQ(attribute(make_resource(unnamed), "service.name"), "attribute");
  const ScopedEnvironment name{"OTEL_SERVICE_NAME", "checkout"};
  EXPECT_EQ(attribute(make_resource(unnamed), "service.name"), "checkout");
  EXPECT_EQ(attribute(make_resource({"mcp-gateway"}), "service.name"), "mcp-gateway");
}

TEST(Resource, IsRedactedOnceForAllSpans) {
  const ScopedEnvironment environment{"OTEL_RESOURCE_ATTRIBUTES", "owner=a@b.cd,db.password=hunter2,kept=x"};
  RedactConfig config;
  config.keys = {"password"};
  config.patterns = {"email"};
  const auto resource = make_resource({"mcp-gateway"}, Redactor(config));
  EXPECT_EQ(attribute(resource, "owner"), "***");
  EXPECT_EQ(attribute(resource, "db.password"), "***");
  EXPECT_EQ(attribute(resource, "kept"), "x");
  EXPECT_EQ(attribute(resource, "service.name"), "mcp-gateway");
}

}  // namespace
}  // namespace tracetax::telemetry
