#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/output.h"
#include "harness/cli/run_folder.h"
#include "harness/tap/child.h"
#include "harness/tap/notes.h"
#include "harness/tap/relay.h"

namespace tracetax::cli {
namespace {

void fill_in(std::string& name, const std::string& place, const std::string& value) {
  for (std::size_t at = name.find(place); at != std::string::npos; at = name.find(place, at + value.size()))
    name.replace(at, place.size(), value);
}

std::string file_name(const RecordArguments& arguments) {
  if (arguments.output.empty())
    throw UsageError("needs -o FILE\n  hint: e.g. tracetax record -o calls.jsonl -- " + arguments.command.front());
  std::string name = arguments.output;
  fill_in(name, "{time}", format_utc_compact(unix_seconds()));
  fill_in(name, "{pid}", std::to_string(::getpid()));
  return name;
}

// Whoever may read a recording reads what people asked their tools for: its owner alone.
tap::Descriptor open_recording(const std::string& name, bool force) {
  check_output(name);
  tap::Descriptor file(::open(name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (force ? O_TRUNC : O_EXCL), 0600));
  if (file.number() >= 0) return file;
  if (errno == EEXIST)
    throw UsageError(
        fmt::format("-o {}: is there already\n  hint: name another file, put {{time}} into its name for a "
                    "new one at each start, or write over it with --force",
                    name));
  throw UsageError(fmt::format("-o {}: cannot be written: {}", name, std::strerror(errno)));
}

}  // namespace

int record(const RecordArguments& arguments) {
  tap::hold_standard_descriptors();
  const std::string name = file_name(arguments);
  tap::Descriptor file = open_recording(name, arguments.force);
  std::unique_ptr<tap::Notes> notes;
  const auto start_notes = [&] {
    notes = std::make_unique<tap::Notes>(std::move(file), tap::Redaction(arguments.redact, arguments.keep_secrets));
    return tap::Listeners{[&](std::string_view bytes, Nanos at) { notes->from_client(bytes, at); },
                          [&](std::string_view bytes, Nanos at) { notes->from_server(bytes, at); }};
  };
  int status = 0;
  try {
    status = tap::relay(arguments.command, start_notes);
  } catch (const tap::CannotStart& error) {
    if (!arguments.force) std::filesystem::remove(name);
    throw UsageError(fmt::format("{}\n  hint: the server's command stands behind `--`, a word each", error.what()));
  }
  const tap::Notes::Ending ending = notes->finish();
  for (const std::string& said : {ending.failure, ending.remark}) {
    if (!said.empty()) fmt::print(stderr, "tracetax record: {}: {}\n", name, said);
  }
  if (!ending.failure.empty() && WIFEXITED(status) && WEXITSTATUS(status) == 0) return invalid_run;
  tap::end_like(status);
}

}  // namespace tracetax::cli
