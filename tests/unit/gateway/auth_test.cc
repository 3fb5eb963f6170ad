#include "mock_servers/gateway/auth.h"

#include <gtest/gtest.h>

namespace tracetax::gateway {
namespace {

TEST(VerifyBearer, Table) {
  struct Case {
    std::string_view header;
    std::string_view token;
    AuthOutcome outcome;
  };
  const Case cases[] = {
      {"", "", AuthOutcome::not_required},
      {"Bearer whatever", "", AuthOutcome::not_required},
      {"", "s3cret", AuthOutcome::missing},
      {"Bearer s3cret", "s3cret", AuthOutcome::accepted},
      {"bearer s3cret", "s3cret", AuthOutcome::accepted},
      {"BEARER   s3cret  ", "s3cret", AuthOutcome::accepted},
      {"Bearer s3creT", "s3cret", AuthOutcome::wrong_token},
      {"Bearer s3cre", "s3cret", AuthOutcome::wrong_token},
      {"Bearer s3cret2", "s3cret", AuthOutcome::wrong_token},
      {"Bearer ", "s3cret", AuthOutcome::wrong_token},
      {"Basic s3cret", "s3cret", AuthOutcome::wrong_scheme},
      {"Bearer", "s3cret", AuthOutcome::wrong_scheme},
      {"s3cret", "s3cret", AuthOutcome::wrong_scheme},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(verify_bearer(c.header, c.token), c.outcome) << '"' << c.header << '"';
    EXPECT_EQ(may_pass(c.outcome), c.outcome == AuthOutcome::not_required || c.outcome == AuthOutcome::accepted);
  }
}

}  // namespace
}  // namespace tracetax::gateway
