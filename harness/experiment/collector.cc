#include "harness/experiment/collector.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "harness/scenario/compose.h"
#include "harness/scenario/yaml_tree.h"

namespace tracetax {
namespace {

constexpr const char* our_id = "otlp/tracetax";
constexpr const char* metrics_id = "otlp/tracetax-metrics";
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

  CollectorSetup make(const CollectorEnds& ends) {
    Node* const pipelines = pipelines_node();
    if (const Entry* connectors = root_.find("connectors")) {
      for (const Entry& one : connectors->value.entries) connectors_.insert(one.key);
    }
    takes_metrics_ = !ends.metrics.empty();
    Node exporter = sender(ends.next, ends.next_tls);
    Node kept{Node::Kind::map};
    for (const Entry& pipeline : pipelines->entries) adapt(pipeline, kept, exporter);
    *pipelines = std::move(kept);
    put(root_, "receivers", map({{our_id, map({{"protocols", receiver(ends)}})}}));
    Node exporters = map({{our_id, std::move(exporter)}});
    if (sends_metrics_) put(exporters, metrics_id, sender(ends.metrics, ends.metrics_tls));
    if (drops_) put(exporters, dropping_id, Node{Node::Kind::map});
    put(root_, "exporters", std::move(exporters));
    leave_out(root_, "extensions");
    Node& service = root_.find("service")->value;
    leave_out(service, "extensions");
    put(service, "telemetry", map({{"metrics", own_metrics(ends.counters_port)}}));
    return {write_yaml(root_), std::move(notes_), std::move(shape_)};
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

  static std::string local(std::uint16_t port) { return fmt::format("127.0.0.1:{}", port); }

  static Node receiver(const CollectorEnds& ends) {
    Node protocols{Node::Kind::map};
    const auto add = [&](const char* protocol, std::uint16_t port) {
      if (port == 0) return;
      Node one = map({{"endpoint", scalar(local(port))}});
      if (const auto& tls = ends.receiver_tls) {
        Node files = map({{"cert_file", scalar(tls->cert)}, {"key_file", scalar(tls->key)}});
        if (!tls->ca.empty()) put(files, "client_ca_file", scalar(tls->ca));
        put(one, "tls", std::move(files));
      }
      put(protocols, protocol, std::move(one));
    };
    add("grpc", ends.port);
    add("http", ends.http_port);
    return protocols;
  }

  static Node sender(const std::string& to, const std::optional<CollectorTls>& tls) {
    Node files = map({{"insecure", scalar("true")}});
    if (tls) {
      files = map({{"ca_file", scalar(tls->ca)}});
      if (!tls->cert.empty()) {
        put(files, "cert_file", scalar(tls->cert));
        put(files, "key_file", scalar(tls->key));
      }
    }
    return map({{"endpoint", scalar(to)}, {"tls", std::move(files)}});
  }

  static Node own_metrics(std::uint16_t port) {
    if (port == 0) return map({{"level", scalar("none")}});
    Node prometheus = map({{"host", scalar("127.0.0.1")}, {"port", scalar(std::to_string(port))}});
    Node reader = map({{"pull", map({{"exporter", map({{"prometheus", std::move(prometheus)}})}})}});
    return map({{"level", scalar("normal")}, {"readers", list({std::move(reader)})}});
  }

  // How its counts are to be read (collector_counts.h).
  void note_shape(const Entry& pipeline) {
    ++shape_.trace_pipelines;
    for (const std::string& id : ids_of(find(pipeline, "processors"))) {
      const std::string type = type_of(id);
      if (type == "tail_sampling" || type == "groupbytrace") shape_.counts_no_spans = type;
      shape_.answers_early |= type == "batch" || type == "tail_sampling" || type == "groupbytrace";
      if (type == "memory_limiter" && shape_.answers_early) shape_.limits_late = true;
    }
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
      note_shape(pipeline);
      notes_.push_back(fmt::format("pipeline {}: receivers {} and exporters {} are replaced", pipeline.key,
                                   joined(receivers), joined(exporters)));
    } else if (to.empty() && takes_metrics_ && type_of(pipeline.key) == "metrics") {
      sends_metrics_ = true;
      to.push_back(scalar(metrics_id));
      notes_.push_back(fmt::format("pipeline {}: exporters {} are replaced", pipeline.key, joined(exporters)));
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
  void inherit(const std::vector<std::string>& ids, Node& exporter) {
    const Entry* const all = root_.find("exporters");
    if (all == nullptr) return;
    for (const std::string& id : ids) {
      const Entry* const one = type_of(id).starts_with("otlp") ? all->value.find(id) : nullptr;
      if (one == nullptr) continue;
      for (const char* key : {"timeout", "sending_queue", "retry_on_failure"}) {
        if (const Entry* const setting = one->value.find(key)) put(exporter, key, setting->value);
      }
      if (const Entry* const queue = one->value.find("sending_queue")) {
        const Entry* const enabled = queue->value.find("enabled");
        shape_.queues = enabled == nullptr || enabled->value.text != "false";
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
  bool takes_metrics_ = false;
  bool sends_metrics_ = false;
  CollectorShape shape_{};
  std::vector<std::string> notes_{};
};

}  // namespace

CollectorSetup set_up_collector(const std::filesystem::path& config, const CollectorEnds& ends) {
  Findings findings;
  const auto source = std::make_shared<const Source>(Source{config.string(), 0});
  std::optional<Node> root = parse_yaml(read_document(config), source, findings);
  throw_findings(std::move(findings));
  if (!root) root = Node{Node::Kind::map};
  return Setup(std::move(*root), config).make(ends);
}

}  // namespace tracetax
