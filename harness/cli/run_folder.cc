#include "harness/cli/run_folder.h"

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>

#include <unistd.h>

#include "harness/base/text.h"
#include "harness/results/files.h"

namespace tracetax::cli {

std::int64_t unix_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::filesystem::path make_result_folder(const std::string& wanted, const std::string& name, std::int64_t now_unix_s) {
  std::filesystem::path folder = wanted;
  if (folder.empty()) {
    const std::filesystem::path base = std::filesystem::path("out") / (name + "-" + format_utc_compact(now_unix_s));
    folder = base;
    for (int n = 2; std::filesystem::exists(folder); ++n) folder = base.string() + "-" + std::to_string(n);
  } else if (std::filesystem::exists(folder) &&
             (!std::filesystem::is_directory(folder) || !std::filesystem::is_empty(folder))) {
    throw std::invalid_argument(
        folder.string() +
        " exists and is not an empty folder; nothing is written over\n  hint: name a new folder after -o");
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || ::access(folder.c_str(), W_OK | X_OK) != 0)
    throw std::invalid_argument(folder.string() + " cannot be made or written to: " +
                                (error ? error.message() : std::generic_category().message(errno)) +
                                "\n  hint: name a folder elsewhere after -o");
  return folder;
}

void store_scenario(const std::filesystem::path& folder, const LoadedScenario& loaded) {
  write_file_atomically(folder / "scenario.yaml", loaded.source);
  write_file_atomically(folder / "scenario.resolved.yaml", loaded.resolved);
  for (const TrafficFile& file : loaded.files) {
    std::error_code error;
    std::filesystem::create_directories((folder / file.name).parent_path(), error);
    if (!error) std::filesystem::copy_file(file.from, folder / file.name, error);
    if (error)
      throw std::runtime_error(file.from.string() + " cannot be copied to " + (folder / file.name).string() + ": " +
                               error.message());
  }
}

}  // namespace tracetax::cli
