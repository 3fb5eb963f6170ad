#include "tests/support/shell.h"

#include <cstdio>

namespace tracetax::test {

Told shell(const std::string& command) {
  Told told;
  std::FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  char buffer[4096];
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) told.text.append(buffer, n);
  told.code = ::pclose(pipe);
  return told;
}

bool has_program(const std::string& name) {
  return shell("command -v " + name).code == 0;
}

}  // namespace tracetax::test
