// The verbs that read what is there.

#include <CLI/CLI.hpp>

#include "harness/cli/verbs.h"

namespace tracetax::cli {
namespace {

constexpr const char* output = "Output";
constexpr const char* shown = "What is shown";

void add_output(CLI::App& verb, std::string& target) {
  verb.add_option("-o,--output", target, "File to write instead of stdout")->option_text("FILE")->group(output);
}

}  // namespace

Verb define_report(CLI::App& app, ReportArguments& arguments) {
  CLI::App* report =
      app.add_subcommand("report", "Show a saved result, also of a run that was cut short")->group(to_read);
  report->add_option("result", arguments.result, "Result folder or result.json")->required()->option_text("RESULT");
  report
      ->add_option("more", arguments.more, "Further results: all beside each other (text, html, markdown, json or csv)")
      ->option_text("RESULT");
  report
      ->add_option("--blocks", arguments.blocks,
                   "These blocks alone, numbered from 0, made anew from the trials: what a shorter run would have said")
      ->option_text("FIRST-LAST")
      ->group(shown);
  only(report->add_option("--as", arguments.format, "Form (default: text)"), report_formats())->group(output);
  report->add_flag("--wide", arguments.wide, "text: tables as wide as they are, not wrapped to the terminal")
      ->group(output);
  report->add_flag("--strict", arguments.strict, "junit: what is inconclusive is a failure, not skipped")
      ->group(output);
  add_output(*report, arguments.output);
  return {report,
          "Reads result.json; of a run that was killed it makes one from the trials that had been saved. Any form can "
          "be made "
          "again at any time.",
          {{0, "the report was made, whatever the verdict is"}},
          {{"tracetax report out/quickstart-20261121T100000Z", "the tables again"},
           {"tracetax report out/gateway --as markdown >> \"$GITHUB_STEP_SUMMARY\"", "the summary of a CI job"},
           {"tracetax report out/gateway --as junit --strict -o junit.xml", "inconclusive is red"},
           {"tracetax report out/gateway --as openmetrics -o metrics.txt", "for Prometheus"},
           {"tracetax report out/gateway --blocks 0-9", "what the first ten blocks said"},
           {"tracetax report out/monday out/tuesday --as html -o both.html", "several beside each other"}}};
}

Verb define_compare(CLI::App& app, CompareArguments& arguments) {
  CLI::App* compare =
      app.add_subcommand("compare", "Did the overhead grow? Two results of one scenario")->group(to_read);
  compare
      ->add_option("baseline", arguments.baseline,
                   "Result folder, result.json, or a folder of those: then the newest that can be compared")
      ->required()
      ->option_text("RESULT");
  compare->add_option("result", arguments.result, "Result folder or result.json")->required()->option_text("RESULT");
  compare->add_option("--allow", arguments.allow, "Share of a budget that one change may use up (default: 50%)")
      ->option_text("SHARE")
      ->group("Verdicts");
  compare->add_flag("--force", arguments.force, "Compare results of different classes of machine, too")
      ->group("Verdicts");
  only(compare->add_option("--as", arguments.format, "Form (default: text)"),
       {"text", "html", "markdown", "json", "junit"})
      ->group(output);
  add_output(*compare, arguments.output);
  return {compare,
          "What changed in both arms, a slower day say, is in neither overhead (docs/ci.md).",
          {{0, "every growth is within what is allowed"},
           {1, "one exceeds it"},
           {2, "refused: the results must not be compared"},
           {3, "inconclusive"},
           {4, "one of the results is not valid"}},
          {{"tracetax compare baselines/ out/quickstart", "the newest baseline that fits"},
           {"tracetax compare before.json after.json --allow 25%", "a change may use up a quarter of a budget"},
           {"tracetax compare main/ out/gateway --as markdown -o growth.md", "for a pull request"}}};
}

Verb define_history(CLI::App& app, HistoryArguments& arguments) {
  CLI::App* history =
      app.add_subcommand("history", "When did the tax rise? All results of a folder, in order of time")->group(to_read);
  history->add_option("folder", arguments.folder, "Folder with result folders or result files in it, at any depth")
      ->required()
      ->option_text("FOLDER");
  history
      ->add_option("--metric", arguments.metrics, "This metric, with a budget or without (default: all that have one)")
      ->allow_extra_args(false)
      ->option_text("METRIC")
      ->group(shown);
  history->add_option("--arm", arguments.arms, "This treatment alone (default: all)")
      ->allow_extra_args(false)
      ->option_text("ARM")
      ->group(shown);
  history->add_option("--since", arguments.since, "Results that began before are left out, e.g. 2026-01-31")
      ->option_text("DATE")
      ->group(shown);
  history->add_flag("--force", arguments.force, "Put results of different classes of machine into one series")
      ->group(shown);
  only(history->add_option("--as", arguments.format, "Form (default: text)"),
       {"text", "html", "markdown", "json", "csv"})
      ->group(output);
  add_output(*history, arguments.output);
  return {history,
          "Each overhead is cut where its level changes, with a stated chance of a false alarm (docs/history.md).",
          {{0, "no overhead with a budget rose"}, {1, "one did, and stayed"}, {3, "too few results to see it"}},
          {{"tracetax history out/", "every budget's overhead over time"},
           {"tracetax history out/ --as html -o trend.html", "as a page"},
           {"tracetax history out/ --metric latency.p99 --arm traced", "also without a budget"},
           {"tracetax history out/ --since 2026-01-31", "after a rise that is accepted"}}};
}

Verb define_model(CLI::App& app, ModelArguments& arguments) {
  CLI::App* model =
      app.add_subcommand("model", "What a span started, a span sampled and a byte exported cost, from results")
          ->group(to_read);
  model->add_option("result", arguments.results, "Result folders, or result.json")->required()->option_text("RESULT");
  model->add_option("--predict", arguments.predict, "A setting that was not run: ratio=0.25,spans=20,rate=200")
      ->allow_extra_args(false)
      ->option_text("KEY=NUMBER,…")
      ->group("Questions");
  model->add_option("--hold-out", arguments.hold_out, "An arm to leave out of the fit and hold against its prediction")
      ->allow_extra_args(false)
      ->option_text("ARM")
      ->group("Questions");
  only(model->add_option("--as", arguments.format, "Form (default: text)"), {"text", "json", "markdown"})
      ->group(output);
  add_output(*model, arguments.output);
  return {
      model,
      "A fit to the treatments of one or several results, with intervals (docs/model.md).",
      {{0, "a model"}, {1, "an arm that was held out lies outside of its prediction"}, {3, "no cost could be fitted"}},
      {{"tracetax run model -o out/model && tracetax model out/model", "a scenario made for it"},
       {"tracetax model out/model --hold-out half-10", "is the model any good?"},
       {"tracetax model out/model --predict ratio=0.25,spans=20,rate=200", "what would that cost?"}}};
}

Verb define_check(CLI::App& app, CheckArguments& arguments) {
  CLI::App* check = app.add_subcommand("check", "Validate scenario files; nothing runs")->group(to_prepare);
  check->add_option("scenario", arguments.scenarios, "Scenario files, or names of bundled ones")
      ->required()
      ->option_text("SCENARIO");
  check->add_option("--set", arguments.sets, "Another value for a key of each scenario")
      ->allow_extra_args(false)
      ->option_text("KEY=VALUE");
  check->add_option("--budgets", arguments.budgets, "Budgets and checks that take the place of each scenario's")
      ->option_text("BUDGETS");
  return {check,
          "Names every mistake at once, with file, line, column, key and a hint.",
          {{0, "all files are valid"}, {2, "one is not"}},
          {{"tracetax check my.yaml", ""}, {"tracetax check perf/*.yaml --budgets release.yaml", "before a commit"}}};
}

Verb define_list(CLI::App& app, ListArguments& arguments) {
  CLI::App* list = app.add_subcommand("list", "Name what is bundled: scenarios, budgets, systems")->group(to_prepare);
  only(list->add_option("what", arguments.what, "What to name (default: scenarios)"),
       {"scenarios", "budgets", "systems"});
  list->add_flag("--names", arguments.names_only, "One name a line and nothing else");
  return {list,
          "",
          {{0, "named"}, {4, "the bundled files were not found"}},
          {{"tracetax list", "scenarios and the question each answers"}, {"tracetax list systems --names", ""}}};
}

Verb define_completion(CLI::App& app, CompletionArguments& arguments) {
  CLI::App* completion =
      app.add_subcommand("completion", "Print the script that completes this command line")->group(for_the_shell);
  only(completion->add_option("shell", arguments.shell, "Which shell"), {"bash", "zsh"})->required();
  return {completion,
          "The names of scenarios come from the program when they are asked for; results are offered from out/.",
          {{0, "printed"}},
          {{"source <(tracetax completion bash)", "for this shell"},
           {"tracetax completion bash > ~/.local/share/bash-completion/completions/tracetax", "for all of them"},
           {"tracetax completion zsh > \"${fpath[1]}/_tracetax\"", ""}}};
}

Verb define_man(CLI::App& app) {
  CLI::App* man = app.add_subcommand("man", "Print the manual page")->group(for_the_shell);
  return {
      man,
      "",
      {{0, "printed"}},
      {{"tracetax man | man -l -", "read it"}, {"tracetax man > ~/.local/share/man/man1/tracetax.1", "install it"}}};
}

}  // namespace tracetax::cli
