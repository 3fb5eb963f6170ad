#include "mock_servers/tool_server/tools.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "harness/base/ensure.h"
#include "harness/base/rng.h"

namespace tracetax::tool_server {
namespace {

using mcp::Json;

// Bounds of what a caller may ask for: a wait holds only a timer, but spinning holds the whole process.
constexpr double most_sleep_ms = 600'000;
constexpr double most_spin_us = 1'000'000;
// The far tail of a configured distribution; every caller has given up long before.
constexpr Nanos longest_work = std::chrono::hours(24);

Json object_schema(const char* property, Json type) {
  return {{"type", "object"},
          {"properties", {{property, std::move(type)}}},
          {"required", Json::array({property})},
          {"additionalProperties", false}};
}

Json number_schema(double most) {
  return {{"type", "number"}, {"minimum", 0}, {"maximum", most}};
}

Json tool_json(const std::string& name, const std::string& description, Json schema) {
  return {{"name", name}, {"description", description}, {"inputSchema", std::move(schema)}};
}

Json built_in_tools() {
  return Json::array(
      {tool_json("echo", "Answers with the text it is given.", object_schema("text", {{"type", "string"}})),
       tool_json("sleep", "Waits without using the CPU.", object_schema("ms", number_schema(most_sleep_ms))),
       tool_json("spin", "Uses the CPU.", object_schema("us", number_schema(most_spin_us)))});
}

bool is_built_in(std::string_view name) {
  return name == "echo" || name == "sleep" || name == "spin";
}

std::string filler(std::uint64_t bytes) {
  constexpr std::string_view pattern = "tracetax ";
  std::string text;
  text.reserve(bytes);
  while (text.size() < bytes) text.append(pattern.substr(0, bytes - text.size()));
  return text;
}

mcp::ErrorObject refusal(std::string what) {
  return {mcp::invalid_params, std::move(what)};
}

// The only argument of a built-in tool. Empty: absent or accompanied by others, as its schema forbids.
const Json* only_argument(const Json& params, const char* name) {
  const auto arguments = params.find("arguments");
  if (arguments == params.end() || arguments->size() != 1) return nullptr;
  const auto value = arguments->find(name);
  return value == arguments->end() ? nullptr : &*value;
}

std::optional<double> number_in(const Json* value, double most) {
  if (value == nullptr || !value->is_number()) return {};
  const double number = value->get<double>();
  if (!(number >= 0 && number <= most)) return {};
  return number;
}

std::variant<Work, mcp::ErrorObject> plan_echo(const Json& params) {
  const Json* text = only_argument(params, "text");
  if (text == nullptr || !text->is_string()) return refusal("echo takes {\"text\": string} and nothing else");
  Work work;
  work.text = text->get<std::string>();
  return work;
}

std::variant<Work, mcp::ErrorObject> plan_sleep(const Json& params) {
  const auto ms = number_in(only_argument(params, "ms"), most_sleep_ms);
  if (!ms) return refusal("sleep takes {\"ms\": number from 0 to 600000} and nothing else");
  Work work;
  work.total = Nanos(std::llround(*ms * 1e6));
  work.text = fmt::format("slept {} ms", *ms);
  return work;
}

std::variant<Work, mcp::ErrorObject> plan_spin(const Json& params) {
  const auto us = number_in(only_argument(params, "us"), most_spin_us);
  if (!us) return refusal("spin takes {\"us\": number from 0 to 1000000} and nothing else");
  Work work;
  work.compute = Nanos(std::llround(*us * 1e3));
  work.text = fmt::format("spun {} us", *us);
  return work;
}

}  // namespace

Work plan_work(const ToolSpec& tool, std::uint64_t draw) {
  Work work;
  const Nanos drawn = service_time_quantile(tool.service_time, uniform_from_bits(derive_seed({draw, 1})));
  const Nanos service = std::min(drawn, longest_work);
  work.compute = Nanos(std::llround(static_cast<double>(service.count()) * tool.cpu_share));
  work.total = service + std::min(tool.added_delay, longest_work);
  work.when_sampled = std::min(tool.added_delay_sampled, longest_work);
  work.fails = uniform_from_bits(derive_seed({draw, 2})) < tool.error_rate;
  work.text = work.fails ? std::string("failed, as configured") : filler(tool.response_bytes);
  work.inner_spans = tool.inner_spans;
  if (!tool.llm.model.empty()) work.llm = &tool.llm;
  if (!tool.steps.empty()) work.steps = &tool.steps;
  return work;
}

Catalog::Catalog(std::vector<ToolSpec> tools) {
  Json all = built_in_tools();
  const auto replaced = [&tools](const Json& built_in) {
    const std::string name = built_in["name"];
    return std::ranges::any_of(tools, [&](const ToolSpec& tool) { return tool.name == name; });
  };
  Json listed = Json::array();
  for (const auto& built_in : all) {
    if (!replaced(built_in)) listed.push_back(built_in);
  }
  for (auto& tool : tools) {
    const std::string description = tool.description.empty() ? "A mock tool." : tool.description;
    listed.push_back(tool_json(tool.name, description, {{"type", "object"}}));
    auto name = tool.name;
    const bool fresh = configured_.emplace(std::move(name), std::move(tool)).second;
    ensure(fresh, "the configuration's reader lets no tool's name through twice");
  }
  list_ = std::move(listed);
}

const ToolSpec* Catalog::configured(std::string_view name) const {
  const auto found = configured_.find(name);
  return found == configured_.end() ? nullptr : &found->second;
}

std::variant<Work, mcp::ErrorObject> Catalog::plan(const Json& params, std::uint64_t draw) const {
  const auto& name = params.at("name").get_ref<const std::string&>();
  if (const ToolSpec* tool = configured(name)) return plan_work(*tool, draw);
  if (!is_built_in(name)) return refusal("no tool '" + name + "': tools/list names those there are");
  if (name == "echo") return plan_echo(params);
  return name == "sleep" ? plan_sleep(params) : plan_spin(params);
}

}  // namespace tracetax::tool_server
