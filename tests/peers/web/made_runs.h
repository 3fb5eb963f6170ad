#pragma once
// Pages of more than one result, made up. `mark` is added to every name.

#include <string>

#include "harness/results/growth.h"
#include "harness/results/history.h"
#include "harness/results/overlay.h"

namespace tracetax::made {

// Sixty days; one overhead rose, another fell and rose again.
HistoryReport history(const std::string& mark);
Overlay overlay(const std::string& mark);
GrowthReport growth(const std::string& mark);

}  // namespace tracetax::made
