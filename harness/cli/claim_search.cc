#include "harness/cli/claim_search.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/results/files.h"

namespace tracetax::cli {
namespace {

using Json = nlohmann::json;

double number_or(const Json& object, const char* key, double otherwise) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_number() ? otherwise : found->get<double>();
}

CheckResult check_of(const Json* search, const ClaimSearch::Rate& rate, const std::string& claim) {
  CheckResult check;
  check.name = "largest_ratio";
  check.arm = rate.rate;
  check.expects = "at least";
  check.expected = rate.at_least;
  check.ids = {claim};
  if (search == nullptr) {
    check.detail = "not searched at this rate";
    return check;
  }
  const std::string end = search->at("end").get<std::string>();
  check.low = number_or(*search, "safe", 0);
  check.high = number_or(*search, "unsafe", 1);
  check.observed = number_or(*search, "crossing", number_or(*search, "x", check.low));
  check.observed = std::clamp(check.observed, check.low, std::max(check.low, check.high));
  // What was asked is all that is known: where the largest lies within the interval was not searched.
  if (end == "reaches") check.observed = check.low;
  if (end == "below") check.observed = check.high;
  const bool has_safe = search->contains("safe") && search->at("safe").is_number();
  const bool has_unsafe = search->contains("unsafe") && search->at("unsafe").is_number();
  if (end == "not valid" || end == "interrupted") {
    check.detail = "the search is " + end;
    return check;
  }
  if (has_safe && check.low >= rate.at_least) {
    check.verdict = Verdict::within;
  } else if (has_unsafe && check.high <= rate.at_least) {  // `unsafe` itself breaks a budget
    check.verdict = Verdict::exceeded;
  }
  check.detail = fmt::format("search: {}, {} probes", end, search->at("points").size());
  return check;
}

}  // namespace

Result result_of_search(const std::filesystem::path& folder, const ClaimSearch& search, const std::string& claim) {
  Json document;
  try {
    document = Json::parse(read_file(folder / "tune.json"));
    Result result;
    result.name = document.at("name").get<std::string>();
    for (const ClaimSearch::Rate& rate : search.rates) {
      const Json* found = nullptr;
      for (const Json& one : document.at("searches")) {
        if (one.value("rate", "") == rate.rate) found = &one;
      }
      result.checks.push_back(check_of(found, rate, claim));
      if (found == nullptr) continue;
      result.duration += Nanos(found->at("duration_ns").get<std::int64_t>());
      for (const Json& point : found->at("points")) result.blocks_done += point.at("blocks").get<std::uint32_t>();
      if (found->at("end") == "interrupted") result.finished = false;
      if (found->at("end") == "not valid") {
        result.valid = false;
        result.failures.push_back(fmt::format("at {}: the search is not valid", rate.rate));
      }
    }
    return result;
  } catch (const Json::exception& error) {
    throw std::runtime_error((folder / "tune.json").string() + ": " + error.what());
  }
}

}  // namespace tracetax::cli
