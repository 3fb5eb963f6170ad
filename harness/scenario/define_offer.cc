#include <algorithm>

#include "harness/scenario/definitions.h"

namespace tracetax::shapes {
namespace {

constexpr std::size_t most_offered = 1'000;
constexpr std::size_t longest_text = 1'000'000;
constexpr std::size_t longest_uri = 2'000;

// A field that is written only where it says something: the rest of the tools take no empty lists.
template <class T, class M>
Field<T> optional_list(std::string name, std::vector<M> T::*member, Shape<std::vector<M>> shape,
                       std::string description) {
  Field<T> out = field<T>(std::move(name), member, shape, std::move(description));
  out.write = [member, shape](const T& value) { return (value.*member).empty() ? Json() : shape.write(value.*member); };
  return out;
}

Shape<std::vector<std::string>> suggestions() {
  return list_of(text(1'000), 1, 10'000, "texts");
}

Shape<PromptArgument> argument() {
  using A = PromptArgument;
  return record<A>({
      required(field<A>("name", &A::name, name(), "of the argument")),
      field<A>("description", &A::description, text(), "shown to clients that list the prompts"),
      field<A>("required", &A::required, boolean(), "whether prompts/get is refused without it"),
      optional_list<A>("values", &A::values, suggestions(), "what completion/complete suggests"),
  });
}

Shape<PromptMessage> message() {
  using M = PromptMessage;
  return record<M>({
      field<M>("role", &M::role, word<M::Role>({{"user", M::Role::user}, {"assistant", M::Role::assistant}}),
               "who says it"),
      required(field<M>("text", &M::text, text(longest_text), "{argument} stands for what the caller gives")),
  });
}

Shape<PromptSpec> prompt() {
  using P = PromptSpec;
  const auto no_name_twice = [](Reading& reading, const Node& node, const P& prompt) {
    for (std::size_t i = 0; i < prompt.arguments.size(); ++i) {
      const auto before = prompt.arguments.begin() + static_cast<std::ptrdiff_t>(i);
      const auto& name = prompt.arguments[i].name;
      if (name.empty() || std::ranges::find(prompt.arguments.begin(), before, name, &PromptArgument::name) == before)
        continue;
      reading.finding_at(node, "arguments", fmt::format("two arguments are called `{}`", name), "rename one of them");
    }
  };
  return record<P>(
      {
          field<P>("description", &P::description, text(), "shown to clients that list the prompts"),
          optional_list<P>("arguments", &P::arguments, list_of(argument(), 0, 100, "arguments"), "what it takes"),
          required(field<P>("messages", &P::messages, list_of(message(), 1, 100, "messages"), "what it answers with")),
      },
      no_name_twice);
}

Shape<ResourceSpec> resource() {
  using R = ResourceSpec;
  Field<R> size = field<R>("bytes", &R::bytes, bytes(64u << 20), "length of a binary resource, in place of `text`");
  size.write = [](const R& r) { return r.bytes > 0 ? Json(r.bytes) : Json(); };
  const auto one_content = [](Reading& reading, const Node& node, const R& r) {
    if (!reading.sound(reading.path())) return;
    if (!r.text.empty() && r.bytes > 0) {
      reading.finding_at(node, "bytes", "cannot be together with `text`", "a resource is a text or binary");
    } else if (r.text.empty() && r.bytes == 0) {
      reading.finding_at(node, "text", "is missing", "give `text`, or `bytes: 4KiB` for a binary resource");
    }
  };
  return record<R>(
      {
          required(field<R>("uri", &R::uri, text(longest_uri), "by which it is read")),
          field<R>("name", &R::name, text(200), "shown to clients; the URI if left out"),
          field<R>("description", &R::description, text(), "shown to clients that list the resources"),
          field<R>("mime_type", &R::mime_type, text(200), "text/plain, or application/octet-stream, if left out"),
          field<R>("text", &R::text, text(longest_text), "what it holds"),
          size,
      },
      one_content);
}

// By variable: what is suggested for it.
Shape<std::map<std::string, std::vector<std::string>>> values_by_variable() {
  using Map = std::map<std::string, std::vector<std::string>>;
  const auto list = suggestions();
  const auto read = [list](Reading& reading, const Node& node, Map& out) {
    if (!reading.expect(node, Node::Kind::map, "a map from variables to lists of texts")) return;
    for (const Entry& entry : node.entries) {
      const auto key = reading.inside(entry.key);
      list.read(reading, entry.value, out[entry.key]);
    }
  };
  const auto write = [list](const Map& map) {
    Json out = Json::object();
    for (const auto& [variable, values] : map) out[variable] = list.write(values);
    return map.empty() ? Json() : out;
  };
  const auto schema = [list] { return Json{{"type", "object"}, {"additionalProperties", list.schema()}}; };
  return {read, write, schema};
}

Shape<ResourceTemplate> resource_template() {
  using T = ResourceTemplate;
  const auto has_variable = [](Reading& reading, const Node& node, const T& t) {
    if (!reading.sound(reading.path())) return;
    const auto open = t.uri_template.find('{');
    if (open == std::string::npos || t.uri_template.find('}', open) == std::string::npos)
      reading.finding_at(node, "uri_template", "has no {variable}", "a fixed URI belongs to `resources`");
    for (const auto& [variable, values] : t.values) {
      if (t.uri_template.find("{" + variable + "}") != std::string::npos ||
          t.uri_template.find("{+" + variable + "}") != std::string::npos)
        continue;
      reading.finding_at(node, "values", fmt::format("`{}` is no variable of {}", variable, t.uri_template),
                         "name a variable as it stands in braces");
    }
  };
  return record<T>(
      {
          required(field<T>("uri_template", &T::uri_template, text(longest_uri), "such as mock://users/{id}")),
          field<T>("name", &T::name, text(200), "shown to clients; the template if left out"),
          field<T>("description", &T::description, text(), "shown to clients that list the templates"),
          field<T>("mime_type", &T::mime_type, text(200), "text/plain if left out"),
          required(field<T>("text", &T::text, text(longest_text), "{variable} stands for what the URI has")),
          field<T>("values", &T::values, values_by_variable(), "what completion/complete suggests"),
      },
      has_variable);
}

// A list without two items of one key, which clients could not tell apart.
template <class M>
Shape<std::vector<M>> unlike(Shape<M> item, std::string what, std::string key, std::string M::*member) {
  Shape<std::vector<M>> shape = list_of(std::move(item), 0, most_offered, what);
  shape.read = [read = shape.read, key, member](Reading& reading, const Node& node, std::vector<M>& out) {
    read(reading, node, out);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto before = out.begin() + static_cast<std::ptrdiff_t>(i);
      const std::string& own = out[i].*member;
      if (own.empty() || std::find_if(out.begin(), before, [&](const M& m) { return m.*member == own; }) == before)
        continue;
      const auto inside = reading.inside(std::to_string(i));
      reading.finding_at(node.items[i], key, fmt::format("`{}` is there twice", own), "remove or rename one of them");
    }
  };
  return shape;
}

}  // namespace

Shape<std::vector<PromptSpec>> prompts() {
  return named<PromptSpec>(prompt(), most_offered, "prompts");
}

Shape<std::vector<ResourceSpec>> resources() {
  return unlike<ResourceSpec>(resource(), "resources", "uri", &ResourceSpec::uri);
}

Shape<std::vector<ResourceTemplate>> resource_templates() {
  return unlike<ResourceTemplate>(resource_template(), "templates of resources", "uri_template",
                                  &ResourceTemplate::uri_template);
}

}  // namespace tracetax::shapes
