#pragma once
// Results and their details.json as the browser test wants them: of any number of arms and blocks, with full doubles as
// a real run has them, the same for the same shape.

#include <cstdint>
#include <string>

#include "harness/results/result.h"

namespace tracetax::made {

struct Shape {
  std::uint32_t arms = 4;  // the first is the control
  std::uint32_t blocks = 8;
  std::uint64_t calls = 8000;  // of each arm
  bool pairs = true;
  bool timeline = true;
  std::string mark{};  // stands in every name and text
};

Result page_result(const Shape& shape);
std::string page_details(const Shape& shape);

}  // namespace tracetax::made
