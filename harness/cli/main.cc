// The command line of tracetax: what it takes, and which exit code an exception becomes.

#include <cstdio>
#include <exception>
#include <map>

#include <CLI/CLI.hpp>

#include "harness/cli/commands.h"
#include "harness/scenario/load_scenario.h"

namespace {

constexpr const char* description =
    "What distributed tracing costs, held to a budget: drives tool calls through an instrumented router, gateway and "
    "MCP\n"
    "servers, with and without tracing, and compares.";
constexpr const char* footer =
    "Exit codes: 0 every verdict within; 1 a budget exceeded; 2 usage or scenario error; 3 inconclusive; 4 the run is "
    "not\n"
    "valid; 130 interrupted. Diagnostics go to stderr, the answer to stdout.\n\n"
    "Examples:\n"
    "  tracetax run quickstart                     what 10 % sampling costs a 2 ms call, about 90 s\n"
    "  tracetax run my.yaml --set load.arrivals.rate=800/s --blocks 12\n"
    "  tracetax tune quickstart                    the largest sampling ratio that keeps its budgets\n"
    "  tracetax doctor                             can this machine measure, and how small an effect? 60 s\n"
    "  tracetax report out/quickstart-… --as markdown >> \"$GITHUB_STEP_SUMMARY\"\n"
    "  tracetax scoreboard --quick                 what five published systems claim, and what was measured of it\n"
    "  tracetax compare baselines/ out/quickstart-…    did the overhead grow since then?\n";

void add_progress(CLI::App& verb, tracetax::cli::Progress& progress) {
  const std::map<std::string, tracetax::cli::Progress> modes{{"auto", tracetax::cli::Progress::automatic},
                                                             {"plain", tracetax::cli::Progress::plain},
                                                             {"none", tracetax::cli::Progress::none}};
  verb.add_option("--progress", progress, "auto, plain or none (default: auto, a live line on a terminal)")
      ->transform(CLI::Transformer(modes))
      ->option_text("MODE");
}

void add_run(CLI::App& app, tracetax::cli::RunArguments& arguments) {
  CLI::App* run = app.add_subcommand("run", "Run a scenario and compare its arms");
  run->add_option("scenario", arguments.scenario, "Scenario file, or the name of a bundled one")->required();
  run->add_option("-o,--output", arguments.folder,
                  "Result folder; must be new or empty (default: out/<scenario>-<UTC time>)");
  run->add_option("--set", arguments.sets, "key.path=value over the scenario; may be repeated")
      ->allow_extra_args(false);
  run->add_option("--budgets", arguments.budgets, "File of budgets and checks that take the place of the scenario's");
  run->add_option("--blocks", arguments.blocks, "Number of blocks, over plan.blocks")->check(CLI::Range(1U, 100000U));
  run->add_option("--max-time", arguments.max_time, "Begin no block that would end later, e.g. 5m");
  run->add_option("--seed", arguments.seed, "Seed of schedules, orders and draws, over plan.seed");
  run->add_flag("--quick", arguments.quick, "3 short blocks: shows that a scenario runs; too few to measure with");
  run->add_flag("--strict", arguments.strict,
                "Nothing is within while the numbers are in doubt (spans lost, calls late, CPU stolen, machine unfit)");
  run->add_flag("--quiet", arguments.quiet, "Print nothing but diagnostics");
  add_progress(*run, arguments.progress);
}

void add_tune(CLI::App& app, tracetax::cli::TuneArguments& arguments) {
  CLI::App* tune = app.add_subcommand("tune", "The largest sampling ratio (or other number) that keeps all budgets");
  tune->add_option("scenario", arguments.scenario, "Scenario file, or the name of a bundled one")->required();
  tune->add_option(
          "--knob", arguments.knob,
          "Number to turn, as --set names it (default: the ratio of the only treatment's sampler that has one)")
      ->option_text("KEY.PATH");
  tune->add_option("--min", arguments.min, "Its lowest value, with its unit (default, of a ratio: 0.001)");
  tune->add_option("--max", arguments.max, "Its highest value (default, of a ratio: 1)");
  tune->add_option("--tolerance", arguments.tolerance,
                   "The answer may be this share below what is possible (default: 20%)")
      ->option_text("SHARE");
  tune->add_option("--rates", arguments.rates, "A search at each of these rates of calls, e.g. 100/s,300/s,1000/s");
  tune->add_option(
          "--at-least", arguments.at_least,
          "End as soon as it is known whether the largest value is at least this: one value, or one for each rate")
      ->option_text("VALUE[,VALUE]");
  tune->add_option("--max-time", arguments.max_time, "Begin no probe that would end later, e.g. 30m");
  tune->add_option("-o,--output", arguments.folder,
                   "Folder; new or empty, or that of an earlier search, whose probes are used again "
                   "(default: out/<scenario>-tune-<UTC time>)");
  tune->add_option("--set", arguments.sets, "key.path=value over the scenario; may be repeated")
      ->allow_extra_args(false);
  tune->add_option("--budgets", arguments.budgets, "File of budgets that take the place of the scenario's");
  tune->add_flag("--quick", arguments.quick,
                 "Probes of 3 short blocks: shows that a search runs; too few to measure with");
  tune->add_flag("--quiet", arguments.quiet, "Print nothing but diagnostics");
  add_progress(*tune, arguments.progress);
  tune->footer(
      "Exit codes: 0 there is an answer; 1 even the lowest value breaks a budget; 3 not decided; 4 not valid.\n\n"
      "Examples:\n"
      "  tracetax tune quickstart --max-time 20m                which ratio keeps the median within 5 %?\n"
      "  tracetax tune quickstart --rates 100/s,300/s,1000/s    and how does that depend on the traffic?\n"
      "  tracetax tune my.yaml --knob tools.lookup.inner_spans --min 0 --max 200\n");
}

void add_model(CLI::App& app, tracetax::cli::ModelArguments& arguments) {
  CLI::App* model =
      app.add_subcommand("model", "What a span started, a span sampled and a byte exported cost, from results");
  model->add_option("result", arguments.results, "Result folders, or result.json")->required();
  model
      ->add_option("--predict", arguments.predict,
                   "A setting that was not run: ratio=0.25,spans=20,rate=200; may be repeated")
      ->allow_extra_args(false);
  model
      ->add_option("--hold-out", arguments.hold_out,
                   "An arm to leave out of the fit and hold against its prediction; may be repeated")
      ->allow_extra_args(false);
  model->add_option("--as", arguments.format, "text, json or markdown (default: text)")
      ->check(CLI::IsMember({"text", "json", "markdown"}))
      ->option_text("FORMAT");
  model->add_option("-o,--output", arguments.output, "File to write instead of stdout");
  model->footer(
      "Exit codes: 0 a model; 1 an arm that was held out lies outside of its prediction; 2 usage; 3 no cost could be "
      "fitted.\n\n"
      "Examples:\n"
      "  tracetax run model -o out/model && tracetax model out/model\n"
      "  tracetax model out/model --hold-out half-10\n"
      "  tracetax model out/model --predict ratio=0.25,spans=20,rate=200\n");
}

void add_sampling(CLI::App& app, tracetax::cli::SamplingArguments& arguments) {
  CLI::App* sampling = app.add_subcommand(
      "sampling", "Validate a sampling configuration: traffic of known composition, every kept span checked");
  sampling->add_option("scenario", arguments.scenario, "Scenario file, or the name of a bundled one")->required();
  sampling->add_option("-o,--output", arguments.folder,
                       "Result folder; must be new or empty (default: out/<scenario>-sampling-<UTC time>)");
  sampling->add_option("--set", arguments.sets, "key.path=value over the scenario; may be repeated")
      ->allow_extra_args(false);
  sampling->add_option("--budgets", arguments.budgets, "File whose checks take the place of the scenario's");
  sampling->add_flag("--quiet", arguments.quiet, "Print nothing but diagnostics");
}

void add_scoreboard(CLI::App& app, tracetax::cli::ScoreboardArguments& arguments) {
  CLI::App* board = app.add_subcommand(
      "scoreboard", "What published systems claim their tracing costs, each claim with what was measured of it");
  board->add_option("system", arguments.systems, "Bundled systems, or files of claims (default: all bundled ones)");
  board->add_option("-o,--output", arguments.folder,
                    "Folder; one of an earlier scoreboard is gone on with (default: out/scoreboard-<UTC time>)");
  board->add_flag("--quick", arguments.quick, "Fewer and shorter blocks: a first answer, seen less finely");
  board->add_flag("--quiet", arguments.quiet, "Print nothing but diagnostics");
  board->footer(
      "Exit codes: 0 every claim passes, as far as it can be measured here; 1 one fails; 3 none fails, one is\n"
      "inconclusive; 4 a run failed or is not valid. The folder has a result for every run behind a claim.");
}

void add_doctor(CLI::App& app, tracetax::cli::DoctorArguments& arguments) {
  CLI::App* doctor = app.add_subcommand(
      "doctor", "Can this machine measure? Timers, cores, steal, frequency, noise floor, smallest effect");
  doctor->add_option("--time", arguments.time, "How long it may take, 20s to 10m (default: 60s)")
      ->option_text("DURATION");
  doctor->add_option("--as", arguments.format, "text or json (default: text)")
      ->check(CLI::IsMember({"text", "json"}))
      ->option_text("FORMAT");
  doctor->add_option("-o,--output", arguments.output, "File to write instead of stdout");
  add_progress(*doctor, arguments.progress);
  doctor->footer("Exit codes: 0 fit; 3 fit for large effects only; 4 unfit, or it could not measure.");
}

CLI::App* add_compare(CLI::App& app, tracetax::cli::CompareArguments& arguments) {
  CLI::App* compare = app.add_subcommand("compare", "Did the overhead grow? Two results of one scenario");
  compare
      ->add_option("baseline", arguments.baseline,
                   "Result folder, result.json, or a folder of those: then the newest that can be compared")
      ->required();
  compare->add_option("result", arguments.result, "Result folder or result.json")->required();
  compare->add_option("--allow", arguments.allow, "Share of a budget that one change may use up (default: 50%)")
      ->option_text("SHARE");
  compare->add_flag("--force", arguments.force, "Compare results of different classes of machine, too");
  compare->add_option("--as", arguments.format, "text, markdown, json or junit (default: text)")
      ->check(CLI::IsMember({"text", "markdown", "json", "junit"}))
      ->option_text("FORMAT");
  compare->add_option("-o,--output", arguments.output, "File to write instead of stdout");
  return compare;
}

}  // namespace

