#pragma once
// Requests to a service's admin endpoint (docs/services.md), one at a time, between windows.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "harness/base/time.h"

namespace tracetax {

// GET or POST of http://HOST:PORT + path; the answer's JSON. Throws std::runtime_error with URL and reason when there
// is no answer within `timeout`, its status is not 200, or it is not JSON.
nlohmann::json admin_get(const std::string& base_url, const std::string& path, Nanos timeout);
nlohmann::json admin_post(const std::string& base_url, const std::string& path, Nanos timeout,
                          const std::string& body = {});
// The same for an answer that is not JSON.
std::string admin_get_text(const std::string& base_url, const std::string& path, Nanos timeout);
std::string admin_post_bytes(const std::string& base_url, const std::string& path, Nanos timeout);

// POST of one OTLP/HTTP request in protobuf; the answer's status. Throws std::runtime_error when there is no answer.
long post_protobuf(const std::string& url, const std::string& body, Nanos timeout);

}  // namespace tracetax
