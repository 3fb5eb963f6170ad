#pragma once
// A row of CSV as RFC 4180 has it. Internal to reports.

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "harness/results/result.h"

namespace tracetax::csv {

// A cell is quoted when it must be; quotes in it are doubled.
std::string cell(const std::string& text);

class Row {
 public:
  Row& texts(std::initializer_list<std::string> cells);
  template <class Number>
  Row& number(Number n) {
    return raw(fmt::format("{}", n));
  }
  Row& estimate(const Estimate& e) { return number(e.estimate).number(e.low).number(e.high); }
  Row& estimate(const std::optional<Estimate>& e) { return e ? estimate(*e) : empty(3); }
  Row& empty(std::size_t cells);
  // With the line's end.
  std::string take();

 private:
  Row& raw(const std::string& text);

  std::string text_{};
  bool begun_ = false;
};

}  // namespace tracetax::csv