int main(int argc, char** argv) {
  namespace cli = tracetax::cli;
  CLI::App app(description, "tracetax");
  app.footer(footer);
  app.set_version_flag("--version", "tracetax " TRACETAX_VERSION);
  app.require_subcommand(1);

  cli::RunArguments run;
  add_run(app, run);

  std::vector<std::string> scenarios;
  std::vector<std::string> sets;
  std::string budgets;
  CLI::App* check = app.add_subcommand("check", "Validate scenario files; nothing runs");
  check->add_option("scenario", scenarios, "Scenario files, or names of bundled ones")->required();
  check->add_option("--set", sets, "key.path=value over each scenario")->allow_extra_args(false);
  check->add_option("--budgets", budgets, "File of budgets and checks that take the place of each scenario's");

  cli::ReportArguments report_arguments;
  CLI::App* report = app.add_subcommand("report", "Show a saved result, also of a run that was cut short");
  report->add_option("result", report_arguments.result, "Result folder or result.json")->required();
  report->add_option("--as", report_arguments.format, "text, html, markdown, junit, json, csv or hgrm (default: text)")
      ->check(CLI::IsMember({"text", "html", "markdown", "junit", "json", "csv", "hgrm"}))
      ->option_text("FORMAT");
  report
      ->add_option("--blocks", report_arguments.blocks,
                   "These blocks alone, numbered from 0, made anew from the trials: what a shorter run would have said")
      ->option_text("FIRST-LAST");
  report->add_option("-o,--output", report_arguments.output, "File to write instead of stdout");

  cli::CompareArguments compare_arguments;
  const CLI::App* compare = add_compare(app, compare_arguments);
  cli::SamplingArguments sampling_arguments;
  add_sampling(app, sampling_arguments);
  cli::ScoreboardArguments scoreboard_arguments;
  add_scoreboard(app, scoreboard_arguments);
  cli::TuneArguments tune_arguments;
  add_tune(app, tune_arguments);
  cli::ModelArguments model_arguments;
  add_model(app, model_arguments);
  cli::DoctorArguments doctor_arguments;
  add_doctor(app, doctor_arguments);

  CLI::App* list = app.add_subcommand("list", "Name the bundled scenarios");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::ok : cli::usage;
  }
  try {
    if (check->parsed()) return cli::check(scenarios, sets, budgets);
    if (report->parsed()) return cli::report(report_arguments);
    if (compare->parsed()) return cli::compare(compare_arguments);
    if (list->parsed()) return cli::list();
    if (app.got_subcommand("sampling")) return cli::sampling(sampling_arguments);
    if (app.got_subcommand("scoreboard")) return cli::scoreboard(scoreboard_arguments);
    if (app.got_subcommand("tune")) return cli::tune(tune_arguments);
    if (app.got_subcommand("model")) return cli::model(model_arguments);
    if (app.got_subcommand("doctor")) return cli::doctor(doctor_arguments);
    return cli::run(run);
  } catch (const tracetax::ScenarioError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return cli::usage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tracetax: %s\n", error.what());
    return cli::invalid_run;
  }
}
