#include "harness/base/ensure.h"

#include <cstdio>
#include <cstdlib>

namespace tracetax {

void ensure_failed(std::string_view what, const std::source_location& where) {
  std::fprintf(stderr, "%s:%u: %s: this must hold: %.*s (a bug of tracetax, please report it)\n", where.file_name(),
               static_cast<unsigned>(where.line()), where.function_name(), static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace tracetax
