// scenarios/schema.json and budgets.schema.json are what the definitions say, and docs/scenario.md names every key that
// they have.

#include <cstdlib>
#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/scenario/claims.h"
#include "harness/scenario/load_scenario.h"
#include "harness/scenario/metric.h"

namespace tracetax {
namespace {

using Json = nlohmann::json;

std::string read(const std::string& file) {
  std::ifstream in(TRACETAX_SOURCE_DIR "/" + file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void collect_keys(const Json& schema, std::set<std::string>& keys) {
  if (schema.is_array()) {
    for (const Json& item : schema) collect_keys(item, keys);
  } else if (schema.is_object()) {
    for (const auto& [key, value] : schema.items()) {
      if (key == "properties") {
        for (const auto& [name, property] : value.items()) keys.insert(name);
      }
      if (key != "default") collect_keys(value, keys);
    }
  }
}

TEST(Schema, TheCommittedFileIsTheGeneratedOne) {
  const std::string file = TRACETAX_SOURCE_DIR "/scenarios/schema.json";
  if (std::getenv("TRACETAX_UPDATE_GOLDEN")) std::ofstream(file, std::ios::binary) << scenario_json_schema();
  EXPECT_EQ(read("scenarios/schema.json"), scenario_json_schema());
}

TEST(Schema, TheCommittedOneOfBudgetsFilesIsTheGeneratedOne) {
  const std::string file = TRACETAX_SOURCE_DIR "/scenarios/budgets.schema.json";
  if (std::getenv("TRACETAX_UPDATE_GOLDEN")) std::ofstream(file, std::ios::binary) << budgets_json_schema();
  EXPECT_EQ(read("scenarios/budgets.schema.json"), budgets_json_schema());
  const Json whole = Json::parse(scenario_json_schema()).at("$defs").at("whole").at("properties");
  const Json budgets = Json::parse(budgets_json_schema()).at("properties");
  EXPECT_EQ(budgets.at("budgets").at("items"), whole.at("budgets").at("items"));
  EXPECT_EQ(budgets.at("checks").at("items"), whole.at("checks").at("items"));
}

TEST(Schema, TheCommittedOneOfClaimsFilesIsTheGeneratedOne) {
  const std::string file = TRACETAX_SOURCE_DIR "/scenarios/claims.schema.json";
  if (std::getenv("TRACETAX_UPDATE_GOLDEN")) std::ofstream(file, std::ios::binary) << claims_json_schema();
  EXPECT_EQ(read("scenarios/claims.schema.json"), claims_json_schema());
}

TEST(Schema, DescribesEveryKeyAndForbidsAllOthers) {
  const Json whole = Json::parse(scenario_json_schema()).at("$defs").at("whole");
  EXPECT_EQ(whole.at("additionalProperties"), false);
  EXPECT_EQ(whole.at("required"), (Json{"version", "name", "topology", "load", "arms"}));
  EXPECT_EQ(whole.at("properties").at("plan").at("properties").at("window").at("default"), "5s");
  for (const auto& [name, property] : whole.at("properties").items()) {
    EXPECT_FALSE(property.at("description").get<std::string>().empty()) << name;
  }
}

TEST(ScenarioReference, NamesEveryKeyAndEveryMetric) {
  const std::string docs = read("docs/scenario.md");
  std::set<std::string> keys;
  collect_keys(Json::parse(scenario_json_schema()), keys);
  EXPECT_GT(keys.size(), 60U);
  for (const std::string& key : keys) EXPECT_NE(docs.find("`" + key + "`"), std::string::npos) << key;
  for (const MetricInfo& metric : all_metrics()) {
    const std::string family(metric.name.substr(0, metric.name.find('.')));
    EXPECT_NE(docs.find(family), std::string::npos) << metric.name;
  }
}

}  // namespace
}  // namespace tracetax
