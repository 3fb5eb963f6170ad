// YAML events to a tree. The events are used instead of yaml-cpp's own nodes because those keep both of two equal keys,
// forget where a key stands, and have no bounds.

#include <algorithm>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "harness/scenario/yaml_tree.h"

namespace tracetax {
namespace {

// Ends the parse; what it says is already among the findings.
struct Abandoned {};

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, std::shared_ptr<const Source> source, Findings& findings)
      : text_(text), source_(std::move(source)), findings_(findings) {
    line_starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') line_starts_.push_back(i + 1);
    }
  }

  std::optional<Node> root() { return std::move(root_); }
  Place place(const YAML::Mark& mark);

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_) give_up(mark, "a second document begins here", "keep one document in a file");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(start(mark, Node::Kind::null), anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag, "tag:yaml.org,2002:seq");
    open(start(mark, Node::Kind::list), anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check_tag(mark, tag, "tag:yaml.org,2002:map");
    open(start(mark, Node::Kind::map), anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor;
    std::optional<Entry> key{};   // read, its value still to come
    bool key_merges = false;      // it is <<
    std::vector<Entry> merged{};  // from <<; the map's own keys win
  };

  [[noreturn]] void give_up(const YAML::Mark& mark, std::string what, std::string hint = {}) {
    add_finding(findings_, place(mark), {}, std::move(what), std::move(hint));
    throw Abandoned{};
  }
  Node start(const YAML::Mark& mark, Node::Kind kind) {
    count(mark, 1);
    Node node;
    node.kind = kind;
    node.place = place(mark);
    return node;
  }
  void count(const YAML::Mark& mark, std::size_t nodes) {
    nodes_ += nodes;
    if (nodes_ > max_nodes) {
      give_up(mark, fmt::format("more than {} values, counting what aliases repeat", max_nodes),
              "no scenario is that large; look for nested aliases");
    }
  }
  void check_tag(const YAML::Mark& mark, const std::string& tag, std::string_view usual) {
    if (tag.empty() || tag == "?" || tag == "!" || tag == usual) return;
    add_finding(findings_, place(mark), {}, "unknown tag `" + tag + "`", "remove the tag");
  }
  void open(Node node, YAML::anchor_t anchor) {
    if (frames_.size() >= max_depth) {
      add_finding(findings_, node.place, {}, fmt::format("nested more than {} levels deep", max_depth));
      throw Abandoned{};
    }
    frames_.push_back({std::move(node), anchor});
  }
  void close();
  void add(Node node, YAML::anchor_t anchor);
  void add_key(Node node);
  void add_entry(Frame& frame, Node value);
  void merge(Frame& frame, const Node& value);
  std::string path_to(const std::string& key) const;
  void check_quotes(const YAML::Mark& mark);

  std::string_view text_;
  std::shared_ptr<const Source> source_;
  Findings& findings_;
  std::vector<std::size_t> line_starts_{};
  std::vector<Frame> frames_{};
  std::map<YAML::anchor_t, Node> anchors_{};
  std::optional<Node> root_{};
  std::size_t nodes_ = 0;
  struct Counted {
    int line = -1;
    std::size_t bytes = 0;
    std::ptrdiff_t characters = 0;
  } counted_{};
};

std::size_t weight(const Node& node) {
  std::size_t sum = 1;
  for (const Node& item : node.items) sum += weight(item);
  for (const Entry& entry : node.entries) sum += weight(entry.value);
  return sum;
}

