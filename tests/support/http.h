#pragma once
// One blocking HTTP/1.1 request on a connection of its own, for tests.

#include <map>
#include <string>

namespace tracetax::test {

struct HttpReply {
  int status = 0;
  std::string body{};
  std::map<std::string, std::string> headers{};  // names in lower case
};

// Throws std::runtime_error naming the URL when there is no answer within `patience` (process.h). `url` is
// http://HOST:PORT/PATH.
HttpReply http_request(const std::string& method, const std::string& url, const std::string& body = {},
                       const std::map<std::string, std::string>& headers = {});

}  // namespace tracetax::test
