#pragma once
// Several results beside each other (`tracetax report A B …`) as people and machines read them. Functions of the
// Overlay and nothing else; JSON itself is write_overlay_json().

#include <string>

#include "harness/results/overlay.h"
#include "reports/reports.h"

namespace tracetax {

std::string render_overlay_text(const Overlay& overlay, const TextOptions& options = {});
std::string render_overlay_markdown(const Overlay& overlay);
// One row for each overhead and result; RFC 4180, numbers in the metric's base unit (ns, bytes, fraction, per second).
std::string render_overlay_csv(const Overlay& overlay);
// One page that needs nothing else.
std::string render_overlay_html(const Overlay& overlay);
// What its script draws: {"kind": "overlay", …}.
std::string overlay_document(const Overlay& overlay);

}  // namespace tracetax