Place TreeBuilder::place(const YAML::Mark& mark) {
  if (mark.line < 0 || static_cast<std::size_t>(mark.line) >= line_starts_.size()) return {source_, 0, 0};
  // yaml-cpp counts columns in bytes. Places come in order, so a long line is counted once and not for each of its
  // values.
  const auto column = static_cast<std::size_t>(std::max(mark.column, 0));
  if (mark.line != counted_.line || column < counted_.bytes) counted_ = {mark.line, 0, 0};
  const std::size_t from = line_starts_[static_cast<std::size_t>(mark.line)] + counted_.bytes;
  const std::string_view added = text_.substr(std::min(from, text_.size()), column - counted_.bytes);
  counted_.characters +=
      std::ranges::count_if(added, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  counted_.bytes = column;
  return {source_, mark.line + 1, static_cast<int>(counted_.characters) + 1};
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) give_up(mark, "the alias stands inside what it refers to");
  count(mark, weight(found->second));
  add(found->second, 0);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  const bool is_text = tag == "!" || tag == "tag:yaml.org,2002:str";
  if (!is_text) {
    const bool core = tag == "tag:yaml.org,2002:int" || tag == "tag:yaml.org,2002:float" ||
                      tag == "tag:yaml.org,2002:bool" || tag == "tag:yaml.org,2002:null";
    check_tag(mark, tag, core ? tag : "?");
  }
  if (tag == "!") check_quotes(mark);
  Node node = start(mark, Node::Kind::scalar);
  node.text = value;
  node.quoted = is_text;
  add(std::move(node), anchor);
}

// yaml-cpp 0.7 takes the end of the file for the closing quote.
void TreeBuilder::check_quotes(const YAML::Mark& mark) {
  const std::string_view rest = text_.substr(std::min(static_cast<std::size_t>(mark.pos), text_.size()));
  if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    const bool escapes = rest.front() == '"' ? rest[i] == '\\' : rest.substr(i, 2) == "''";
    if (escapes) {
      ++i;
    } else if (rest[i] == rest.front()) {
      return;
    }
  }
  give_up(mark, "is not YAML: the quote that begins here is not closed");
}

std::string TreeBuilder::path_to(const std::string& key) const {
  std::string path;
  for (const Frame& outer : frames_) {
    if (outer.node.kind == Node::Kind::list) path += std::to_string(outer.node.items.size()) + ".";
    if (outer.key) path += outer.key->key + ".";
  }
  return path + key;
}

void TreeBuilder::close() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  for (Entry& entry : frame.merged) {
    if (!frame.node.find(entry.key)) frame.node.entries.push_back(std::move(entry));
  }
  add(std::move(frame.node), frame.anchor);
}

void TreeBuilder::add(Node node, YAML::anchor_t anchor) {
  if (anchor != 0) {
    count(YAML::Mark::null_mark(), weight(node));
    anchors_[anchor] = node;
  }
  if (frames_.empty()) {
    root_ = std::move(node);
  } else if (Frame& frame = frames_.back(); frame.node.kind == Node::Kind::list) {
    frame.node.items.push_back(std::move(node));
  } else if (!frame.key) {
    add_key(std::move(node));
  } else {
    add_entry(frame, std::move(node));
  }
}

void TreeBuilder::add_key(Node node) {
  if (node.kind != Node::Kind::scalar) {
    add_finding(findings_, node.place, {}, "a key must be a word, got " + describe(node));
    node.text.clear();
  }
  frames_.back().key_merges = node.text == "<<" && !node.quoted;
  frames_.back().key = Entry{node.text, node.place, {}};
}

void TreeBuilder::add_entry(Frame& frame, Node value) {
  Entry entry = std::move(*frame.key);
  frame.key.reset();
  if (frame.key_merges) {
    merge(frame, value);
    return;
  }
  // The mark of a value that is not there is somewhere on a later line.
  if (value.kind == Node::Kind::null) value.place = entry.place;
  if (const Entry* first = frame.node.find(entry.key)) {
    add_finding(findings_, entry.place, path_to(entry.key),
                fmt::format("is here twice, first in line {}", first->place.line), "keep one of the two");
    return;
  }
  entry.value = std::move(value);
  frame.node.entries.push_back(std::move(entry));
}

