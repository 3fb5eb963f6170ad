#pragma once
// One description of a struct's JSON keys for both directions: `fields(archive, value)` names each key once, the writer
// and the reader walk it. Internal to harness/results.
//
//   template <class A> void fields(A& a, Of<A, Estimate> e) { a("low", e.low); a("high", e.high); }

#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace tracetax {

template <class A, class T>
using Of = typename A::template Ref<T>;

class JsonWriter {
 public:
  using Json = nlohmann::ordered_json;
  template <class T>
  using Ref = const T&;

  template <class T>
  void operator()(const char* key, const T& value) {
    json_[key] = to_json(value);
  }
  // Left out when it has its default.
  template <class T>
  void maybe(const char* key, const T& value) {
    if (value != T{}) json_[key] = to_json(value);
  }
  template <class T>
  void maybe(const char* key, const std::optional<T>& value) {
    if (value) json_[key] = to_json(*value);
  }
  // Written in any case; keeps its default when an older file does not have it.
  template <class T>
  void always_or_default(const char* key, const T& value) {
    (*this)(key, value);
  }
  // For readers of the file; computed anew when it is read back.
  template <class T>
  void derived(const char* key, const T& value) {
    json_[key] = value;
  }
  // A value in a form of its own.
  template <class T, class Write, class Read>
  void as(const char* key, const T& value, Write write, Read) {
    json_[key] = write(value);
  }
  // Keys of a further object whose values live in this struct.
  template <class Fields>
  void group(const char* key, Fields inner) {
    JsonWriter writer;
    inner(writer);
    json_[key] = std::move(writer.json_);
  }

  // Bytes that are no UTF-8 become U+FFFD: a file that can be read beats a faithful warning text.
  std::string text() const { return json_.dump(1, '\t', false, Json::error_handler_t::replace) + "\n"; }
  // On one line, for files that nobody reads by eye.
  std::string compact_text() const { return json_.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

 private:
  // Non-finite doubles: nlohmann writes null.
  static Json to_json(const std::string& value) { return value; }
  template <class T>
  requires std::is_arithmetic_v<T>
  static Json to_json(const T& value) { return value; }
  template <class T>
  static Json to_json(const std::vector<T>& values) {
    Json array = Json::array();
    for (const auto& value : values) array.push_back(to_json(static_cast<const T&>(value)));
    return array;
  }
  template <class T>
  static Json to_json(const std::map<std::string, T>& values) {
    Json object = Json::object();
    for (const auto& [key, value] : values) object[key] = to_json(value);
    return object;
  }
  template <class T>
  static Json to_json(const T& value) {
    JsonWriter writer;
    fields(writer, value);
    return std::move(writer.json_);
  }

  Json json_ = Json::object();
};

// Throws std::runtime_error "path.to[2].key: what is wrong".
class JsonReader {
 public:
  using Json = nlohmann::json;
  template <class T>
  using Ref = T&;

  JsonReader(const Json& json, std::string path) : json_(json), path_(std::move(path)) {
    if (!json.is_object()) fail("expected an object");
  }

  template <class T>
  void operator()(const char* key, T& value) {
    const auto found = json_.find(key);
    if (found == json_.end()) fail_at(key, "is missing");
    from_json(*found, at(key), value);
  }
  template <class T>
  void maybe(const char* key, T& value) {
    if (const auto found = json_.find(key); found != json_.end()) from_json(*found, at(key), value);
  }
  template <class T>
  void maybe(const char* key, std::optional<T>& value) {
    const auto found = json_.find(key);
    if (found != json_.end() && !found->is_null()) from_json(*found, at(key), value.emplace());
  }
  template <class T>
  void always_or_default(const char* key, T& value) {
    maybe(key, value);
  }
  template <class T>
  void derived(const char*, const T&) {}
  // `read` gives an optional of T; empty: not of the form.
  template <class T, class Write, class Read>
  void as(const char* key, T& value, Write, Read read) {
    std::string text;
    (*this)(key, text);
    const auto parsed = read(text);
    if (!parsed) fail_at(key, "\"" + text + "\" is none of the values it can have");
    value = *parsed;
  }
  template <class Fields>
  void group(const char* key, Fields inner) {
    const auto found = json_.find(key);
    if (found == json_.end()) fail_at(key, "is missing");
    JsonReader reader(*found, at(key));
    inner(reader);
  }

 private:
  [[noreturn]] static void fail_with(const std::string& path, const std::string& what) {
    throw std::runtime_error((path.empty() ? std::string("the document") : path) + ": " + what);
  }
  [[noreturn]] void fail(const std::string& what) const { fail_with(path_, what); }
  [[noreturn]] void fail_at(const char* key, const std::string& what) const { fail_with(at(key), what); }
  std::string at(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }

  static void from_json(const Json& json, const std::string& path, std::string& value) {
    if (!json.is_string()) fail_with(path, "expected a string");
    value = json.get<std::string>();
  }
  static void from_json(const Json& json, const std::string& path, bool& value) {
    if (!json.is_boolean()) fail_with(path, "expected true or false");
    value = json.get<bool>();
  }
  static void from_json(const Json& json, const std::string& path, double& value) {
    if (!json.is_number() && !json.is_null()) fail_with(path, "expected a number or null");
    value = json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
  }
  template <std::integral T>
  static void from_json(const Json& json, const std::string& path, T& value) {
    const bool fits = json.is_number_unsigned()
                          ? std::in_range<T>(json.get<std::uint64_t>())
                          : json.is_number_integer() && std::in_range<T>(json.get<std::int64_t>());
    if (!fits) {
      fail_with(path, "expected an integer from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
                          std::to_string(std::numeric_limits<T>::max()));
    }
    value = json.get<T>();
  }
  template <class T>
  static void from_json(const Json& json, const std::string& path, std::vector<T>& values) {
    if (!json.is_array()) fail_with(path, "expected an array");
    values.clear();
    for (const Json& element : json) {
      const std::string element_path = path + "[" + std::to_string(values.size()) + "]";
      from_json(element, element_path, values.emplace_back());
    }
  }
  template <class T>
  static void from_json(const Json& json, const std::string& path, std::map<std::string, T>& values) {
    if (!json.is_object()) fail_with(path, "expected an object");
    values.clear();
    for (const auto& [key, element] : json.items()) from_json(element, path + "." + key, values[key]);
  }
  template <class T>
  requires std::is_class_v<T>
  static void from_json(const Json& json, const std::string& path, T& value) {
    JsonReader reader(json, path);
    fields(reader, value);
  }

  const Json& json_;
  std::string path_;
};

template <class T>
void read_json(const std::string& text, T& value) {
  JsonReader::Json json;
  try {
    json = JsonReader::Json::parse(text);
  } catch (const JsonReader::Json::parse_error& error) {
    throw std::runtime_error(std::string("not JSON: ") + error.what());
  }
  JsonReader reader(json, "");
  fields(reader, value);
}

template <class T>
std::string write_json(const T& value) {
  JsonWriter writer;
  fields(writer, value);
  return writer.text();
}

}  // namespace tracetax
