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

constexpr std::uint32_t most_spans = 1'000;
constexpr int deepest_step = 4;

Shape<StepSpec::Kind> step_kind() {
  using K = StepSpec::Kind;
  return word<K>({{"internal", K::internal},
                  {"client", K::client},
                  {"server", K::server},
                  {"producer", K::producer},
                  {"consumer", K::consumer}});
}

Shape<StepSpec> step(int depth) {
  using S = StepSpec;
  Field<S> attributes = field<S>("attributes", &S::attributes, texts_by_name(), "of the span, as texts");
  attributes.write = [](const S& s) { return s.attributes.empty() ? Json() : Json(s.attributes); };
  Fields<S> fields{
      required(field<S>("name", &S::name, text(200), "of the span")),
      field<S>("kind", &S::kind, step_kind(), "of the span"),
      field<S>("repeat", &S::repeat, whole<std::uint32_t>(1, most_spans), "such spans side by side"),
      attributes,
  };
  if (depth == 1) {
    Field<S> own = field<S>("share", &S::share, share(), "of the service time; if left out, an equal part of the rest");
    own.write = [](const S& s) { return s.share >= 0 ? Json(s.share) : Json(); };
    own.schema = [] { return share().schema(); };
    fields.push_back(own);
  }
  if (depth < deepest_step) {
    Field<S> children = field<S>("spans", &S::spans, list_of(step(depth + 1), 0, 100, "spans"), "children of the span");
    const auto list = list_of(step(depth + 1), 0, 100, "spans");
    children.write = [list](const S& s) { return s.spans.empty() ? Json() : list.write(s.spans); };
    fields.push_back(children);
  }
  return record<S>(fields);
}

Field<ToolSpec> steps() {
  using T = ToolSpec;
  const auto list = list_of(step(1), 0, 20, "steps");
  Field<T> out{"steps", "the work, one step after the other, each with a span and a share of the service time"};
  out.read = [list](Reading& reading, const Node& node, T& tool) {
    list.read(reading, node, tool.steps);
    double given = 0;
    std::size_t without = 0;
    std::uint64_t spans = 0;
    for (const StepSpec& one : tool.steps) {
      if (one.share >= 0) {
        given += one.share;
      } else {
        ++without;
      }
      spans += count_spans(one);
    }
    constexpr double rounding = 1e-9;
    if (given > 1 + rounding) {
      reading.finding(node.place,
                      fmt::format("the shares of the steps add up to {:.4g}, more than the service time", given),
                      "give shares that add up to at most 100%");
    }
    if (spans > most_spans) {
      reading.finding(node.place, fmt::format("a call would have {} spans, at most {} are possible", spans, most_spans),
                      "lower a `repeat`");
    }
    for (StepSpec& one : tool.steps) {
      if (one.share < 0) one.share = std::max(1 - given, 0.0) / static_cast<double>(without);
    }
  };
  out.write = [list](const T& tool) { return tool.steps.empty() ? Json() : list.write(tool.steps); };
  out.schema = list.schema;
  return out;
}

}  // namespace

Shape<ToolSpec> tool() {
  using T = ToolSpec;
  Field<T> memory = field<T>("memory", &T::memory_bytes, bytes(1u << 30),
                             "resident memory that each process of the server keeps for the tool, as a cache would");
  // An mcp-server of an older commit (`programs` of an arm) does not know the key and would refuse it.
  memory.write = [](const T& tool) { return tool.memory_bytes > 0 ? Json(tool.memory_bytes) : Json(); };
  // Likewise.
  Field<T> delay_sampled =
      field<T>("added_delay_sampled", &T::added_delay_sampled, duration(Zero::allowed),
               "waited besides in calls whose span is sampled: how a known cost of sampling is planted");
  delay_sampled.write = [](const T& tool) {
    return tool.added_delay_sampled > Nanos{} ? duration(Zero::allowed).write(tool.added_delay_sampled) : Json();
  };
  Field<T> attributes = field<T>("attributes", &T::attributes, texts_by_name(), "of the tool's span, as texts");
  Field<T> llm_use = field<T>("llm", &T::llm, llm(), "a language model that each call pretends to use");
  llm_use.write = [shape = llm()](const T& tool) { return tool.llm.model.empty() ? Json() : shape.write(tool.llm); };
  return record<T>({
      field<T>("description", &T::description, text(), "shown to clients that list the tools"),
      field<T>("service_time", &T::service_time, service_time(), "how long a call takes in the server"),
      field<T>("added_delay", &T::added_delay, duration(Zero::allowed),
               "waited after the service time, without CPU: how a known difference is planted"),
      delay_sampled,
      field<T>("cpu_share", &T::cpu_share, share(), "share of the service time spent computing; the rest is waited"),
      field<T>("response_bytes", &T::response_bytes, bytes(64u << 20), "length of the answer's text"),
      field<T>("error_rate", &T::error_rate, share(), "share of calls that end in a tool error"),
      field<T>("inner_spans", &T::inner_spans, whole<std::uint32_t>(0, 1'000), "child spans of the tool's span"),
      attributes,
      memory,
      llm_use,
      steps(),
  });
}

Shape<std::vector<ToolSpec>> tools() {
  return named<ToolSpec>(tool(), most_tools, "tools");
}

}  // namespace tracetax::shapes
