#include "harness/cli/stored_results.h"

#include <algorithm>
#include <stdexcept>

#include "harness/results/files.h"

namespace tracetax::cli {
namespace {

namespace fs = std::filesystem;

struct Found {
  std::vector<fs::path> files{};
  std::vector<HistorySkipped> skipped{};
};

// What a folder says of itself. A folder of a run holds files of trials beside its result, which are no results.
bool take_run(const fs::path& folder, Found& found) {
  if (fs::exists(folder / "result.json")) {
    found.files.push_back(folder / "result.json");
    return true;
  }
  if (!fs::exists(folder / "run.json")) return false;
  found.skipped.push_back({folder.string(),
                           "the run was cut short and left no result.json; tracetax report FOLDER --as "
                           "json shows what was measured"});
  return true;
}

Found find_under(const fs::path& folder) {
  Found found;
  if (take_run(folder, found)) return found;
  const auto options = fs::directory_options::skip_permission_denied;
  for (auto at = fs::recursive_directory_iterator(folder, options); at != fs::recursive_directory_iterator(); ++at) {
    if (at->is_directory()) {
      if (!at->is_symlink() && take_run(at->path(), found)) at.disable_recursion_pending();
    } else if (at->path().extension() == ".json") {
      found.files.push_back(at->path());
    }
  }
  std::ranges::sort(found.files);
  return found;
}

}  // namespace

StoredResults read_stored_results(const fs::path& folder) {
  if (!fs::exists(folder))
    throw std::runtime_error(folder.string() +
                             " does not exist; give the folder that your results are kept in, such as out");
  if (!fs::is_directory(folder))
    throw std::runtime_error(folder.string() +
                             " is a file; give the folder that your results are kept in (one result: "
                             "tracetax report)");
  Found found = find_under(folder);
  if (found.files.empty() && found.skipped.empty())
    throw std::runtime_error(folder.string() + " holds no results: neither result folders nor *.json, at any depth");
  StoredResults stored;
  stored.skipped = std::move(found.skipped);
  for (const fs::path& file : found.files) {
    // A result folder is known by its own name.
    const std::string source = (file.filename() == "result.json" ? file.parent_path() : file).string();
    try {
      stored.results.push_back({source, read_result_json(read_file(file))});
    } catch (const std::runtime_error& error) {
      stored.skipped.push_back({source, error.what()});
    }
  }
  return stored;
}

}  // namespace tracetax::cli
