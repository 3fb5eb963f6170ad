// Messages and their texts: what is one, what is answered to what is none, and that every text reads back.

#include "harness/mcp/message.h"

#include <array>

#include <gtest/gtest.h>

namespace tracetax::mcp {
namespace {

struct BadText {
  const char* name;
  std::string text;
  int code;
  std::optional<Id> id{};
};

std::string nested(int levels) {
  const auto n = static_cast<std::size_t>(levels);
  return std::string(n, '[') + std::string(n, ']');
}

std::string call_with(const std::string& params) {
  return R"({"jsonrpc":"2.0","id":1,"method":"m","params":)" + params + "}";
}

TEST(ParseMessage, AnswersWhatIsNoMessage) {
  const std::array table{
      BadText{"nothing", "", parse_error},
      BadText{"not JSON", "hello", parse_error},
      BadText{"half", R"({"jsonrpc":"2.0","id":1,"method":"m")", parse_error},
      BadText{"two messages", R"({"jsonrpc":"2.0","method":"m"} {"jsonrpc":"2.0","method":"m"})", parse_error},
      BadText{"NaN", call_with(R"({"x":NaN})"), parse_error},
      BadText{"Infinity", call_with(R"({"x":Infinity})"), parse_error},
      BadText{"number too large", call_with(R"({"x":1e999})"), parse_error},
      BadText{"not UTF-8", call_with("{\"x\":\"\xff\"}"), parse_error},
      BadText{"overlong UTF-8", call_with("{\"x\":\"\xc0\xaf\"}"), parse_error},
      BadText{"half a surrogate pair", call_with(R"({"x":"\ud800"})"), parse_error},
      BadText{"comment", "/* */ {}", parse_error},
      BadText{"65 levels", call_with("{\"x\":" + nested(63) + "}"), invalid_request},
      BadText{"a million levels, never closed", std::string(1'000'000, '['), invalid_request},
      BadText{"batch", R"([{"jsonrpc":"2.0","id":1,"method":"m"}])", invalid_request},
      BadText{"string", R"("hello")", invalid_request},
      BadText{"null", "null", invalid_request},
      BadText{"no jsonrpc", R"({"id":1,"method":"m"})", invalid_request, Id(1)},
      BadText{"jsonrpc 1.0", R"({"jsonrpc":"1.0","id":"a","method":"m"})", invalid_request, Id("a")},
      BadText{"jsonrpc as number", R"({"jsonrpc":2.0,"id":1,"method":"m"})", invalid_request, Id(1)},
      BadText{"method is a number", R"({"jsonrpc":"2.0","id":1,"method":5})", invalid_request, Id(1)},
      BadText{"null id", R"({"jsonrpc":"2.0","id":null,"method":"m"})", invalid_request},
      BadText{"fractional id", R"({"jsonrpc":"2.0","id":1.5,"method":"m"})", invalid_request},
      BadText{"whole id as float", R"({"jsonrpc":"2.0","id":1.0,"method":"m"})", invalid_request},
      BadText{"id over 64 bits", R"({"jsonrpc":"2.0","id":9223372036854775808,"method":"m"})", invalid_request},
      BadText{"object as id", R"({"jsonrpc":"2.0","id":{},"method":"m"})", invalid_request},
      BadText{"boolean id", R"({"jsonrpc":"2.0","id":true,"method":"m"})", invalid_request},
      BadText{"array params", call_with("[1]"), invalid_params, Id(1)},
      BadText{"string params", call_with("\"x\""), invalid_params, Id(1)},
      BadText{"method and result", R"({"jsonrpc":"2.0","id":1,"method":"m","result":{}})", invalid_request, Id(1)},
      BadText{"neither method nor result", R"({"jsonrpc":"2.0","id":1})", invalid_request, Id(1)},
      BadText{"result and error", R"({"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1}})", invalid_request, Id(1)},
      BadText{"result without id", R"({"jsonrpc":"2.0","result":{}})", invalid_request},
      BadText{"result with null id", R"({"jsonrpc":"2.0","id":null,"result":{}})", invalid_request},
      BadText{"error is a string", R"({"jsonrpc":"2.0","id":1,"error":"no"})", invalid_request, Id(1)},
      BadText{"error without code", R"({"jsonrpc":"2.0","id":1,"error":{"message":"no"}})", invalid_request, Id(1)},
      BadText{"error with a huge code", R"({"jsonrpc":"2.0","id":1,"error":{"code":1099511627776}})", invalid_request,
              Id(1)},
  };
  for (const auto& bad : table) {
    SCOPED_TRACE(bad.name);
    const auto parsed = parse_message(bad.text);
    const auto* failure = std::get_if<ParseFailure>(&parsed);
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->error.code, bad.code);
    EXPECT_EQ(failure->id, bad.id);
    EXPECT_FALSE(failure->error.message.empty());
  }
}

template <class T>
T parsed_as(const std::string& text) {
  auto parsed = parse_message(text);
  const auto* message = std::get_if<Message>(&parsed);
  if (message == nullptr || !std::holds_alternative<T>(*message)) {
    ADD_FAILURE() << "not the expected kind of message: " << text;
    return T{};
  }
  return std::get<T>(*message);
}

