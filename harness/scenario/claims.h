#pragma once
// What a system's authors say their tracing costs or does, and which scenarios decide each claim: a YAML file beside
// the scenarios (docs/scoreboard.md).

#include <filesystem>
#include <string>
#include <vector>

namespace tracetax {

// The search of `tracetax tune`, at rates of calls.
struct ClaimSearch {
  struct Rate {
    std::string rate{};   // "300/s"
    double at_least = 0;  // what the answer must be for the claim to hold; of a sampler's ratio a share
  };
  std::string scenario{};  // relative to the file; empty: the claim needs none
  std::vector<Rate> rates{};
};

// A claim's evidence: the budgets and checks that have the claim's id in the results of these scenarios.
struct Claim {
  std::string id{};                     // "G1": what budgets and checks name
  std::string says{};                   // in the authors' words, or near them
  std::string threshold{};              // what is held against it, in words
  std::vector<std::string> run{};       // scenarios for `tracetax run`, relative to the file, without ".yaml"
  std::vector<std::string> sampling{};  // for `tracetax sampling`
  ClaimSearch tune{};                   // for `tracetax tune`
  std::string not_measurable{};         // why no run here can decide it; excludes the three
  std::string note{};                   // what a reader must know beside the verdict
};

struct ClaimsFile {
  int version = 1;
  std::string system;  // "ggen-mcp"
  std::string title{};
  std::string source{};  // where the claims stand
  std::vector<Claim> claims{};
  std::filesystem::path folder{};  // of the file: what scenarios are relative to
};

// Throws ScenarioError with every mistake: unknown keys, an id twice, a scenario that is not there, a claim that
// nothing decides.
ClaimsFile read_claims(const std::filesystem::path& file);

// The JSON Schema (2020-12) of such a file, generated from the definitions that the reader uses.
std::string claims_json_schema();

// The scenario's file.
std::filesystem::path scenario_file(const ClaimsFile& claims, const std::string& scenario);

}  // namespace tracetax
