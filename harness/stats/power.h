#pragma once
// What a number of blocks can resolve, told from their spread before the experiment runs.

#include <cstddef>

namespace tracetax {

// Half of Student's interval of the mean of `units` (at least 2, ensured) whose standard deviation is unit_deviation.
double half_width(double unit_deviation, std::size_t units, double confidence);

// The smallest true mean whose two-sided t interval leaves out 0 with probability `power` (in (1 - confidence, 1)),
// units being normal with standard deviation unit_deviation: δ with P(|T'(units - 1, δ √units ÷ deviation)| > t) =
// power, T' the noncentral t (Johnson, Kotz & Balakrishnan 1995, ch. 31; Cohen 1988, ch. 2). At power ½ it is close to
// half_width, at 0.8 about 1.4 times that.
double minimum_detectable_effect(double unit_deviation, std::size_t units, double confidence, double power = 0.8);

}  // namespace tracetax
