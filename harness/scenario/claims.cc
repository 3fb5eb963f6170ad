#include "harness/scenario/claims.h"

#include <memory>
#include <set>

#include "harness/scenario/compose.h"
#include "harness/scenario/definitions.h"

namespace tracetax {
namespace {

using namespace shapes;

constexpr std::size_t most_claims = 200;

Shape<std::vector<std::string>> scenarios() {
  return one_or_list_of(text(200), 20, "scenarios");
}

Shape<ClaimSearch> search() {
  using S = ClaimSearch;
  using R = ClaimSearch::Rate;
  Field<R> calls = required(field<R>("rate", &R::rate, text(40), "of calls, for example 300/s"));
  calls.read = [](Reading& reading, const Node& node, R& out) {
    double checked = 0;
    rate(1e6).read(reading, node, checked);
    out.rate = node.text;
  };
  const auto one =
      record<R>({calls, required(field<R>("at_least", &R::at_least, share(), "what the largest ratio must be"))});
  return record<S>({
      required(field<S>("scenario", &S::scenario, text(200), "for `tracetax tune`, relative to this file")),
      required(field<S>("rates", &S::rates, list_of(one, 1, 20, "rates"), "of calls, each searched")),
  });
}

void check_scenarios(Reading& reading, const Node& node, std::string_view key, const ClaimsFile& claims,
                     const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const std::filesystem::path file = scenario_file(claims, name);
    std::error_code error;
    if (std::filesystem::is_regular_file(file, error)) continue;
    reading.finding_at(node, key, fmt::format("there is no scenario `{}`", name),
                       "looked for " + file.lexically_normal().string());
  }
}

Shape<Claim> claim(const std::filesystem::path& folder) {
  using C = Claim;
  const auto afterthought = [folder](Reading& reading, const Node& node, C& c) {
    ClaimsFile in;
    in.folder = folder;
    check_scenarios(reading, node, "run", in, c.run);
    check_scenarios(reading, node, "sampling", in, c.sampling);
    if (!c.tune.scenario.empty()) check_scenarios(reading, node, "tune", in, {c.tune.scenario});
    const bool measured = !c.run.empty() || !c.sampling.empty() || !c.tune.scenario.empty();
    if (measured && !c.not_measurable.empty()) {
      reading.finding_at(node, "not_measurable", "the claim names scenarios, too", "keep one of both");
    }
    if (!measured && c.not_measurable.empty() && reading.sound(reading.path())) {
      reading.finding(
          node.place, "nothing decides the claim",
          "name a scenario with `run:`, `sampling:` or `tune:`, or say why none can with `not_measurable:`");
    }
  };
  return record<C>(
      {
          required(field<C>("id", &C::id, name(), "what budgets and checks name it by")),
          required(field<C>("says", &C::says, text(), "the claim in its authors' words")),
          field<C>("threshold", &C::threshold, text(), "what is held against it, in words"),
          field<C>("run", &C::run, scenarios(), "scenarios for `tracetax run`, relative to this file"),
          field<C>("sampling", &C::sampling, scenarios(), "scenarios for `tracetax sampling`"),
          field<C>("tune", &C::tune, search(), "the largest ratio that a scenario's budgets allow, by rate of calls"),
          field<C>("not_measurable", &C::not_measurable, text(), "why no run can decide it"),
          field<C>("note", &C::note, text(), "what a reader must know beside the verdict"),
      },
      afterthought);
}

Shape<ClaimsFile> document(const std::filesystem::path& folder) {
  using F = ClaimsFile;
  const auto ids_once = [](Reading& reading, const Node& node, F& file) {
    std::set<std::string> seen;
    for (const Claim& one : file.claims) {
      if (!one.id.empty() && !seen.insert(one.id).second)
        reading.finding_at(node, "claims", fmt::format("`{}` is the id of two claims", one.id));
    }
  };
  return record<F>(
      {
          required(field<F>("version", &F::version, version(), "of this format, which is 1")),
          required(field<F>("system", &F::system, name(), "whose claims these are")),
          field<F>("title", &F::title, text(), "what the system is"),
          field<F>("source", &F::source, text(), "where the claims stand"),
          required(field<F>("claims", &F::claims, list_of(claim(folder), 1, most_claims, "claims"), "a list")),
      },
      ids_once);
}

}  // namespace

std::filesystem::path scenario_file(const ClaimsFile& claims, const std::string& scenario) {
  std::filesystem::path file = (claims.folder / scenario).lexically_normal();
  if (file.extension() != ".yaml") file += ".yaml";
  return file;
}

std::string claims_json_schema() {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "tracetax claims"},
              {"description", "Made from the definitions that the reader uses; docs/scoreboard.md is the reference"}};
  schema.update(document({}).schema());
  return schema.dump(1) + "\n";
}

ClaimsFile read_claims(const std::filesystem::path& file) {
  Findings findings;
  const std::string yaml = read_document(file);
  const auto source = std::make_shared<const Source>(Source{file.string(), 0});
  ClaimsFile claims;
  claims.folder = file.parent_path();
  if (const std::optional<Node> root = parse_yaml(yaml, source, findings)) {
    Reading reading(findings);
    document(claims.folder).read(reading, *root, claims);
  }
  throw_findings(std::move(findings));
  return claims;
}

}  // namespace tracetax
