#include "harness/load/call_bytes.h"

#include <algorithm>

#include "harness/base/ensure.h"
#include "harness/mcp/tools.h"

namespace tracetax {

CallTable::CallTable(const Load& load) : targets_(call_targets(load)) {
  ensure(targets_.size() <= most_call_names, "a sample can tell the calls apart");
  std::map<std::string, std::uint8_t, std::less<>> index;
  for (std::size_t i = 0; i < targets_.size(); ++i)
    index.emplace(call_name(targets_[i].kind, targets_[i].name), static_cast<std::uint8_t>(i));
  std::size_t next = 0;
  for (const CallSpec& call : load.calls) {
    Spec& spec = specs_.emplace_back();
    spec.recorded = call.recorded;
    if (call.recorded) {
      for (const RecordedCall& one : call.recorded->calls) {
        spec.names.push_back(index.at(call_name(one.kind, one.name)));
        next = std::max<std::size_t>(next, spec.names.back() + 1u);
      }
      continue;
    }
    spec.name = static_cast<std::uint8_t>(next++);
    ArgumentTemplate arguments(call.arguments_json, call.lines,
                               call.prompt.empty() ? Numbers::as_numbers : Numbers::as_texts);
    if (arguments.varies()) {
      spec.arguments = std::move(arguments);
    } else {
      std::string text;
      arguments.render(text, 0, 0);
      spec.fixed = mcp::Json::parse(text);
    }
  }
}

std::uint8_t CallTable::name_of(std::uint8_t spec, std::uint32_t item) const {
  const Spec& one = specs_[spec];
  return one.recorded ? one.names[item] : one.name;
}

CallBytes::CallBytes(const RequestStyle& style, const CallTable& table, const MirroringSchemas& mirrors)
    : table_(table), fixed_(table.specs_.size()), frames_(table.targets_.size()) {
  const auto schema_of = [&](const CallTarget& target) {
    const auto found = target.kind == CallKind::tool ? mirrors.find(target.name) : mirrors.end();
    return found == mirrors.end() ? mcp::Json() : found->second;
  };
  const auto make_frame = [&](std::uint8_t name) {
    const CallTarget& target = table.targets_[name];
    if (!frames_[name]) frames_[name].emplace(style, target, schema_of(target));
  };
  for (std::size_t i = 0; i < table.specs_.size(); ++i) {
    const CallTable::Spec& spec = table.specs_[i];
    for (const std::uint8_t name : spec.names) make_frame(name);
    if (spec.arguments) make_frame(spec.name);
    if (table.varies(static_cast<std::uint8_t>(i))) continue;
    const CallTarget& target = table.targets_[spec.name];
    const mcp::Json schema = schema_of(target);
    const mcp::HeaderFields mirrored =
        schema.is_null() ? mcp::HeaderFields() : mcp::mirrored_arguments(schema, spec.fixed).headers;
    fixed_[i].emplace(style, target.name, spec.fixed, mirrored, target.kind);
  }
}

std::string_view CallBytes::fill(std::uint8_t spec, std::uint32_t item, std::int64_t id, std::uint64_t draw,
                                 std::uint64_t number) {
  if (fixed_[spec]) return fixed_[spec]->fill(id, draw);
  const CallTable::Spec& one = table_.specs_[spec];
  const RequestFrame& frame = *frames_[table_.name_of(spec, item)];
  if (one.recorded) return frame.fill(buffer_, id, draw, one.recorded->calls[item].arguments_json);
  arguments_.clear();
  one.arguments->render(arguments_, draw, number);
  return frame.fill(buffer_, id, draw, arguments_);
}

}  // namespace tracetax
