#include "reports/page.h"

#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/base/text.h"
#include "reports/act.h"
#include "reports/html_page.h"
#include "reports/words.h"

namespace tracetax::page {
namespace {

using Json = nlohmann::ordered_json;

constexpr int digits_of_large = 7;

constexpr const char* made_anew = "\n  hint: remove the file; tracetax report FOLDER makes it anew from the trials";

Json details_of(const std::string& text) {
  if (text.empty()) return nullptr;
  Json details;
  try {
    details = Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw std::runtime_error(std::string("details.json: not JSON: ") + error.what() + made_anew);
  }
  constexpr std::string_view schema = "tracetax.details/1";
  if (!details.is_object() || details.value("schema", std::string{}) != schema) {
    throw std::runtime_error("details.json: its schema is not \"" + std::string(schema) +
                             "\": written by another version of tracetax" + made_anew);
  }
  return details;
}

Json budgets(const Result& result) {
  Json all = Json::array();
  for (const BudgetResult& budget : result.budgets) {
    const Comparison* comparison = words::comparison_of(result, budget);
    all.push_back({{"title", words::metric_title(budget)},
                   {"sentence", words::sentence(result, budget)},
                   {"explanation", words::explanation(result, budget)},
                   {"act", words::act(result, budget)},
                   {"control", comparison ? words::value(budget.metric, comparison->control_value) : "–"},
                   {"treatment", comparison ? words::value(budget.metric, comparison->treatment_value) : "–"},
                   {"estimate", words::budget_estimate(budget)},
                   {"interval", words::budget_interval(budget)},
                   {"limit", words::limit(budget)},
                   {"room", words::room(budget)}});
  }
  return all;
}

Json checks(const Result& result) {
  Json all = Json::array();
  for (const CheckResult& check : result.checks) {
    all.push_back({{"title", words::check_title(check)},
                   {"expected", words::check_expected(check)},
                   {"observed", words::check_value(check, check.observed)},
                   {"interval", words::check_interval(check)},
                   {"act", words::act(result, check)}});
  }
  return all;
}

Json comparisons(const Result& result) {
  Json all = Json::array();
  for (const Comparison& c : result.comparisons) {
    all.push_back(
        {{"title", words::metric_title(c)},
         {"control", words::value(c.metric, c.control_value)},
         {"treatment", words::value(c.metric, c.treatment_value)},
         {"absolute", words::difference(c.metric, c.absolute.estimate)},
         {"absolute_interval", words::interval(c.metric, c.absolute.low, c.absolute.high)},
         {"relative", c.relative ? words::relative(c.relative->estimate) : "–"},
         {"relative_interval", c.relative ? words::relative_interval(c.relative->low, c.relative->high) : "–"}});
  }
  return all;
}

Json words_of(const Result& result) {
  Json all;
  all["headline"] = words::headline(result);
  all["tally"] = result.budgets.empty() && result.checks.empty() ? std::string{} : words::tally(result);
  all["state"] = result.valid ? to_string(result.verdict) : "invalid";
  all["confidence"] = words::confidence(result);
  all["plan"] = words::plan_line(result);
  all["load"] = result.load_description;
  all["latency_caption"] = words::latency_caption(result);
  all["environment"] = words::environment_line(result.environment);
  all["started"] = format_utc(result.started_at_unix_s);
  all["took"] = words::duration(result.duration);
  all["seed"] = std::to_string(result.seed);
  all["budgets"] = budgets(result);
  all["checks"] = checks(result);
  all["comparisons"] = comparisons(result);
  all["arms"] = Json::array();
  for (const ArmSummary& arm : result.arms)
    all["arms"].push_back({{"calls", words::calls_line(arm.calls)}, {"spans", words::spans_line(arm)}});
  all["reading"] = Json::array();
  for (const words::Meaning& entry : words::reading(result))
    all["reading"].push_back({{"word", entry.word}, {"meaning", entry.meaning}});
  return all;
}

// Doubles of a measurement are noise beyond their first digits, and noise does not compress.
void round_doubles(Json& json) {
  if (json.is_number_float()) {
    json = std::strtod(fmt::format("{:.{}g}", json.get<double>(), digits_of_large).c_str(), nullptr);
  } else if (json.is_structured()) {
    for (Json& element : json) round_doubles(element);
  }
}

std::string text_of(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string result_document(const Result& result, const std::string& details_json) {
  Json document;
  document["kind"] = "result";
  document["version"] = TRACETAX_VERSION;
  document["result"] = Json::parse(write_result_json(result));
  document["words"] = words_of(result);
  document["details"] = details_of(details_json);
  std::string text = text_of(document);
  if (text.size() <= html::packed_above) return text;
  round_doubles(document);
  document["digits"] = digits_of_large;
  return text_of(document);
}

}  // namespace tracetax::page
