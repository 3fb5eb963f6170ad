#pragma once
// The definitions of scenario keys. A Shape<T> says three things of one kind of value at once: how YAML becomes a T,
// how a T becomes JSON, and what JSON Schema says about it. Reader, config writer and scenarios/schema.json are made of
// the same shapes, so they cannot disagree.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/scenario/reading.h"

namespace tracetax::shapes {

using Json = nlohmann::ordered_json;

template <class T>
struct Shape {
  std::function<void(Reading&, const Node&, T&)> read;  // a wrong value is a finding and leaves T as it was
  std::function<Json(const T&)> write;                  // null: nothing to say
  std::function<Json()> schema;
};

// One key of a map that becomes a T.
template <class T>
struct Field {
  std::string name;
  std::string description;
  bool required = false;
  std::function<void(Reading&, const Node&, T&)> read{};
  std::function<Json(const T&)> write{};
  std::function<Json()> schema{};
};

// `member` may be one of a base of T.
template <class T, class Owner, class M>
Field<T> field(std::string name, M Owner::*member, Shape<M> shape, std::string description) {
  Field<T> f{std::move(name), std::move(description)};
  f.read = [member, shape](Reading& r, const Node& n, T& t) { shape.read(r, n, t.*member); };
  f.write = [member, shape](const T& t) { return shape.write(t.*member); };
  f.schema = shape.schema;
  return f;
}

template <class T>
Field<T> required(Field<T> f) {
  f.required = true;
  return f;
}

template <class T>
using Fields = std::vector<Field<T>>;

// What several keys mean together, once they have been read.
template <class T>
using Afterthought = std::function<void(Reading&, const Node&, T&)>;

template <class T>
std::vector<std::string_view> names_of(const Fields<T>& fields) {
  std::vector<std::string_view> names;
  for (const Field<T>& f : fields) names.push_back(f.name);
  return names;
}

template <class T>
void read_known_fields(Reading& reading, const Node& node, const Fields<T>& fields, T& out) {
  for (const Field<T>& f : fields) {
    if (const Entry* entry = node.find(f.name)) {
      const auto key = reading.inside(f.name);
      f.read(reading, entry->value, out);
    } else if (f.required) {
      const auto key = reading.inside(f.name);
      reading.finding(node.place, "is missing", "`" + f.name + "`: " + f.description);
    }
  }
}

template <class T>
Json write_fields(const Fields<T>& fields, const T& value) {
  Json out = Json::object();
  for (const Field<T>& f : fields) {
    Json written = f.write(value);
    // The readers take no empty values: a key that says nothing is left out.
    const bool says_nothing =
        written.is_null() || (written.is_structured() && written.empty()) || (written.is_string() && written == "");
    if (!says_nothing) out[f.name] = std::move(written);
  }
  return out;
}

template <class T>
void add_to_schema(Json& schema, const Fields<T>& fields, const T& defaults) {
  const Json written = write_fields(fields, defaults);
  for (const Field<T>& f : fields) {
    Json& property = schema["properties"][f.name] = f.schema();
    property["description"] = f.description;
    if (f.required) {
      schema["required"].push_back(f.name);
    } else if (written.contains(f.name) && !written[f.name].is_structured()) {
      property["default"] = written[f.name];
    }
  }
}

inline Json object_schema() {
  return Json{{"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
}

// A map with fixed keys. Its three functions share the fields: copies of nested maps would grow exponentially.
template <class T>
Shape<T> record(Fields<T> own_fields, Afterthought<T> afterthought = {}) {
  const auto fields = std::make_shared<const Fields<T>>(std::move(own_fields));
  const auto read = [fields, afterthought](Reading& reading, const Node& node, T& out) {
    if (!reading.expect(node, Node::Kind::map, "a map")) return;
    for (const Entry& entry : node.entries) reading.check_key(entry, names_of(*fields));
    read_known_fields(reading, node, *fields, out);
    if (afterthought) afterthought(reading, node, out);
  };
  const auto schema = [fields] {
    Json out = object_schema();
    add_to_schema(out, *fields, T{});
    return out;
  };
  return {read, [fields](const T& value) { return write_fields(*fields, value); }, schema};
}

// One of the forms a map can have, told apart by the word at one key.
template <class T>
struct Choice {
  std::string word;
  std::string description;
  std::function<void(T&)> become;       // makes T this form, with its defaults
  std::function<bool(const T&)> holds;  // T has this form
  Fields<T> fields{};
};

template <class T>
std::vector<std::string_view> words_of(const std::vector<Choice<T>>& choices) {
  std::vector<std::string_view> words;
  for (const Choice<T>& choice : choices) words.push_back(choice.word);
  return words;
}

enum class Shorthand { none, word };  // word: the word alone may stand for the map

template <class T>
void read_choice(Reading& reading, const Node& node, const std::string& key, const std::vector<Choice<T>>& choices,
                 T& out) {
  const bool alone = node.kind == Node::Kind::scalar;
  const Entry* entry = node.find(key);
  if (!alone && !entry) {
    const auto inside = reading.inside(key);
    reading.finding(node.place, "is missing", one_of(words_of(choices)));
    return;
  }
  const Choice<T>* chosen = nullptr;
  {
    const auto inside = alone ? reading.here() : reading.inside(key);
    chosen = find_word(reading, alone ? node : entry->value, choices, &Choice<T>::word);
  }
  if (!chosen) return;
  chosen->become(out);
  for (const Entry& e : node.entries) {
    if (e.key == key) continue;
    const auto is_this = [&](const Field<T>& f) { return f.name == e.key; };
    if (std::ranges::any_of(chosen->fields, is_this)) continue;
    std::vector<std::string_view> known = names_of(chosen->fields);
    known.push_back(key);
    const bool of_another =
        std::ranges::any_of(choices, [&](const Choice<T>& c) { return std::ranges::any_of(c.fields, is_this); });
    if (of_another) {
      reading.not_with(e, key, *entry);
    } else {
      reading.check_key(e, known);
    }
  }
  read_known_fields(reading, node, chosen->fields, out);
}

template <class T>
Shape<T> chosen_by(std::string key, std::vector<Choice<T>> own_choices, Shorthand shorthand = Shorthand::none,
                   Afterthought<T> afterthought = {}) {
  const auto choices = std::make_shared<const std::vector<Choice<T>>>(std::move(own_choices));
  const auto read = [=](Reading& reading, const Node& node, T& out) {
    const bool short_form = shorthand == Shorthand::word && node.kind == Node::Kind::scalar;
    if (!short_form &&
        !reading.expect(node, Node::Kind::map, shorthand == Shorthand::word ? "a word or a map" : "a map"))
      return;
    read_choice(reading, node, key, *choices, out);
    if (afterthought) afterthought(reading, node, out);
  };
  const auto write = [=](const T& value) {
    Json out = Json::object();
    for (const Choice<T>& choice : *choices) {
      if (!choice.holds(value)) continue;
      out[key] = choice.word;
      out.update(write_fields(choice.fields, value));
      break;
    }
    return out;
  };
  const auto schema = [=] {
    Json forms = Json::array();
    Json words = Json::array();
    for (const Choice<T>& choice : *choices) {
      T defaults{};
      choice.become(defaults);
      Json form = object_schema();
      form["description"] = choice.description;
      form["properties"][key] = Json{{"const", choice.word}};
      form["required"].push_back(key);
      add_to_schema(form, choice.fields, defaults);
      forms.push_back(form);
      const bool complete = std::ranges::none_of(choice.fields, &Field<T>::required);
      if (complete) words.push_back(choice.word);
    }
    if (shorthand == Shorthand::word) forms.push_back(Json{{"enum", words}});
    return Json{{"oneOf", forms}};
  };
  return {read, write, schema};
}

template <class T>
Shape<std::vector<T>> list_of(Shape<T> item, std::size_t least, std::size_t most, std::string what) {
  const auto read = [=](Reading& reading, const Node& node, std::vector<T>& out) {
    if (!reading.expect(node, Node::Kind::list, "a list of " + what, "put it in brackets: [ … ]")) return;
    if (node.items.size() < least) reading.finding(node.place, "must not be empty", "give at least one item");
    if (node.items.size() > most) {
      reading.finding(node.place, fmt::format("must have at most {} items, got {}", most, node.items.size()));
      return;
    }
    out.clear();
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const auto key = reading.inside(std::to_string(i));
      T value{};
      item.read(reading, node.items[i], value);
      out.push_back(std::move(value));
    }
  };
  const auto write = [item](const std::vector<T>& values) {
    Json out = Json::array();
    for (const T& value : values) out.push_back(item.write(value));
    return out;
  };
  const auto schema = [=] {
    Json out{{"type", "array"}, {"items", item.schema()}, {"maxItems", most}};
    if (least > 0) out["minItems"] = least;
    return out;
  };
  return {read, write, schema};
}

// The same, or one item without brackets.
template <class T>
Shape<std::vector<T>> one_or_list_of(Shape<T> item, std::size_t most, std::string what) {
  const auto list = list_of(item, 1, most, std::move(what));
  const auto read = [item, list](Reading& reading, const Node& node, std::vector<T>& out) {
    if (node.kind == Node::Kind::list) return list.read(reading, node, out);
    item.read(reading, node, out.emplace_back());
  };
  const auto schema = [item, list] { return Json{{"anyOf", {item.schema(), list.schema()}}}; };
  return {read, list.write, schema};
}

// A map from names of the user's to T, which holds the name itself.
template <class T>
Shape<std::vector<T>> named(Shape<T> item, std::size_t most, std::string what) {
  const auto read = [=](Reading& reading, const Node& node, std::vector<T>& out) {
    if (!reading.expect(node, Node::Kind::map, "a map from names to " + what)) return;
    if (node.entries.size() > most) {
      reading.finding(node.place, fmt::format("must have at most {} {}, got {}", most, what, node.entries.size()));
      return;
    }
    out.clear();
    for (const Entry& entry : node.entries) {
      const auto key = reading.inside(entry.key);
      reading.check_name(entry.place, entry.key);
      T value{};
      value.name = entry.key;
      item.read(reading, entry.value, value);
      out.push_back(std::move(value));
    }
  };
  const auto write = [item](const std::vector<T>& values) {
    Json out = Json::object();
    for (const T& value : values) out[value.name] = item.write(value);
    return out;
  };
  const auto schema = [=] {
    return Json{{"type", "object"},
                {"propertyNames", {{"pattern", name_pattern}}},
                {"additionalProperties", item.schema()},
                {"maxProperties", most}};
  };
  return {read, write, schema};
}

}  // namespace tracetax::shapes
