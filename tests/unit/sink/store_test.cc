#include "mock_servers/sink/store.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/sink/requests.h"

namespace tracetax::sink {
namespace {

Payload broken() {
  Payload payload;
  payload.protobuf = "\x0a\x02\x0f\x0f";
  payload.bytes = 4;
  return payload;
}

TEST(Store, CountsSpansWhenAskedAndForgetsWhatWasCollected) {
  Store store(1u << 20);
  const Payload first = request({{"a", 1, 1}, {"a", 1, 2, 1}}), second = request({{"b", 2, 1}});
  ASSERT_TRUE(store.take(first));
  EXPECT_EQ(store.totals().requests, 1u);
  EXPECT_EQ(store.totals().spans, 0u);  // nobody has looked yet
  EXPECT_EQ(store.flush().spans, 2u);
  EXPECT_EQ(store.flush().spans, 2u);
  ASSERT_TRUE(store.take(second));
  EXPECT_EQ(store.held_bytes(), first.bytes + second.bytes);
  EXPECT_EQ(store.payloads().size(), 2u);

  const Collection all = store.collect();
  EXPECT_EQ(all.totals.requests, 2u);
  EXPECT_EQ(all.totals.bytes, first.bytes + second.bytes);
  EXPECT_EQ(all.totals.spans, 3u);
  EXPECT_EQ(all.traces.traces, 2u);
  EXPECT_EQ(all.traces.services.at("a").bytes, first.bytes);
  EXPECT_EQ(all.traces.services.at("b").bytes, second.bytes);
  EXPECT_EQ(store.held_bytes(), 0u);
  EXPECT_TRUE(store.payloads().empty());

  const Collection nothing = store.collect();
  EXPECT_EQ(nothing.totals.requests + nothing.totals.bytes + nothing.totals.spans + nothing.traces.traces, 0u);
  EXPECT_EQ(store.flush().spans, 3u);  // totals go on
}

TEST(Store, KeepsTheRequestsOfACollectionForOneMoreTaking) {
  Store store(1u << 20);
  const Payload first = request({{"a", 1, 1}});
  ASSERT_TRUE(store.take(first));
  const Collection collection = store.collect(true);
  std::uint64_t bytes = 0;
  for (const auto& [when, size] : collection.arrived) {
    bytes += size;
    EXPECT_GT(when, 1'600'000'000'000'000'000u);
    EXPECT_EQ(when % arrival_step_ns, 0u);
  }
  EXPECT_EQ(bytes, collection.totals.bytes);
  const auto taken = store.take_collected();
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].protobuf, first.protobuf);
  EXPECT_TRUE(store.take_collected().empty());
  ASSERT_TRUE(store.take(first));
  store.collect();
  EXPECT_TRUE(store.take_collected().empty()) << "not asked for";
}

TEST(Store, GivesTheRequestsThemselvesOnceAndInOrder) {
  Store store(1u << 20);
  const Payload first = request({{"a", 1, 1}}), second = request({{"b", 2, 1}, {"b", 2, 2, 1}});
  ASSERT_TRUE(store.take(first));
  store.flush();  // decoded or not makes no difference
  ASSERT_TRUE(store.take(broken()));
  ASSERT_TRUE(store.take(second));
  const auto taken = store.take_raw();
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0].protobuf, first.protobuf);
  EXPECT_EQ(taken[1].protobuf, second.protobuf);
  EXPECT_GT(taken[0].arrived_unix_ns, 1'600'000'000'000'000'000u);  // a date of this century, not a monotonic reading
  EXPECT_GE(taken[1].arrived_unix_ns, taken[0].arrived_unix_ns);
  EXPECT_EQ(store.held_bytes(), 0u);
  EXPECT_TRUE(store.take_raw().empty());

  // What was taken is in no collection, but in the totals.
  ASSERT_TRUE(store.take(request({{"c", 3, 1}})));
  const Collection rest = store.collect();
  EXPECT_EQ(rest.totals.requests, 1u);
  EXPECT_EQ(rest.totals.malformed, 0u);
  EXPECT_EQ(rest.totals.spans, 1u);
  EXPECT_EQ(store.totals().spans, 4u);
  EXPECT_EQ(store.totals().malformed, 1u);
  EXPECT_TRUE(store.take_raw().empty());
}

TEST(Store, RefusesWhatDoesNotFitAndSaysSo) {
  const Payload payload = request({{"a", 1, 1}});
  Store store(2 * payload.bytes + 1);
  EXPECT_TRUE(store.take(payload));
  EXPECT_TRUE(store.take(request({{"a", 2, 1}})));
  EXPECT_FALSE(store.take(request({{"a", 3, 1}})));
  EXPECT_EQ(store.totals().refused, 1u);
  const Collection collection = store.collect();
  EXPECT_EQ(collection.totals.refused, 1u);
  EXPECT_EQ(collection.totals.requests, 2u);
  EXPECT_TRUE(store.take(payload));  // there is room again
  EXPECT_EQ(store.collect().totals.refused, 0u);
}

TEST(Store, WhatCannotBeDecodedIsCountedMalformed) {
  Store store(1u << 20);
  ASSERT_TRUE(store.take(broken()));
  ASSERT_TRUE(store.take(request({{"a", 1, 1}})));
  store.count_malformed();
  EXPECT_EQ(store.totals().malformed, 1u);
  const Collection collection = store.collect();
  EXPECT_EQ(collection.totals.malformed, 2u);
  EXPECT_EQ(collection.totals.spans, 1u);
  EXPECT_EQ(store.collect().totals.malformed, 0u);
  EXPECT_EQ(store.totals().malformed, 2u);
}

TEST(Store, DuplicatesAcrossRequestsShowInTotalsOnly) {
  Store store(1u << 20);
  store.take(request({{"a", 1, 1}}));
  store.take(request({{"a", 1, 1}}));
  EXPECT_EQ(store.flush().spans, 2u);
  const Collection collection = store.collect();
  EXPECT_EQ(collection.totals.spans, 1u);
  EXPECT_EQ(collection.traces.duplicates, 1u);
}

TEST(Store, ManySendersAndACollectorLoseNothing) {
  Store store(64u << 20);
  constexpr int senders = 4, requests = 200;
  std::vector<std::jthread> threads;
  std::atomic<int> running{senders};
  for (int sender = 0; sender < senders; ++sender) {
    threads.emplace_back([&, sender] {
      for (int i = 0; i < requests; ++i) {
        const auto trace = static_cast<std::uint8_t>(1 + sender), span = static_cast<std::uint8_t>(1 + i % 200);
        store.take(request({{"a", trace, span}}));
      }
      --running;
    });
  }
  std::uint64_t collected = 0, spans = 0;
  const auto add = [&] {
    const Collection collection = store.collect();
    collected += collection.totals.requests;
    spans += collection.totals.spans + collection.traces.duplicates;
  };
  while (running > 0) add();
  threads.clear();
  add();
  EXPECT_EQ(collected, 800u);
  EXPECT_EQ(spans, 800u);
  EXPECT_EQ(store.held_bytes(), 0u);
}

}  // namespace
}  // namespace tracetax::sink
