#pragma once
// Texts held to files in the tree, byte for byte.

#include <algorithm>
#include <functional>
#include <string>

#include <gtest/gtest.h>

namespace tracetax::test {

// `file` is named from the root of the tree. With TRACETAX_UPDATE_GOLDEN in the environment the file is rewritten and
// the test skipped; review the diff.
void expect_stored(const std::string& text, const std::string& file);

// A case of a suite with values.
struct Golden {
  std::string file;
  std::function<std::string()> render;
};
// The test's name from its file's.
inline std::string name_of(const testing::TestParamInfo<Golden>& golden) {
  std::string name = golden.param.file;
  std::ranges::replace_if(
      name, [](char c) { return c == '.' || c == '-'; }, '_');
  return name;
}

// A page's document on lines of its own, so that a diff can be read.
std::string spread(const std::string& document, char indent = '\t');

}  // namespace tracetax::test