TEST(ParseMessage, ReadsRequests) {
  const auto request = parsed_as<Request>(R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"x"}})");
  EXPECT_EQ(request.id, Id(7));
  EXPECT_EQ(request.method, "tools/call");
  EXPECT_EQ(request.params, Json({{"name", "x"}}));
}

TEST(ParseMessage, KeepsTheTypeOfAnId) {
  EXPECT_EQ(parsed_as<Request>(R"({"jsonrpc":"2.0","id":"7","method":"m"})").id, Id("7"));
  EXPECT_EQ(parsed_as<Request>(R"({"jsonrpc":"2.0","id":"","method":"m"})").id, Id(""));
  EXPECT_EQ(parsed_as<Request>(R"({"jsonrpc":"2.0","id":-9223372036854775808,"method":"m"})").id, Id(INT64_MIN));
  EXPECT_EQ(parsed_as<Request>(R"({"jsonrpc":"2.0","id":9223372036854775807,"method":"m"})").id, Id(INT64_MAX));
}

TEST(ParseMessage, TakesAbsentAndNullParamsForNone) {
  EXPECT_EQ(parsed_as<Request>(R"({"jsonrpc":"2.0","id":1,"method":"m"})").params, Json::object());
  EXPECT_EQ(parsed_as<Request>(call_with("null")).params, Json::object());
  EXPECT_EQ(parsed_as<Notification>(R"({"jsonrpc":"2.0","method":"m"})").params, Json::object());
}

TEST(ParseMessage, TakesTheLastOfDuplicateMembers) {
  EXPECT_EQ(parsed_as<Request>(R"({"jsonrpc":"2.0","id":1,"id":2,"method":"a","method":"b"})").id, Id(2));
  EXPECT_EQ(parsed_as<Request>(R"({"jsonrpc":"2.0","id":1,"method":"a","method":"b"})").method, "b");
}

TEST(ParseMessage, AcceptsSixtyFourLevels) {
  EXPECT_EQ(parsed_as<Request>(call_with("{\"x\":" + nested(62) + "}")).id, Id(1));
}

TEST(ParseMessage, DoesNotCountBracketsInStrings) {
  const auto request = parsed_as<Request>(call_with(R"({"x":"\"[[[[\\)" + std::string(100, '[') + "\"}"));
  EXPECT_EQ(request.params["x"].get<std::string>().size(), 106u);
}

TEST(ParseMessage, ReadsResponses) {
  const auto result = parsed_as<Response>(R"({"jsonrpc":"2.0","id":"a","result":{"x":1}})");
  EXPECT_EQ(result.id, Id("a"));
  EXPECT_EQ(std::get<Json>(result.outcome), Json({{"x", 1}}));
  const auto error =
      parsed_as<Response>(R"({"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"no","data":[1]}})");
  ASSERT_TRUE(error.is_error());
  EXPECT_EQ(std::get<ErrorObject>(error.outcome).code, invalid_params);
  EXPECT_EQ(std::get<ErrorObject>(error.outcome).message, "no");
  EXPECT_EQ(std::get<ErrorObject>(error.outcome).data, Json::array({1}));
}

TEST(ParseMessage, ReadsErrorsAboutUnreadableMessages) {
  EXPECT_EQ(parsed_as<Response>(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700}})").id, std::nullopt);
  EXPECT_EQ(parsed_as<Response>(R"({"jsonrpc":"2.0","error":{"code":-32700}})").id, std::nullopt);
}

TEST(Serialize, WritesOneLine) {
  EXPECT_EQ(serialize(Request{7, "m", {{"a", "x\ny"}}}),
            R"({"jsonrpc":"2.0","id":7,"method":"m","params":{"a":"x\ny"}})");
  EXPECT_EQ(serialize(Notification{"n", Json::object()}), R"({"jsonrpc":"2.0","method":"n"})");
  EXPECT_EQ(serialize(Response{Id("q\"\n"), Json::object()}), R"({"jsonrpc":"2.0","id":"q\"\n","result":{}})");
  EXPECT_EQ(serialize_error({}, {-32700, "no"}), R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"no"}})");
  EXPECT_EQ(serialize_error(Id(1), {-32022, "v", Json({{"a", 1}})}),
            R"({"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"v","data":{"a":1}}})");
}

TEST(Serialize, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(serialize_error({}, {1, "bad \xff"}),
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1,\"message\":\"bad \xef\xbf\xbd\"}}");
}

TEST(Serialize, ReadsBackAsTheSame) {
  for (const std::string text :
       {R"({"jsonrpc":"2.0","id":7,"method":"m","params":{"_meta":{"b":null},"a":[1,2.5,"é\u0000"]}})",
        R"({"jsonrpc":"2.0","id":"x","result":{"content":[]}})", R"({"jsonrpc":"2.0","method":"n"})",
        R"({"jsonrpc":"2.0","id":0,"error":{"code":-1,"message":""}})"}) {
    EXPECT_EQ(serialize(std::get<Message>(parse_message(text))), text);
  }
}

TEST(Id, ReadsAsTheSpanAttribute) {
  EXPECT_EQ(to_string(Id(-5)), "-5");
  EXPECT_EQ(to_string(Id("abc")), "abc");
}

}  // namespace
}  // namespace tracetax::mcp
