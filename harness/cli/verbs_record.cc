// The verb that listens.

#include <CLI/CLI.hpp>

#include "harness/cli/verbs.h"

namespace tracetax::cli {

Verb define_record(CLI::App& app, RecordArguments& arguments) {
  constexpr const char* kept = "What is kept";
  constexpr const char* output = "Output";
  CLI::App* record =
      app.add_subcommand("record", "Write down what a client asks of a stdio server, as traffic to replay")
          ->group(to_prepare);
  record->add_option("command", arguments.command, "The server and its arguments, behind `--`")
      ->required()
      ->option_text("COMMAND");
  record
      ->add_option("-o,--output", arguments.output,
                   "File of recorded calls, a new one; {time} and {pid} in its name are filled in (always needed)")
      ->option_text("FILE")
      ->group(output);
  record->add_flag("--force", arguments.force, "Write over a file that is there")->group(output);
  record->add_option("--redact", arguments.redact, "Replace the values of arguments of this name, at any depth")
      ->allow_extra_args(false)
      ->option_text("KEY")
      ->group(kept);
  record
      ->add_flag("--keep-secrets", arguments.keep_secrets,
                 "Also keep the values of arguments whose names speak of secrets (token, password, …)")
      ->group(kept);
  return {record,
          "Stands in a client's configuration in front of the server's command; neither sees a difference "
          "(docs/recording.md).",
          {{0, "the server ended with 0, and so for every other code and signal that it may end with"},
           {2, "usage: nothing was started"},
           {4, "the server ended with 0, and the recording has not every call"}},
          {{"tracetax record --output calls.jsonl -- node server.js", ""},
           {"tracetax record -o calls-{time}.jsonl --redact customer -- python3 -m server", "a file for each start"}}};
}

}  // namespace tracetax::cli
