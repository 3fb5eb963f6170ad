#include "harness/cli/command_line.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <exception>
#include <functional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/cli/completion.h"
#include "harness/cli/help.h"
#include "harness/cli/man_page.h"
#include "harness/cli/mistakes.h"
#include "harness/cli/output.h"
#include "harness/cli/run_folder.h"
#include "harness/cli/verbs.h"
#include "harness/scenario/load_scenario.h"

namespace tracetax::cli {
namespace {

constexpr const char* program = "tracetax";
constexpr const char* description =
    "What distributed tracing costs, held to a budget: drives tool calls through an instrumented router, gateway and "
    "MCP "
    "servers, with and without tracing, and compares.";

OptionOutline outline_of(const CLI::Option& option) {
  OptionOutline out;
  if (option.nonpositional()) {
    for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
  }
  out.value = option.get_option_text();
  if (out.names.empty()) {
    out.label = option.get_name(true, false);
    std::ranges::transform(out.label, out.label.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  }
  out.description = option.get_description();
  out.group = option.get_group();
  out.required = option.get_required();
  out.repeatable = option.get_items_expected_max() > 1;
  return out;
}

VerbOutline outline_of(const Verb& verb) {
  VerbOutline out;
  out.name = verb.parser->get_name();
  out.group = verb.parser->get_group();
  out.summary = verb.parser->get_description();
  out.details = verb.details;
  out.exit_codes = verb.exit_codes;
  out.examples = verb.examples;
  const CLI::App& parser = *verb.parser;
  for (const CLI::Option* option : parser.get_options())
    (option->nonpositional() ? out.options : out.arguments).push_back(outline_of(*option));
  // The parser has --help first, people look for it last.
  std::ranges::stable_partition(out.options, [](const OptionOutline& o) { return o.names.back() != "--help"; });
  return out;
}

}  // namespace

struct CommandLine::Parts {
  CLI::App app{description, program};
  RunArguments run{};
  SamplingArguments sampling{};
  TuneArguments tune{};
  ScoreboardArguments scoreboard{};
  ReportArguments report{};
  CompareArguments compare{};
  HistoryArguments history{};
  ModelArguments model{};
  DoctorArguments doctor{};
  CheckArguments check{};
  RecordArguments record{};
  ListArguments list{};
  CompletionArguments completion{};

  struct Entry {
    Verb verb;
    std::function<int()> carry_out;
  };
  std::vector<Entry> verbs{};

  void add(Verb verb, std::function<int()> carry_out) {
    verb.parser->set_help_flag("-h,--help", "This text")->group("Help");
    verbs.push_back({std::move(verb), std::move(carry_out)});
  }

