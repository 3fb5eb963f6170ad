#pragma once
// Texts held to files in the tree, byte for byte.

#include <string>

namespace tracetax::test {

// `file` is named from the root of the tree. With TRACETAX_UPDATE_GOLDEN in the environment the file is rewritten and
// the test skipped; review the diff.
void expect_stored(const std::string& text, const std::string& file);

}  // namespace tracetax::test
