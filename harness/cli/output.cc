#include "harness/cli/output.h"

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/commands.h"
#include "harness/results/files.h"

namespace tracetax::cli {

void check_output(const std::string& file) {
  if (file.empty()) return;
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::is_directory(file, error))
    throw UsageError(fmt::format("-o {}: is a folder\n  hint: name a file in it, e.g. -o {}", file,
                                 (fs::path(file) / "report.txt").string()));
  const fs::path parent = fs::path(file).parent_path();
  const fs::path folder = parent.empty() ? fs::path(".") : parent;
  if (!fs::is_directory(folder, error))
    throw UsageError(
        fmt::format("-o {}: there is no folder {}\n  hint: mkdir -p {}", file, folder.string(), folder.string()));
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    throw UsageError(
        fmt::format("-o {}: the folder {} may not be written\n  hint: name a file elsewhere", file, folder.string()));
}

void write_answer(const std::string& text, const std::string& file) {
  if (!file.empty()) {
    check_output(file);
    write_file_atomically(file, text);
  } else if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw std::runtime_error("the answer could not be written to standard output");
  }
}

}  // namespace tracetax::cli
