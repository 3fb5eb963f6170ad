#pragma once
// Other people's programs, where a test holds an output of ours to them.

#include <string>

namespace tracetax::test {

struct Told {
  int code = 0;        // as pclose() has it; 0: it went well
  std::string text{};  // stdout and stderr
};
Told shell(const std::string& command);

bool has_program(const std::string& name);

}  // namespace tracetax::test
