#include "harness/experiment/admin_client.h"

#include <memory>
#include <stdexcept>

#include <curl/curl.h>
#include <nlohmann/json.hpp>

namespace tracetax {
namespace {

std::size_t append(char* data, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(data, size * count);
  return size * count;
}

struct Answer {
  long status = 0;
  std::string body{};
};

Answer exchange(const std::string& method, const std::string& url, Nanos timeout, const std::string& sent = {},
                const char* content_type = nullptr) {
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
  Answer answer;
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count()));
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &answer.body);
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(nullptr, curl_slist_free_all);
  if (content_type != nullptr) {
    headers.reset(curl_slist_append(nullptr, (std::string("Content-Type: ") + content_type).c_str()));
    curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  }
  if (method == "POST") {
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, sent.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(sent.size()));
  }
  const CURLcode code = curl_easy_perform(handle.get());
  if (code != CURLE_OK) throw std::runtime_error(method + " " + url + ": " + curl_easy_strerror(code));
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

std::string request(const std::string& method, const std::string& url, Nanos timeout, const std::string& sent = {}) {
  Answer answer = exchange(method, url, timeout, sent);
  if (answer.status != 200) throw std::runtime_error(method + " " + url + ": status " + std::to_string(answer.status));
  return std::move(answer.body);
}

nlohmann::json parsed(const std::string& url, const std::string& body) {
  auto json = nlohmann::json::parse(body, nullptr, false);
  if (json.is_discarded()) throw std::runtime_error(url + ": the answer is not JSON");
  return json;
}

}  // namespace

nlohmann::json admin_get(const std::string& base_url, const std::string& path, Nanos timeout) {
  return parsed(base_url + path, request("GET", base_url + path, timeout));
}
nlohmann::json admin_post(const std::string& base_url, const std::string& path, Nanos timeout,
                          const std::string& body) {
  return parsed(base_url + path, request("POST", base_url + path, timeout, body));
}
std::string admin_get_text(const std::string& base_url, const std::string& path, Nanos timeout) {
  return request("GET", base_url + path, timeout);
}
std::string admin_post_bytes(const std::string& base_url, const std::string& path, Nanos timeout) {
  return request("POST", base_url + path, timeout);
}
long post_protobuf(const std::string& url, const std::string& body, Nanos timeout) {
  return exchange("POST", url, timeout, body, "application/x-protobuf").status;
}

}  // namespace tracetax
