#include "harness/results/sample.h"
#include "harness/sampling/contract.h"
#include "harness/scenario/compose.h"
#include "harness/scenario/definitions.h"

namespace tracetax {
namespace {

using namespace shapes;

Shape<std::string> one_word(std::vector<std::string> words) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& one : words) pairs.emplace_back(one, one);
  return word<std::string>(pairs);
}

Shape<ExpectedSpan> expected_span() {
  using E = ExpectedSpan;
  // Made only when there are children to read: a shape that held itself would have no end.
  Field<E> children{"children",
                    "spans whose parent is this one",
                    false,
                    [](Reading& reading, const Node& node, E& span) {
                      list_of(expected_span(), 0, 500, "spans").read(reading, node, span.children);
                    },
                    [](const E&) { return Json(); },
                    [] {
                      return Json{{"type", "array"}};
                    }};
  return record<E>({
      field<E>("service", &E::service, text(), "service.name; * stands for any text"),
      required(field<E>("name", &E::name, text(), "of the span; * stands for any text")),
      field<E>("kind", &E::kind, one_word({"internal", "server", "client", "producer", "consumer"}), "of the span"),
      field<E>("status", &E::status, one_word({"unset", "ok", "error"}), "of the span"),
      field<E>("attributes", &E::attributes, texts_by_name(), "that the span must have; * stands for any text"),
      field<E>("resource", &E::resource, texts_by_name(), "attributes that its resource must have"),
      field<E>("optional", &E::optional, boolean(), "it may be missing"),
      children,
  });
}

Shape<ExpectedTrace> expected_trace() {
  using T = ExpectedTrace;
  const auto others = word<bool>({{"allowed", true}, {"refused", false}});
  std::vector<std::string> outcomes;
  for (std::size_t i = 0; i < outcome_count; ++i) outcomes.emplace_back(to_string(static_cast<Outcome>(i)));
  return record<T>({
      field<T>("tool", &T::tool, name(), "for calls of this tool alone"),
      field<T>("outcome", &T::outcome, one_word(outcomes), "for calls with this outcome alone"),
      field<T>("others", &T::others, others, "whether spans that are not named here are allowed"),
      required(field<T>("spans", &T::spans, list_of(expected_span(), 1, 500, "spans"),
                        "those without a parent in the trace, with their children")),
  });
}

struct Document {
  std::uint32_t version = 1;
  std::vector<ExpectedTrace> traces{};
};

Shape<Document> document() {
  using D = Document;
  return record<D>(
      {required(field<D>("version", &D::version, whole<std::uint32_t>(1, 1), "of this format, which is 1")),
       required(field<D>("traces", &D::traces, list_of(expected_trace(), 1, 200, "traces"),
                         "what traces of which calls must have"))});
}

}  // namespace

Contract read_contract(const std::filesystem::path& file) {
  Findings findings;
  const std::string text = read_document(file);
  const auto source = std::make_shared<const Source>(Source{file.string(), 0});
  Contract contract;
  if (const std::optional<Node> root = parse_yaml(text, source, findings)) {
    Reading reading(findings);
    Document read;
    document().read(reading, *root, read);
    contract.traces = std::move(read.traces);
  }
  throw_findings(std::move(findings));
  return contract;
}

}  // namespace tracetax