void TreeBuilder::merge(Frame& frame, const Node& value) {
  const std::vector<Node> one{value};
  for (const Node& from : value.kind == Node::Kind::list ? value.items : one) {
    if (from.kind != Node::Kind::map) {
      add_finding(findings_, from.place, path_to("<<"), "must be a map or a list of maps, got " + describe(from));
      continue;
    }
    // Of several maps the first that has a key gives it.
    for (const Entry& entry : from.entries) {
      if (std::ranges::find(frame.merged, entry.key, &Entry::key) == frame.merged.end()) frame.merged.push_back(entry);
    }
  }
}

// Length of the valid UTF-8 sequence at the front; 0: there is none (RFC 3629: no overlong forms, no surrogates).
std::size_t utf8_sequence(std::string_view s) {
  const auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0u) == 0x80u; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return continues(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const bool bad = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) > 0x9f);
    return continues(1) && continues(2) && !bad ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const bool bad = (lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) > 0x8f);
    return continues(1) && continues(2) && continues(3) && !bad ? 4 : 0;
  }
  return 0;
}

// False, with a finding, for what is no text.
bool is_text(std::string_view text, const std::shared_ptr<const Source>& source, Findings& findings) {
  if (text.size() > max_document_bytes) {
    add_finding(findings, {source}, {}, fmt::format("larger than {} KiB", max_document_bytes / 1024),
                "this is not a scenario file");
    return false;
  }
  Place place{source, 1, 1};
  for (std::size_t i = 0; i < text.size(); ++place.column) {
    const std::size_t length = utf8_sequence(text.substr(i));
    if (text[i] == '\0') {
      add_finding(findings, place, {}, "a zero byte: this is a binary file, or text in UTF-16",
                  "save the file as UTF-8 text");
      return false;
    }
    if (length == 0) {
      add_finding(findings, place, {}, fmt::format("byte 0x{:02x} is not UTF-8", static_cast<unsigned char>(text[i])),
                  "save the file as UTF-8 text");
      return false;
    }
    if (text[i] == '\n') {
      ++place.line;
      place.column = 0;
    }
    i += length;
  }
  return true;
}

bool is_indented_with_tab(std::string_view text, int line) {
  for (; line > 0 && text.find('\n') != std::string_view::npos; --line) text.remove_prefix(text.find('\n') + 1);
  return text.substr(0, text.find_first_not_of(" \t")).find('\t') != std::string_view::npos;
}

std::string hint_for(const YAML::Exception& error, std::string_view text) {
  using namespace YAML::ErrorMsg;
  const std::string& message = error.msg;
  if (message == TAB_IN_INDENTATION || is_indented_with_tab(text, error.mark.line))
    return "indent with blanks, not with tabs";
  if (message == MAP_VALUE || message == MAP_KEY)
    return "check the indentation; put quotes around a text that has `: `";
  if (message == END_OF_MAP_FLOW) return "a `{` is not closed, or a comma is missing";
  if (message == END_OF_SEQ_FLOW) return "a `[` is not closed, or a comma is missing";
  if (message == END_OF_MAP || message == END_OF_SEQ) return "check the indentation of this line and the one before";
  if (message == EOF_IN_SCALAR) return "a quote is not closed";
  if (message == UNKNOWN_TOKEN) return "put quotes around a text that begins with a special character";
  return {};
}

}  // namespace

std::optional<Node> parse_yaml(const std::string& text, std::shared_ptr<const Source> source, Findings& findings) {
  if (!is_text(text, source, findings)) return std::nullopt;
  std::string_view body = text;
  if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);  // byte order mark, not counted in columns
  TreeBuilder builder(body, source, findings);
  try {
    std::istringstream in{std::string(body)};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Abandoned&) {
    return std::nullopt;
  } catch (const YAML::Exception& error) {
    const bool deep = error.msg == YAML::ErrorMsg::BAD_FILE;  // what its depth guard says
    add_finding(findings, builder.place(error.mark), {}, deep ? "nested too deeply" : "is not YAML: " + error.msg,
                deep ? "" : hint_for(error, body));
    return std::nullopt;
  }
  std::optional<Node> root = builder.root();
  if (root) return root;
  Node nothing;
  nothing.place = {source};
  return nothing;
}

}  // namespace tracetax
