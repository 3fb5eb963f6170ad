#include "tests/support/golden.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

namespace tracetax::test {

void expect_stored(const std::string& text, const std::string& file) {
  const std::string path = std::string(TRACETAX_SOURCE_DIR) + "/" + file;
  if (std::getenv("TRACETAX_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    GTEST_SKIP() << "rewrote " << path;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << path << " is missing: run once with TRACETAX_UPDATE_GOLDEN=1";
  std::ostringstream stored;
  stored << in.rdbuf();
  EXPECT_EQ(text, stored.str()) << path << " differs: if that is meant, run with TRACETAX_UPDATE_GOLDEN=1";
}

std::string spread(const std::string& document, char indent) {
  return nlohmann::ordered_json::parse(document).dump(1, indent) + "\n";
}

}  // namespace tracetax::test
