#include "harness/experiment/collector.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include <fmt/format.h>

#include "harness/scenario/compose.h"
#include "harness/scenario/yaml_tree.h"

namespace tracetax {
namespace {

constexpr const char* our_id = "otlp/tracetax";
constexpr const char* dropping_id = "debug/tracetax";

Node scalar(std::string text) {
  Node node{Node::Kind::scalar};
  node.text = std::move(text);
  return node;
}

Node list(std::vector<Node> items) {
  Node node{Node::Kind::list};
  node.items = std::move(items);
  return node;
}

Node map(std::vector<std::pair<std::string, Node>> entries) {
  Node node{Node::Kind::map};
  for (auto& [key, value] : entries) node.entries.push_back({key, {}, std::move(value)});
  return node;
}

void put(Node& to, const std::string& key, Node value) {
  to.kind = Node::Kind::map;
  if (Entry* entry = to.find(key)) {
    entry->value = std::move(value);
  } else {
    to.entries.push_back({key, {}, std::move(value)});
  }
}

// "otlp/backend" is of the type otlp.
std::string type_of(const std::string& id) {
  return id.substr(0, id.find('/'));
}

std::vector<std::string> ids_of(const Node* node) {
  std::vector<std::string> ids;
  if (node != nullptr && node->kind == Node::Kind::list) {
    for (const Node& item : node->items) ids.push_back(item.text);
  }
  return ids;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

class Setup {
 public:
  Setup(Node root, std::filesystem::path file) : root_(std::move(root)), file_(std::move(file)) {}

  CollectorSetup make(std::uint16_t port, const std::string& next) {
    Node* const pipelines = pipelines_node();
    if (const Entry* connectors = root_.find("connectors")) {
      for (const Entry& one : connectors->value.entries) connectors_.insert(one.key);
    }
    Node exporter = map({{"endpoint", scalar(next)}, {"tls", map({{"insecure", scalar("true")}})}});
    Node kept{Node::Kind::map};
    for (const Entry& pipeline : pipelines->entries) adapt(pipeline, kept, exporter);
    *pipelines = std::move(kept);
    const std::string listen = fmt::format("127.0.0.1:{}", port);
    put(root_, "receivers",
        map({{our_id, map({{"protocols", map({{"grpc", map({{"endpoint", scalar(listen)}})}})}})}}));
    Node exporters = map({{our_id, std::move(exporter)}});
    if (drops_) put(exporters, dropping_id, Node{Node::Kind::map});
    put(root_, "exporters", std::move(exporters));
    leave_out(root_, "extensions");
    Node& service = root_.find("service")->value;
    leave_out(service, "extensions");
    put(service, "telemetry", map({{"metrics", map({{"level", scalar("none")}})}}));
    return {write_yaml(root_), std::move(notes_)};
  }

 private:
  Node* pipelines_node() {
    Entry* const service = root_.find("service");
    Entry* const pipelines = service ? service->value.find("pipelines") : nullptr;
    const auto is_traces = [](const Entry& entry) { return type_of(entry.key) == "traces"; };
    if (pipelines == nullptr || std::ranges::none_of(pipelines->value.entries, is_traces)) {
      Problem problem;
      problem.file = file_.string();
      problem.key = "service.pipelines";
      problem.what = "there is no pipeline of traces";
      problem.hint = "name the configuration of a Collector that receives traces";
      throw ScenarioError({problem});
    }
    return &pipelines->value;
  }

  void adapt(const Entry& pipeline, Node& kept, Node& exporter) {
    const std::vector<std::string> receivers = ids_of(find(pipeline, "receivers"));
    const std::vector<std::string> exporters = ids_of(find(pipeline, "exporters"));
    std::vector<Node> from;
    std::vector<Node> to;
    for (const std::string& id : receivers) {
      if (connectors_.contains(id)) from.push_back(scalar(id));
    }
    for (const std::string& id : exporters) {
      if (connectors_.contains(id)) to.push_back(scalar(id));
    }
    const bool traces = type_of(pipeline.key) == "traces";
    if (!traces && from.empty()) {
      notes_.push_back(fmt::format("pipeline {} is left out: it carries no traces", pipeline.key));
      return;
    }
    if (traces) {
      if (from.size() < receivers.size()) from.push_back(scalar(our_id));
      if (to.size() < exporters.size()) to.push_back(scalar(our_id));
      inherit(exporters, exporter);
      notes_.push_back(fmt::format("pipeline {}: receivers {} and exporters {} are replaced", pipeline.key,
                                   joined(receivers), joined(exporters)));
    } else if (to.empty()) {
      drops_ = true;
      to.push_back(scalar(dropping_id));
    }
    Node changed = pipeline.value;
    put(changed, "receivers", list(std::move(from)));
    put(changed, "exporters", list(std::move(to)));
    put(kept, pipeline.key, std::move(changed));
  }

  static const Node* find(const Entry& entry, std::string_view key) {
    const Entry* const found = entry.value.find(key);
    return found ? &found->value : nullptr;
  }

  // The way of sending is the user's: queue, retries, timeouts.
  void inherit(const std::vector<std::string>& ids, Node& exporter) const {
    const Entry* const all = root_.find("exporters");
    if (all == nullptr) return;
    for (const std::string& id : ids) {
      const Entry* const one = type_of(id).starts_with("otlp") ? all->value.find(id) : nullptr;
      if (one == nullptr) continue;
      for (const char* key : {"timeout", "sending_queue", "retry_on_failure"}) {
        if (const Entry* const setting = one->value.find(key)) put(exporter, key, setting->value);
      }
      if (const Entry* const setting = one->value.find("compression"); setting && setting->value.text == "gzip") {
        put(exporter, "compression", setting->value);
      }
      return;
    }
  }

  static void leave_out(Node& from, std::string_view key) {
    std::erase_if(from.entries, [&](const Entry& entry) { return entry.key == key; });
  }

  Node root_;
  std::filesystem::path file_;
  std::set<std::string> connectors_{};
  bool drops_ = false;
  std::vector<std::string> notes_{};
};

bool in_path(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::string_view rest = path ? path : "";
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    std::error_code ignored;
    if (std::filesystem::is_regular_file(std::filesystem::path(rest.substr(0, colon)) / program, ignored)) return true;
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  }
  return false;
}

}  // namespace

CollectorSetup set_up_collector(const std::filesystem::path& config, std::uint16_t port, const std::string& next) {
  Findings findings;
  const auto source = std::make_shared<const Source>(Source{config.string(), 0});
  std::optional<Node> root = parse_yaml(read_document(config), source, findings);
  throw_findings(std::move(findings));
  if (!root) root = Node{Node::Kind::map};
  return Setup(std::move(*root), config).make(port, next);
}

std::vector<std::string> collector_command(const CollectorTier& tier, const std::filesystem::path& config) {
  std::vector<std::string> command = tier.command;
  if (command.empty()) {
    const char* const given = std::getenv("TRACETAX_COLLECTOR");
    if (given != nullptr && *given != '\0') {
      command = {given};
    } else if (in_path("otelcol")) {
      command = {"otelcol"};
    } else {
      Problem problem;
      problem.file = "collector";
      problem.key = "command";
      problem.what = "no Collector was found";
      problem.hint = "give the tier a `command`, set TRACETAX_COLLECTOR, or build one: scripts/real_collector.sh";
      throw ScenarioError({problem});
    }
  }
  command.push_back("--config=" + config.string());
  return command;
}

}  // namespace tracetax
