#pragma once
// Stands where the receiver would be: keeps what it is sent, can hold an export up or fail it.

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include <opentelemetry/sdk/trace/exporter.h>
#include <opentelemetry/sdk/trace/span_data.h>

namespace tracetax::telemetry {

namespace sdk = opentelemetry::sdk::trace;

// What a test and its exporter share: the exporter belongs to the SDK.
class Probe {
 public:
  void hold() { set(true); }
  void release() { set(false); }
  // Returns when an export is being held up.
  void wait_until_held() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ > 0; });
  }
  void fail_from_now_on() {
    const std::lock_guard lock(mutex_);
    failing_ = true;
  }
  std::vector<std::unique_ptr<sdk::SpanData>> take() {
    const std::lock_guard lock(mutex_);
    return std::move(spans_);
  }
  std::vector<std::size_t> batches() {
    const std::lock_guard lock(mutex_);
    return batches_;
  }

  opentelemetry::sdk::common::ExportResult receive(
      const opentelemetry::nostd::span<std::unique_ptr<sdk::Recordable>>& spans) {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    --waiting_;
    if (failing_) return opentelemetry::sdk::common::ExportResult::kFailure;
    batches_.push_back(spans.size());
    for (auto& span : spans) spans_.emplace_back(static_cast<sdk::SpanData*>(span.release()));
    return opentelemetry::sdk::common::ExportResult::kSuccess;
  }

 private:
  void set(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }

  std::mutex mutex_{};
  std::condition_variable changed_{};
  bool held_ = false, failing_ = false;
  int waiting_ = 0;
  std::vector<std::unique_ptr<sdk::SpanData>> spans_{};
  std::vector<std::size_t> batches_{};
};

class ProbeExporter final : public sdk::SpanExporter {
 public:
  explicit ProbeExporter(std::shared_ptr<Probe> probe) : probe_(std::move(probe)) {}
  std::unique_ptr<sdk::Recordable> MakeRecordable() noexcept override { return std::make_unique<sdk::SpanData>(); }
  opentelemetry::sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<std::unique_ptr<sdk::Recordable>>& spans) noexcept override {
    return probe_->receive(spans);
  }
  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }

 private:
  std::shared_ptr<Probe> probe_;
};

}  // namespace tracetax::telemetry
