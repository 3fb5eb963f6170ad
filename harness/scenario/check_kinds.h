#pragma once
// What the definitions of checks have in common. Internal.

#include "harness/scenario/definitions.h"

namespace tracetax::shapes {

// One kind of check: `kind: { … }`, or the kind alone where nothing needs to be said.
struct CheckKind {
  std::string name;
  bool alone;
  std::function<void(Reading&, const Node*, Check&)> read;  // nullptr: alone
  std::function<Json()> schema;
};

template <class C>
CheckKind check_kind(std::string name, bool alone, Shape<C> shape) {
  const auto read = [shape](Reading& reading, const Node* node, Check& out) {
    C check{};
    if (node) shape.read(reading, *node, check);
    out.kind = check;
  };
  return {std::move(name), alone, read, shape.schema};
}

// What says nothing about the check itself.
template <class C>
Field<C> arm_field() {
  return field<C>("arm", &C::arm, name(), "one arm instead of every one that samples");
}

// A key without a default.
template <class C, class T>
Field<C> where_set(std::string key, std::optional<T> C::*member, Shape<T> shape, std::string description) {
  const auto read = [=](Reading& reading, const Node& node, C& check) {
    const Reading::Path here = reading.path();
    T value{};
    shape.read(reading, node, value);
    if (reading.sound(here)) check.*member = value;
  };
  return {std::move(key), std::move(description), false, read, [](const C&) { return Json(); }, shape.schema};
}
// A key whose default is not to be had by writing nothing.
template <class C>
Field<C> where_written(Field<C> field) {
  field.write = [](const C&) { return Json(); };
  return field;
}

std::vector<CheckKind> service_check_kinds();    // define_service_checks.cc
std::vector<CheckKind> collector_check_kinds();  // define_collector_checks.cc

}  // namespace tracetax::shapes
