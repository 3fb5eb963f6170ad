// The verbs that start something.

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "harness/cli/verbs.h"

namespace tracetax::cli {
namespace {

constexpr const char* what_runs = "What runs";
constexpr const char* how_long = "How long";
constexpr const char* judging = "Verdicts";
constexpr const char* output = "Output";
constexpr std::uint64_t most_blocks = 100'000;

void add_scenario(CLI::App& verb, std::string& target) {
  verb.add_option("scenario", target, "Scenario file, or the name of a bundled one (tracetax list)")
      ->required()
      ->option_text("SCENARIO");
}

void add_sets(CLI::App& verb, std::vector<std::string>& sets) {
  verb.add_option("--set", sets, "Another value for a key of the scenario, e.g. load.arrivals.rate=800/s")
      ->allow_extra_args(false)
      ->option_text("KEY=VALUE")
      ->group(what_runs);
}

void add_folder(CLI::App& verb, std::string& folder, const std::string& description) {
  verb.add_option("-o,--output", folder, description)->option_text("DIR")->group(output);
}

void add_quiet(CLI::App& verb, bool& quiet) {
  verb.add_flag("--quiet", quiet, "Print nothing but diagnostics")->group(output);
}

// `usual`: what happens without the option.
void add_progress(CLI::App& verb, Progress& progress, const std::string& usual) {
  const std::map<std::string, Progress> modes{
      {"auto", Progress::automatic}, {"plain", Progress::plain}, {"none", Progress::none}};
  CLI::Option* const option = verb.add_option_function<std::string>(
      "--progress", [&progress, modes](const std::string& word) { progress = modes.at(word); },
      "auto: a live line on a terminal, plain lines elsewhere (default: " + usual + ")");
  only(option, {"auto", "plain", "none"})->group(output);
}

}  // namespace

Verb define_run(CLI::App& app, RunArguments& arguments) {
  CLI::App* run = app.add_subcommand("run", "Run a scenario and compare its arms")->group(to_measure);
  add_scenario(*run, arguments.scenario);
  add_sets(*run, arguments.sets);
  whole(run->add_option("--seed", arguments.seed, "Seed of schedules, orders and draws, over plan.seed"), 0,
        std::numeric_limits<std::uint64_t>::max())
      ->group(what_runs);
  whole(run->add_option("--blocks", arguments.blocks, "Number of blocks, over plan.blocks"), 1, most_blocks)
      ->group(how_long);
  run->add_option("--max-time", arguments.max_time, "Begin no block that would end later, e.g. 5m")
      ->option_text("DURATION")
      ->group(how_long);
  run->add_flag("--quick", arguments.quick, "3 short blocks: shows that a scenario runs; too few to measure with")
      ->group(how_long);
  run->add_option("--budgets", arguments.budgets, "Budgets and checks that take the place of the scenario's")
      ->option_text("BUDGETS")
      ->group(judging);
  run->add_flag("--strict", arguments.strict,
                "Nothing is within while the numbers are in doubt (spans lost, calls late, CPU stolen, machine unfit)")
      ->group(judging);
  add_folder(*run, arguments.folder, "Result folder; must be new or empty (default: out/<scenario>-<UTC time>)");
  add_quiet(*run, arguments.quiet);
  add_progress(*run, arguments.progress, "auto");
  return {
      run,
      "Starts the services of every arm, runs the blocks, writes the result folder and prints the verdicts. The first "
      "Ctrl-C ends the run in order and keeps what was measured.",
      {},
      {{"tracetax run quickstart", "what 10 % sampling costs a call of 2 ms, about 90 s"},
       {"tracetax run my.yaml --set load.arrivals.rate=800/s --blocks 12", "another rate, another number of blocks"},
       {"tracetax run perf/gateway.yaml -o out/gateway --strict --max-time 10m", "a gate in a CI (docs/ci.md)"},
       {"tracetax run quickstart --budgets strict", "the same experiment held to other limits"}}};
}

Verb define_sampling(CLI::App& app, SamplingArguments& arguments) {
  CLI::App* sampling =
      app.add_subcommand("sampling", "Validate a sampling configuration, trace by trace")->group(to_measure);
  add_scenario(*sampling, arguments.scenario);
  add_sets(*sampling, arguments.sets);
  sampling->add_option("--budgets", arguments.budgets, "A file whose checks take the place of the scenario's")
      ->option_text("BUDGETS")
      ->group(judging);
  add_folder(*sampling, arguments.folder,
             "Result folder; must be new or empty (default: out/<scenario>-sampling-<UTC time>)");
  add_quiet(*sampling, arguments.quiet);
  return {sampling,
          "Sends traffic of known composition through every arm that makes spans, and holds every kept trace to what "
          "should "
          "have been kept. Budgets are left out: what tracing costs is the question of `tracetax run`.",
          {},
          {{"tracetax sampling sampling/errors", "are the errors and the slow calls kept?"},
           {"tracetax sampling my.yaml --set load.arrivals.rate=50/s -o out/kept", "at another rate"}}};
}

Verb define_tune(CLI::App& app, TuneArguments& arguments) {
  CLI::App* tune =
      app.add_subcommand("tune", "Search the largest sampling ratio, or other number, that keeps all budgets")
          ->group(to_measure);
  add_scenario(*tune, arguments.scenario);
  tune->add_option(
          "--knob", arguments.knob,
          "Number to turn, as --set names it (default: the ratio of the only treatment's sampler that has one)")
      ->option_text("KEY.PATH")
      ->group("Search");
  tune->add_option("--min", arguments.min, "Its lowest value, with its unit (default, of a ratio: 0.001)")
      ->option_text("VALUE")
      ->group("Search");
  tune->add_option("--max", arguments.max, "Its highest value (default, of a ratio: 1)")
      ->option_text("VALUE")
      ->group("Search");
  tune->add_option("--tolerance", arguments.tolerance,
                   "The answer may be this share below what is possible (default: 20%)")
      ->option_text("SHARE")
      ->group("Search");
  tune->add_option("--rates", arguments.rates, "A search at each of these rates of calls, e.g. 100/s,300/s,1000/s")
      ->option_text("RATE,RATE…")
      ->group("Search");
  add_sets(*tune, arguments.sets);
  tune->add_option("--at-least", arguments.at_least,
                   "End as soon as it is known whether the largest value is at least this: one, or one for each rate")
      ->option_text("VALUE,VALUE…")
      ->group("Search");
  tune->add_option("--max-time", arguments.max_time, "Begin no probe that would end later, e.g. 30m")
      ->option_text("DURATION")
      ->group(how_long);
  tune->add_flag("--quick", arguments.quick,
                 "Probes of 3 short blocks: shows that a search runs; too few to measure with")
      ->group(how_long);
  tune->add_option("--budgets", arguments.budgets, "Budgets that take the place of the scenario's")
      ->option_text("BUDGETS")
      ->group(judging);
  add_folder(*tune, arguments.folder,
             "Folder; new or empty, or that of an earlier search, whose probes are used again (default: "
             "out/<scenario>-tune-<UTC time>)");
  add_quiet(*tune, arguments.quiet);
  add_progress(*tune, arguments.progress, "none");
  return {
      tune,
      "Every probe is a run. The answer has an interval, and says how long a finer one would take (docs/tune.md).",
      {{0, "there is an answer"},
       {1, "even the lowest value, or that of --at-least, breaks a budget"},
       {3, "not decided"},
       {4, "not valid"}},
      {{"tracetax tune quickstart --max-time 20m", "which ratio keeps the median within 5 %?"},
       {"tracetax tune quickstart --rates 100/s,300/s,1000/s", "and how does that depend on the traffic?"},
       {"tracetax tune my.yaml --knob tools.lookup.inner_spans --min 0 --max 200", "how many spans may a call have?"}}};
}

Verb define_scoreboard(CLI::App& app, ScoreboardArguments& arguments) {
  CLI::App* board =
      app.add_subcommand("scoreboard", "What published systems claim their tracing costs, and what was measured of it")
          ->group(to_measure);
  board->add_option("system", arguments.systems, "Bundled systems, or files of claims (default: all bundled ones)")
      ->option_text("SYSTEM");
  board
      ->add_option("--search-time", arguments.search_time,
                   "Begin no probe of a claim's search that would end later (default: 40m for all its rates)")
      ->option_text("DURATION")
      ->group(how_long);
  board->add_flag("--quick", arguments.quick, "Fewer and shorter blocks: a first answer, seen less finely")
      ->group(how_long);
  add_folder(*board, arguments.folder,
             "Folder; one of an earlier scoreboard is gone on with (default: out/scoreboard-<UTC time>)");
  add_quiet(*board, arguments.quiet);
  return {board,
          "The folder has a result for every run behind a claim (docs/scoreboard.md).",
          {{0, "every claim passes, as far as it can be measured here"},
           {1, "one fails"},
           {3, "none fails, one is inconclusive"},
           {4, "a run failed or is not valid"}},
          {{"tracetax scoreboard --quick", "five systems, a first answer"},
           {"tracetax scoreboard mcp-bridge -o out/board", "one of them"},
           {"tracetax scoreboard my-claims.yaml", "claims of your own"}}};
}

Verb define_doctor(CLI::App& app, DoctorArguments& arguments) {
  CLI::App* doctor =
      app.add_subcommand("doctor", "Can this machine measure, and how small an effect?")->group(to_prepare);
  doctor->add_option("--time", arguments.time, "How long it may take, 20s to 10m (default: 60s)")
      ->option_text("DURATION")
      ->group(how_long);
  only(doctor->add_option("--as", arguments.format, "Form of the answer (default: text)"), {"text", "json"})
      ->group(output);
  doctor->add_option("-o,--output", arguments.output, "File to write instead of stdout")
      ->option_text("FILE")
      ->group(output);
  add_progress(*doctor, arguments.progress, "auto");
  return {doctor,
          "Looks at timers, cores, limits, steal and frequency, and measures the same against the same. It starts "
          "services of "
          "its own, so nothing else should run meanwhile (docs/doctor.md).",
          {{0, "fit"}, {3, "fit for large effects only"}, {4, "unfit, or it could not measure"}},
          {{"tracetax doctor", "60 s"},
           {"tracetax doctor --time 5m --as json -o doctor.json", "a closer look, for a machine"}}};
}

}  // namespace tracetax::cli
