#include "harness/scenario/definitions.h"

namespace tracetax::shapes {
namespace {

Shape<ServiceTime> service_time() {
  using S = ServiceTime;
  using Distribution = ServiceTime::Distribution;
  const auto choice = [](std::string word, Distribution distribution, std::string description, Fields<S> fields) {
    return Choice<S>{std::move(word), std::move(description),
                     [distribution](S& s) { s = S{.distribution = distribution}; },
                     [distribution](const S& s) { return s.distribution == distribution; }, std::move(fields)};
  };
  const auto mean = required(field<S>("mean", &S::mean, duration(Zero::refused), "the mean"));
  const auto in_order = [](Reading& reading, const Node& node, const S& s) {
    if (s.distribution != Distribution::uniform || s.min <= s.max || !reading.sound(reading.path())) return;
    reading.finding_at(
        node, "min",
        fmt::format("must be at most `max`, which is {}, got `{}`", duration_text(s.max), duration_text(s.min)));
  };
  return chosen_by<S>(
      "distribution",
      {choice("constant", Distribution::constant, "always the same",
              {required(field<S>("value", &S::value, duration(Zero::allowed), "the time of every call"))}),
       choice("uniform", Distribution::uniform, "equally likely between two times",
              {required(field<S>("min", &S::min, duration(Zero::allowed), "the shortest")),
               required(field<S>("max", &S::max, duration(Zero::refused), "the longest"))}),
       choice("exponential", Distribution::exponential, "memoryless, standard deviation equal to the mean", {mean}),
       choice("lognormal", Distribution::lognormal, "skewed, as response times often are",
              {mean, field<S>("cv", &S::cv, number(0, 10, Zero::refused), "standard deviation ÷ mean")})},
      Shorthand::none, in_order);
}

Shape<LlmUse> llm() {
  using L = LlmUse;
  constexpr std::uint64_t most_tokens = 1'000'000'000;
  return record<L>({
      required(field<L>("model", &L::model, text(200), "its name")),
      field<L>("prompt_tokens", &L::prompt_tokens, whole<std::uint64_t>(0, most_tokens), "of each call"),
      field<L>("completion_tokens", &L::completion_tokens, whole<std::uint64_t>(0, most_tokens), "of each call"),
  });
}

}  // namespace

Shape<ToolSpec> tool() {
  using T = ToolSpec;
  Field<T> memory = field<T>("memory", &T::memory_bytes, bytes(1u << 30),
                             "resident memory that each process of the server keeps for the tool, as a cache would");
  // An mcp-server of an older commit (`programs` of an arm) does not know the key and would refuse it.
  memory.write = [](const T& tool) { return tool.memory_bytes > 0 ? Json(tool.memory_bytes) : Json(); };
  Field<T> attributes = field<T>("attributes", &T::attributes, texts_by_name(), "of the tool's span, as texts");
  Field<T> llm_use = field<T>("llm", &T::llm, llm(), "a language model that each call pretends to use");
  llm_use.write = [shape = llm()](const T& tool) { return tool.llm.model.empty() ? Json() : shape.write(tool.llm); };
  return record<T>({
      field<T>("description", &T::description, text(), "shown to clients that list the tools"),
      field<T>("service_time", &T::service_time, service_time(), "how long a call takes in the server"),
      field<T>("added_delay", &T::added_delay, duration(Zero::allowed),
               "waited after the service time, without CPU: how a known difference is planted"),
      field<T>("cpu_share", &T::cpu_share, share(), "share of the service time spent computing; the rest is waited"),
      field<T>("response_bytes", &T::response_bytes, bytes(64u << 20), "length of the answer's text"),
      field<T>("error_rate", &T::error_rate, share(), "share of calls that end in a tool error"),
      field<T>("inner_spans", &T::inner_spans, whole<std::uint32_t>(0, 1'000), "child spans of the tool's span"),
      attributes,
      memory,
      llm_use,
  });
}

Shape<std::vector<ToolSpec>> tools() {
  return named<ToolSpec>(tool(), most_tools, "tools");
}

}  // namespace tracetax::shapes
