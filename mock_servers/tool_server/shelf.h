#pragma once
// What mcp-server offers beside tools: prompts, resources, and completions for both. Pure: a request's parameters in,
// its result out.

#include <cstddef>
#include <string_view>
#include <variant>

#include "harness/mcp/message.h"
#include "harness/scenario/offer.h"

namespace tracetax::tool_server {

using Outcome = std::variant<mcp::Json, mcp::ErrorObject>;

class Shelf {
 public:
  // `page_size`: most items of one answer to a list; 0: all of them.
  Shelf(Offer offer, std::size_t page_size);

  // {"prompts":{},"resources":{},"completions":{}}, of these what there is something of.
  mcp::Json capabilities() const;

  // prompts/list, prompts/get, resources/list, resources/read, resources/templates/list and completion/complete, with
  // parameters of the types that mcp::Accepted promises. -32602 for what is not there or not given; a resource that is
  // not there is resource_not_found with {uri}, which goes out as its era has it.
  Outcome answer(std::string_view method, const mcp::Json& params) const;

 private:
  Outcome get_prompt(const mcp::Json& params) const;
  Outcome read(const mcp::Json& params) const;
  Outcome complete(const mcp::Json& params) const;

  Offer offer_;
  std::size_t page_size_;
  mcp::Json prompts_ = mcp::Json::array();
  mcp::Json resources_ = mcp::Json::array();
  mcp::Json templates_ = mcp::Json::array();
};

}  // namespace tracetax::tool_server
