#pragma once
// Names and ratios that a made result and its details share.

#include <string>
#include <vector>

#include "tests/peers/web/made_page.h"

namespace tracetax::made {

std::string arm_name(const Shape& shape, std::uint32_t arm);
// 0 for the control and the first treatment, then up to 1.
double ratio_of(const Shape& shape, std::uint32_t arm);
std::vector<std::string> service_names(const Shape& shape, bool with_sink);

}  // namespace tracetax::made
