#pragma once
// The document of a result's page, which reports/web draws (its types: reports/web/src/page.ts). Internal to reports.

#include <string>

#include "harness/results/result.h"

namespace tracetax::page {

// {kind: "result", version, result, words, details} as JSON on one line: result.json word for word, the sentences and
// numbers of reports/words.h beside it, and `details_json` (details.json; empty: null). Bytes that are no UTF-8 become
// U+FFFD. In a document of more than html::packed_above bytes doubles have seven digits, and it says so: `digits`.
// Throws std::runtime_error when `details_json` is not a document of the schema tracetax.details/1.
std::string result_document(const Result& result, const std::string& details_json);

}  // namespace tracetax::page
