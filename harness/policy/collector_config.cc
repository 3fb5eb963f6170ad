#include "harness/policy/collector_config.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "harness/policy/reader.h"

namespace tracetax::policy {
namespace {

std::string_view type_of(std::string_view name) {
  return name.substr(0, name.find('/'));
}
bool samples(std::string_view name) {
  return type_of(name) == "tail_sampling" || type_of(name) == "probabilistic_sampler";
}

class FileReader {
 public:
  FileReader(const Node& root, CollectorConfig& config, const Environment& environment, Findings& findings)
      : root_(root), config_(config), reader_(config, environment, findings) {}

  void read();

 private:
  struct Names {
    std::string pipeline;
    std::vector<std::string> processors{};
  };
  void read_part();
  std::vector<Names> read_service(const Node& service);
  void check_names(const Entry& list, const std::vector<std::string>& names);
  void read_pipeline(const Names& names);
  Processor read_processor(const std::string& name, const Node& node, const LookedAt& later);
  void look_for_unused(const Entry& processors);
  void look_for_next(const Entry& pipelines);

  const Node& root_;
  CollectorConfig& config_;
  Reader reader_;
  std::map<std::string, Processor> samplers_{};  // read once, though several pipelines may use them
};

void FileReader::read() {
  if (!reader_.reading.expect(root_, Node::Kind::map, "a Collector's configuration")) return;
  const Entry* const service = root_.find("service");
  if (!service) {
    read_part();
    return;
  }
  const std::vector<Names> pipelines = read_service(service->value);
  const auto inside = reader_.reading.inside("processors");
  for (const Names& names : pipelines) read_pipeline(names);
  if (const Entry* const processors = root_.find("processors")) look_for_unused(*processors);
}

// Only the samplers, as documents and charts show them.
void FileReader::read_part() {
  Pipeline pipeline{"traces", {}};
  for (const Entry& entry : root_.entries) {
    if (!samples(entry.key)) continue;
    const auto inside = reader_.reading.inside(entry.key);
    pipeline.processors.push_back(read_processor(entry.key, entry.value, {}));
  }
  if (pipeline.processors.empty()) {
    reader_.reading.finding_at(root_, "service", "is missing", "this is no configuration of a Collector");
  }
  config_.pipelines.push_back(std::move(pipeline));
}

std::vector<FileReader::Names> FileReader::read_service(const Node& service) {
  std::vector<Names> all;
  const auto inside_service = reader_.reading.inside("service");
  const Entry* const pipelines = service.find("pipelines");
  if (!pipelines) {
    reader_.reading.finding_at(service, "pipelines", "is missing", "the Collector runs nothing without pipelines");
    return all;
  }
  const auto inside_pipelines = reader_.reading.inside("pipelines");
  if (!reader_.reading.expect(pipelines->value, Node::Kind::map, "a map")) return all;
  for (const Entry& entry : pipelines->value.entries) {
    if (type_of(entry.key) != "traces") continue;
    const auto inside = reader_.reading.inside(entry.key);
    Names& names = all.emplace_back(Names{entry.key});
    const Entry* const list = entry.value.find("processors");
    if (!list || list->value.kind == Node::Kind::null) continue;
    const auto inside_list = reader_.reading.inside("processors");
    reader_.texts(reader_.resolved(list->value), names.processors);
    check_names(*list, names.processors);
  }
  if (all.empty()) {
    reader_.reading.finding(pipelines->place, "has no pipeline for traces", "such as traces: { processors: [...] }");
  }
  look_for_next(*pipelines);
  return all;
}

void FileReader::check_names(const Entry& list, const std::vector<std::string>& names) {
  const Entry* const processors = root_.find("processors");
  std::vector<std::string_view> known;
  if (processors) {
    for (const Entry& entry : processors->value.entries) known.emplace_back(entry.key);
  }
  for (const std::string& name : names) {
    if (std::ranges::find(known, name) != known.end()) continue;
    reader_.reading.finding(list.place, fmt::format("`{}` is not among the processors of the file", name),
                            shapes::hint_towards(name, known));
  }
}

void FileReader::read_pipeline(const Names& names) {
  Pipeline pipeline{names.pipeline, {}};
  const Entry* const processors = root_.find("processors");
  // From the end, because what a processor does matters only to those after it.
  LookedAt later;
  for (auto name = names.processors.rbegin(); name != names.processors.rend(); ++name) {
    const Entry* const definition = processors ? processors->value.find(*name) : nullptr;
    if (!definition) continue;
    const auto inside = reader_.reading.inside(*name);
    Processor processor = read_processor(*name, definition->value, later);
    add_looked_at(processor, later);
    pipeline.processors.insert(pipeline.processors.begin(), std::move(processor));
  }
  config_.pipelines.push_back(std::move(pipeline));
}

Processor FileReader::read_processor(const std::string& name, const Node& node, const LookedAt& later) {
  if (!samples(name)) return read_other(reader_, name, node, later);
  const auto known = samplers_.find(name);
  if (known != samplers_.end()) return known->second;
  const Node values = reader_.resolved(node);
  Processor processor{name, {}};
  if (type_of(name) == "tail_sampling") {
    processor.work = read_tail_sampling(reader_, values);
  } else {
    processor.work = read_head_sampling(reader_, values);
  }
  return samplers_.emplace(name, std::move(processor)).first->second;
}

void FileReader::look_for_unused(const Entry& processors) {
  for (const Entry& entry : processors.value.entries) {
    if (!samples(entry.key) || samplers_.contains(entry.key)) continue;
    const auto inside = reader_.reading.inside(entry.key);
    reader_.note(entry.place, "is in no pipeline for traces, so it samples nothing");
  }
}

// What a connector hands on to another pipeline is sampled there once more.
void FileReader::look_for_next(const Entry& pipelines) {
  const Entry* const connectors = root_.find("connectors");
  if (!connectors) return;
  const auto lists = [](const Entry& pipeline, std::string_view key, std::string_view name) {
    const Entry* const list = pipeline.value.find(key);
    return list && std::ranges::find(list->value.items, name, &Node::text) != list->value.items.end();
  };
  for (const Entry& connector : connectors->value.entries) {
    for (const Entry& from : pipelines.value.entries) {
      for (const Entry& to : pipelines.value.entries) {
        const bool traces = type_of(from.key) == "traces" && type_of(to.key) == "traces";
        if (!traces || !lists(from, "exporters", connector.key) || !lists(to, "receivers", connector.key)) continue;
        const auto inside = reader_.reading.inside(from.key);
        reader_.unknown(from.place, fmt::format("goes on in pipeline `{}` by way of `{}`, which is looked at apart",
                                                to.key, connector.key));
      }
    }
  }
}

// Of the file; a processor in several pipelines is spoken of once.
void in_order(std::vector<Remark>& remarks) {
  std::ranges::stable_sort(remarks, {}, &Remark::line);
  const auto again = std::ranges::unique(remarks, {}, &Remark::text);
  remarks.erase(again.begin(), again.end());
}

CollectorConfig load(const std::string& text, const std::string& name, const Environment& environment) {
  CollectorConfig config;
  Findings findings;
  const auto source = std::make_shared<Source>(Source{name, 0});
  const std::optional<Node> root = parse_yaml(text, source, findings);
  if (root) FileReader(*root, config, environment, findings).read();
  throw_findings(std::move(findings));
  in_order(config.unknown);
  in_order(config.notes);
  return config;
}

}  // namespace

std::string Remark::text() const {
  return fmt::format("{}:{}: {}{}{}", file, line, key, key.empty() ? "" : ": ", what);
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* const value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
}

CollectorConfig load_collector_config_text(const std::string& text, const std::string& name,
                                           const Environment& environment) {
  return load(text, name, environment);
}

CollectorConfig load_collector_config(const std::filesystem::path& file, const Environment& environment) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in || !text) {
    Findings findings;
    add_finding(findings, {std::make_shared<Source>(Source{file.string(), 0}), 0, 0}, "", "cannot be read",
                "is the path right?");
    throw_findings(std::move(findings));
  }
  return load(text.str(), file.string(), environment);
}

}  // namespace tracetax::policy
