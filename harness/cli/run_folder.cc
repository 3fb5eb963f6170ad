#include "harness/cli/run_folder.h"

#include <chrono>
#include <stdexcept>

#include "harness/base/text.h"

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
  std::filesystem::create_directories(folder);
  return folder;
}

}  // namespace tracetax::cli