  // Null: none was named.
  const Entry* named() const {
    const auto found = std::ranges::find_if(verbs, [](const Entry& e) { return e.verb.parser->parsed(); });
    return found == verbs.end() ? nullptr : &*found;
  }
};

CommandLine::CommandLine() : parts_(std::make_unique<Parts>()) {
  Parts& p = *parts_;
  p.app.set_version_flag("--version", std::string(program) + " " + TRACETAX_VERSION, "The program's version")
      ->group("Help");
  p.app.set_help_flag("-h,--help", "This text")->group("Help");
  p.app.require_subcommand(1);
  p.add(define_run(p.app, p.run), [&p] { return cli::run(p.run); });
  p.add(define_sampling(p.app, p.sampling), [&p] { return cli::sampling(p.sampling); });
  p.add(define_tune(p.app, p.tune), [&p] { return cli::tune(p.tune); });
  p.add(define_scoreboard(p.app, p.scoreboard), [&p] { return cli::scoreboard(p.scoreboard); });
  p.add(define_report(p.app, p.report),
        [&p] { return p.report.more.empty() ? cli::report(p.report) : cli::overlay(p.report); });
  p.add(define_compare(p.app, p.compare), [&p] { return cli::compare(p.compare); });
  p.add(define_history(p.app, p.history), [&p] { return cli::history(p.history); });
  p.add(define_model(p.app, p.model), [&p] { return cli::model(p.model); });
  p.add(define_doctor(p.app, p.doctor), [&p] { return cli::doctor(p.doctor); });
  p.add(define_check(p.app, p.check), [&p] { return cli::check(p.check); });
  p.add(define_record(p.app, p.record), [&p] { return cli::record(p.record); });
  p.add(define_list(p.app, p.list), [&p] { return cli::list(p.list); });
  p.add(define_completion(p.app, p.completion), [this, &p] {
    write_answer(completion_script(outline(), p.completion.shell), "");
    return int{ok};
  });
  p.add(define_man(p.app), [this] {
    write_answer(man_page(outline(), format_utc(unix_seconds()).substr(0, 10)), "");
    return int{ok};
  });
  p.app.formatter_fn([this](const CLI::App* app, const std::string&, CLI::AppFormatMode) {
    const Outline all = outline();
    const VerbOutline* const verb = all.verb(app->get_name());
    return verb ? verb_help(all, *verb) : program_help(all);
  });
  for (const Parts::Entry& entry : p.verbs) entry.verb.parser->formatter(p.app.get_formatter());
}

CommandLine::~CommandLine() = default;

Outline CommandLine::outline() const {
  Outline out;
  out.program = program;
  out.version = TRACETAX_VERSION;
  out.description = description;
  const CLI::App& app = parts_->app;
  for (const CLI::Option* option : app.get_options()) out.options.push_back(outline_of(*option));
  for (const Parts::Entry& entry : parts_->verbs) out.verbs.push_back(outline_of(entry.verb));
  out.exit_codes = {{0, "every verdict is within"},
                    {1, "a budget or check is exceeded"},
                    {2, "usage or scenario error: nothing ran, nothing was written"},
                    {3, "none is exceeded, one is inconclusive"},
                    {4, "the run is not valid; what was measured is kept"},
                    {130, "interrupted; what was measured is kept"}};
  out.examples = {
      {"tracetax run quickstart", "what 10 % sampling costs a call of 2 ms, about 90 s"},
      {"tracetax doctor", "can this machine measure, and how small an effect? 60 s"},
      {"tracetax tune quickstart", "the largest sampling ratio that keeps its budgets"},
      {"tracetax report out/quickstart --as markdown >> \"$GITHUB_STEP_SUMMARY\"", "the summary of a CI job"},
      {"tracetax compare baselines/ out/quickstart", "did the overhead grow since then?"},
      {"tracetax history out/", "when did it grow, and by how much?"}};
  return out;
}

int CommandLine::run(int argc, const char* const* argv) {
  const Outline all = outline();
  if (argc < 2) {
    std::fputs(short_help(all).c_str(), stderr);
    return usage;
  }
  if (const std::string first = argv[1]; !first.starts_with('-') && all.verb(first) == nullptr) {
    std::vector<std::string> known;
    for (const VerbOutline& verb : all.verbs) known.push_back(verb.name);
    fmt::print(stderr, "{}: there is no verb `{}`\n  hint: {}{} --help names them\n", program, first,
               did_you_mean(first, known), program);
    return usage;
  }
  Parts& p = *parts_;
  std::string name = program;
  try {
    p.app.parse(argc, argv);
    const Parts::Entry& entry = *p.named();
    name += " " + entry.verb.parser->get_name();
    return entry.carry_out();
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return p.app.exit(error) == 0 ? ok : usage;
    const Parts::Entry* const entry = p.named();
    const VerbOutline* const verb = entry ? all.verb(entry->verb.parser->get_name()) : nullptr;
    if (verb != nullptr) name += " " + verb->name;
    const std::vector<std::string> unexpected = p.app.remaining(true);
    fmt::print(stderr, "{}: {}\n", name, with_hint(mistake(error, verb, unexpected), name + " --help"));
    return usage;
  } catch (const ScenarioError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return usage;
  } catch (const UsageError& error) {
    fmt::print(stderr, "{}: {}\n", name, error.what());
    return usage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", name, error.what());
    return invalid_run;
  }
}

}  // namespace tracetax::cli
