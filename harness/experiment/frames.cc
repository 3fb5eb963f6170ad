#include "harness/experiment/frames.h"

#include <iterator>
#include <stdexcept>
#include <string_view>

namespace tracetax {

std::uint64_t decode_frames(const std::string& frames, std::vector<otlp::Span>& spans,
                            std::vector<std::string>* requests) {
  constexpr std::size_t head = 12;
  std::uint64_t invalid = 0;
  const auto number = [&](std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(frames[at + i]);
    return value;
  };
  for (std::size_t at = 0; at + head <= frames.size();) {
    const auto length = static_cast<std::size_t>(number(at, 4));
    const auto arrived = static_cast<std::int64_t>(number(at + 4, 8));
    if (length > frames.size() - at - head) throw std::runtime_error("the sink's frames are cut off");
    const std::string_view request = std::string_view(frames).substr(at + head, length);
    auto decoded = otlp::decode(request, arrived);
    at += head + length;
    if (!decoded) continue;
    if (requests != nullptr) requests->emplace_back(request);
    invalid += decoded->invalid;
    spans.insert(spans.end(), std::make_move_iterator(decoded->spans.begin()),
                 std::make_move_iterator(decoded->spans.end()));
  }
  return invalid;
}

}  // namespace tracetax
