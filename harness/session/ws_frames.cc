#include "harness/session/ws_frames.h"

#include <array>
#include <cstring>
#include <optional>

#include "harness/session/answer_reader.h"

namespace tracetax {
namespace {

constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t reserved_bits = 0x70;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::size_t most_control_payload = 125;

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

struct Header {
  std::uint8_t first = 0;
  bool masked = false;
  std::size_t size = 0;  // of the header itself
  std::uint64_t length = 0;
};

std::optional<Header> read_header(std::string_view bytes) {
  if (bytes.size() < 2) return {};
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  Header header{byte(0), (byte(1) & mask_bit) != 0, 2, static_cast<std::uint64_t>(byte(1) & ~mask_bit)};
  const std::size_t extended = header.length == 126 ? 2 : header.length == 127 ? 8 : 0;
  if (bytes.size() < 2 + extended) return {};
  if (extended > 0) header.length = 0;
  for (std::size_t i = 0; i < extended; ++i) header.length = header.length << 8 | byte(2 + i);
  header.size += extended;
  return header;
}

}  // namespace

void append_ws_frame(std::string& out, WsOpcode opcode, std::string_view payload, std::uint32_t mask) {
  out += static_cast<char>(final_bit | static_cast<std::uint8_t>(opcode));
  if (payload.size() < 126) {
    out += static_cast<char>(mask_bit | payload.size());
  } else if (payload.size() <= 0xffff) {
    out += static_cast<char>(mask_bit | 126);
    append_big_endian(out, payload.size(), 2);
  } else {
    out += static_cast<char>(mask_bit | 127);
    append_big_endian(out, payload.size(), 8);
  }
  std::array<char, 8> key;
  std::memcpy(key.data(), &mask, 4);
  std::memcpy(key.data() + 4, &mask, 4);
  out.append(key.data(), 4);
  std::uint64_t wide = 0;
  std::memcpy(&wide, key.data(), 8);
  const std::size_t start = out.size();
  out.append(payload);
  char* at = out.data() + start;
  std::size_t left = payload.size();
  for (; left >= 8; left -= 8, at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    word ^= wide;
    std::memcpy(at, &word, 8);
  }
  for (std::size_t i = 0; i < left; ++i) at[i] = static_cast<char>(at[i] ^ key[i]);
}

void WsFrameReader::push(std::string_view bytes) {
  if (at_ == in_.size()) {
    in_.clear();
    at_ = 0;
  } else if (at_ > in_.size() / 2) {
    in_.erase(0, at_);
    at_ = 0;
  }
  if (in_.capacity() < in_.size() + bytes.size() + json_padding) {
    in_.reserve(2 * (in_.size() + bytes.size()) + json_padding);
  }
  in_.append(bytes);
}

WsFrameReader::Message WsFrameReader::next() {
  if (!in_parts_) parts_.clear();
  for (;;) {
    const std::string_view unread = std::string_view(in_).substr(at_);
    const auto header = read_header(unread);
    if (!header) return {};
    const auto opcode = static_cast<std::uint8_t>(header->first & 0x0f);
    const bool final = (header->first & final_bit) != 0;
    const bool is_control = (opcode & 0x08) != 0;
    const bool is_first = opcode != static_cast<std::uint8_t>(WsOpcode::continuation);
    if ((header->first & reserved_bits) != 0 || header->masked || header->length > limit_ - parts_.size() ||
        (is_control ? !final || header->length > most_control_payload : is_first == in_parts_) ||
        (!is_control && opcode > static_cast<std::uint8_t>(WsOpcode::text))) {
      return {Got::broken};
    }
    if (unread.size() - header->size < header->length) return {};
    const std::string_view payload = unread.substr(header->size, static_cast<std::size_t>(header->length));
    at_ += header->size + payload.size();
    if (is_control) return control(opcode, payload);
    if (final && is_first) return {Got::text, payload};
    in_parts_ = !final;
    parts_.reserve(parts_.size() + payload.size() + json_padding);
    parts_.append(payload);
    if (final) return {Got::text, parts_};
  }
}

WsFrameReader::Message WsFrameReader::control(std::uint8_t opcode, std::string_view payload) {
  switch (static_cast<WsOpcode>(opcode)) {
    case WsOpcode::ping:
      return {Got::ping, payload};
    case WsOpcode::close:
      return {Got::close, payload};
    case WsOpcode::pong:
      return next();
    default:
      return {Got::broken};
  }
}

}  // namespace tracetax
