#include "harness/session/ws_frames.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tracetax {
namespace {

using Got = WsFrameReader::Got;
using namespace std::string_literals;

std::string frame(unsigned first, const std::string& payload) {
  std::string out;
  out += static_cast<char>(first);
  if (payload.size() < 126) {
    out += static_cast<char>(payload.size());
  } else if (payload.size() <= 0xffff) {
    out += static_cast<char>(126);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 0xff);
  } else {
    out += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(payload.size() >> shift);
  }
  return out + payload;
}

// RFC 6455, 5.7.
TEST(WsFrames, TheExamplesOfTheRfc) {
  std::string out;
  // The mask's bytes are 37 fa 21 3d, in memory order.
  append_ws_frame(out, WsOpcode::text, "Hello", 0x3d21fa37);
  EXPECT_EQ(out, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s);

  WsFrameReader reader(1000);
  reader.push("\x81\x05Hello"s);
  auto message = reader.next();
  EXPECT_EQ(message.got, Got::text);
  EXPECT_EQ(message.payload, "Hello");
  reader.push("\x01\x03Hel\x80\x02lo"s);
  message = reader.next();
  EXPECT_EQ(message.got, Got::text);
  EXPECT_EQ(message.payload, "Hello");
  reader.push("\x89\x05Hello"s);
  message = reader.next();
  EXPECT_EQ(message.got, Got::ping);
  EXPECT_EQ(message.payload, "Hello");
}

TEST(WsFrames, MaskingEveryLengthAndBackAgain) {
  for (const std::size_t size : {0u, 1u, 7u, 8u, 9u, 125u, 126u, 127u, 1000u, 65535u, 65536u, 70001u}) {
    std::string payload(size, '\0');
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>('a' + i % 26);
    std::string out = "before";
    append_ws_frame(out, WsOpcode::text, payload, 0x12345678);
    const std::size_t header = size < 126 ? 2 : size <= 0xffff ? 4 : 10;
    ASSERT_EQ(out.size(), 6 + header + 4 + size);
    const std::string key = out.substr(6 + header, 4);
    std::string plain = out.substr(6 + header + 4);
    for (std::size_t i = 0; i < size; ++i) plain[i] = static_cast<char>(plain[i] ^ key[i % 4]);
    EXPECT_EQ(plain, payload) << size;
  }
}

TEST(WsFrames, AnyCutGivesTheSameMessages) {
  const std::string bytes = frame(0x81, std::string(300, 'x')) + frame(0x01, "ab") + frame(0x89, "p") +
                            frame(0x00, "cd") + frame(0x80, "ef") + frame(0x8a, "") +
                            frame(0x81, std::string(70'000, 'y')) + frame(0x81, "");
  for (const std::size_t step : {1u, 2u, 3u, 7u, 100u, 4096u, 1'000'000u}) {
    WsFrameReader reader(1 << 20);
    std::vector<std::string> got;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      reader.push(std::string_view(bytes).substr(at, step));
      for (auto message = reader.next(); message.got != Got::nothing; message = reader.next()) {
        ASSERT_TRUE(message.got == Got::text || message.got == Got::ping);
        got.push_back((message.got == Got::ping ? "ping " : "") + std::string(message.payload));
      }
    }
    EXPECT_EQ(got, (std::vector<std::string>{std::string(300, 'x'), "ping p", "abcdef", std::string(70'000, 'y'), ""}))
        << step;
  }
}

TEST(WsFrames, WhatIsAgainstTheRulesIsBroken) {
  const std::vector<std::string> wrong{
      "\xc1\x01x"s,                  // a reserved bit without an extension
      "\x81\x81\x01\x02\x03\x04x"s,  // masked, though from a server
      "\x82\x01x"s,                  // binary
      "\x80\x01x"s,                  // a continuation of nothing
      "\x01\x01x\x81\x01y"s,         // a new message within another
      "\x09\x01x"s,                  // a fragmented ping
      "\x89\x7e\x00\x7e"s,           // a ping of 126 bytes
      "\x83\x01x"s,                  // an opcode that is reserved
      "\x8b\x01x"s,                  // a control opcode that is reserved
      "\x81\x7e\x01\x01"s,           // over the limit of 256
      "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"s,
  };
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    WsFrameReader reader(256);
    reader.push(wrong[i]);
    EXPECT_EQ(reader.next().got, Got::broken) << i;
  }
}

TEST(WsFrames, TheLimitIsForAllPartsTogether) {
  WsFrameReader reader(10);
  reader.push(frame(0x01, "123456"));
  EXPECT_EQ(reader.next().got, Got::nothing);
  reader.push(frame(0x80, "12345"));
  EXPECT_EQ(reader.next().got, Got::broken);
}

TEST(WsFrames, CloseIsTold) {
  WsFrameReader reader(100);
  reader.push("\x88\x02\x03\xe8"s);
  EXPECT_EQ(reader.next().got, Got::close);
}

}  // namespace
}  // namespace tracetax
