#include "harness/policy/oracle.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/policy/head_sampler.h"
#include "harness/policy/tail_stage.h"

namespace tracetax::policy {
namespace {

// A trace on its way through the pipeline.
struct Travelling {
  const otlp::Trace* trace = nullptr;
  std::vector<SeenSpan> spans{};
  bool may_lack_all = false;  // none of `spans` is certain to be there
  bool may_lack_some = false;
  bool may_differ = false;       // a processor may have changed what policies look at
  bool may_differ_head = false;  // or what a head sampler does
  Decision decision{};

  bool content_known() const { return !may_lack_all && !may_lack_some && !may_differ; }
  void drop(std::string by, std::string why) {
    spans.clear();
    decision.policy = std::move(by);
    decision.why = std::move(why);
  }
  void conclude() {
    const bool doubtful = may_lack_all || may_lack_some;
    decision.keep = spans.empty() ? Keep::no : may_lack_all ? Keep::uncertain : Keep::yes;
    decision.complete = spans.size() < trace->spans.size() ? Keep::no : doubtful ? Keep::uncertain : Keep::yes;
    if (decision.why.empty()) decision.why = "nothing in the pipeline samples";
  }
};

class Walk {
 public:
  Walk(std::span<const otlp::Trace> traces, const OracleOptions& options);
  void pass(const Processor& processor) {
    std::visit([&](const auto& work) { pass(processor.name, work); }, processor.work);
  }
  Expected result();

 private:
  void pass(const std::string&, const Passing& work) { delay_ += work.delay; }
  void pass(const std::string& name, const HeadSampling& work);
  void pass(const std::string& name, const TailSampling& work);
  void pass(const std::string& name, const Opaque& work);

  const OracleOptions& options_;
  std::vector<Travelling> traces_{};
  Nanos delay_{0};
  bool timed_ = true;
  Expected expected_{};
  std::optional<LimitRuns> runs_{};
};

Walk::Walk(std::span<const otlp::Trace> traces, const OracleOptions& options) : options_(options) {
  for (const otlp::Trace& trace : traces) {
    Travelling& one = traces_.emplace_back();
    one.trace = &trace;
    one.decision.trace = trace.id;
    for (const otlp::Span& span : trace.spans) one.spans.push_back({&span, span.trace_state});
  }
}

void Walk::pass(const std::string& name, const HeadSampling& work) {
  runs_.reset();
  const HeadSampler sampler(work);
  for (Travelling& trace : traces_) {
    if (trace.spans.empty()) continue;
    // What was changed may be a span's priority or its tracestate, and with them everything.
    if (trace.may_differ_head || work.doubtful) {
      trace.may_lack_all = true;
      trace.decision.why = fmt::format("what `{}` decides on is not known", name);
      continue;
    }
    std::vector<SeenSpan> kept;
    std::string_view why;
    for (const SeenSpan& seen : trace.spans) {
      HeadAnswer answer = sampler.decide(*seen.span, seen.trace_state);
      if (!answer.kept || why.empty()) why = answer.why;
      if (answer.kept) kept.push_back({seen.span, std::move(answer.trace_state)});
    }
    // Of those that are kept any may be the ones that are not there.
    if (trace.may_lack_some && kept.size() < trace.spans.size()) trace.may_lack_all = true;
    trace.spans = std::move(kept);
    trace.decision.policy = name;
    trace.decision.why = why;
  }
}

void Walk::pass(const std::string& name, const Opaque& work) {
  timed_ = timed_ && !work.may_delay;
  if (work.may_drop) runs_.reset();
  for (Travelling& trace : traces_) {
    if (trace.spans.empty()) continue;
    trace.may_lack_all = trace.may_lack_all || work.may_drop;
    trace.may_differ = trace.may_differ || work.may_change;
    trace.may_differ_head = trace.may_differ_head || work.may_change_head;
    if (work.may_drop) trace.decision.why = fmt::format("what `{}` drops is not known", name);
  }
}

void Walk::pass(const std::string& name, const TailSampling& work) {
  TailStage stage(work, options_.tolerance + delay_, timed_, options_);
  std::vector<Travelling*> there;
  std::vector<TailTrace> input;
  for (Travelling& trace : traces_) {
    if (trace.spans.empty()) continue;
    there.push_back(&trace);
    input.push_back({&trace.trace->id, &trace.spans, trace.content_known()});
  }
  std::vector<TailAnswer> answers = stage.answers(input);
  bool all_there = true;
  for (std::size_t i = 0; i < there.size(); ++i) {
    Travelling& trace = *there[i];
    TailAnswer& answer = answers[i];
    expected_.evicted += answer.evicted ? 1 : 0;
    expected_.late_spans += answer.late_spans;
    trace.decision.late_spans += answer.late_spans;
    all_there = all_there && !trace.may_lack_all && !work.may_drop && !work.may_keep;
    if (answer.keep == Keep::no) {
      trace.drop(answer.policy.empty() ? name : answer.policy, std::move(answer.why));
      continue;
    }
    trace.may_lack_some = trace.may_lack_some || answer.may_miss_some;
    // Why a trace may not have come here at all says more than why it would be kept.
    if (!trace.may_lack_all) {
      trace.decision.policy = answer.policy;
      trace.decision.why = std::move(answer.why);
    }
    trace.may_lack_all = trace.may_lack_all || answer.keep == Keep::uncertain;
  }
  runs_ = all_there ? stage.runs() : std::nullopt;
  timed_ = false;  // when the spans leave a tail sampler nobody here knows
}

Expected Walk::result() {
  double certain = 0, possible = 0;
  for (Travelling& trace : traces_) {
    trace.conclude();
    certain += trace.decision.keep == Keep::yes ? 1 : 0;
    possible += trace.decision.keep != Keep::no ? 1 : 0;
    expected_.decisions.push_back(std::move(trace.decision));
  }
  expected_.low = runs_ ? runs_->low : certain;
  expected_.high = runs_ ? runs_->high : possible;
  expected_.expected = runs_ ? runs_->mean : (certain + possible) / 2;
  return std::move(expected_);
}

}  // namespace

Expected expect_kept(const Pipeline& pipeline, std::span<const otlp::Trace> traces, const OracleOptions& options) {
  Walk walk(traces, options);
  for (const Processor& processor : pipeline.processors) walk.pass(processor);
  return walk.result();
}

}  // namespace tracetax::policy
