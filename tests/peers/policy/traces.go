package main

import (
	"encoding/binary"
	"fmt"
	"math/rand"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

const (
	traceCount = 400
	start      = 1_700_000_000_000_000_000
	ms         = 1_000_000
)

// Around the thresholds of the cases, because that is where a rule about rounding shows.
var durations = []int64{0, 1, 5 * ms, 99*ms + 999_999, 100 * ms, 100*ms + 1, 101*ms - 1, 101 * ms, 999 * ms, 1000 * ms,
	1000*ms + 999_999, 1001 * ms, 1500 * ms, 2000 * ms, 2001 * ms, 5000 * ms}

var states = []string{"", "", "", "", "", "", "ot=th:8", "ot=th:c", "ot=rv:f0000000000000", "ot=rv:10000000000000;th:0",
	"vendor=critical", "vendor=other,ot=th:4", "not a tracestate", "ot=rv:1"}

// One request for each trace: two services, one to six spans.
func makeRequests() []ptrace.Traces {
	random := rand.New(rand.NewSource(20260102))
	var requests []ptrace.Traces
	for i := range traceCount {
		traces := ptrace.NewTraces()
		var id pcommon.TraceID
		random.Read(id[:])
		state := states[random.Intn(len(states))]
		duration := durations[random.Intn(len(durations))]
		count := 1 + random.Intn(6)
		services := []ptrace.ResourceSpans{addResource(traces, "router", random), addResource(traces, "gateway", random)}
		var spans []ptrace.Span
		for j := range count {
			span := services[j%2].ScopeSpans().At(0).Spans().AppendEmpty()
			spans = append(spans, span)
			var own pcommon.SpanID
			binary.BigEndian.PutUint64(own[:], uint64(i)<<8|uint64(j+1))
			span.SetTraceID(id)
			span.SetSpanID(own)
			if j > 0 {
				span.SetParentSpanID(spans[0].SpanID())
			}
			span.SetName(fmt.Sprintf("step %d", j))
			span.TraceState().FromRaw(state)
			// The trace's duration is that from the root's start to its last span's end.
			span.SetStartTimestamp(pcommon.Timestamp(start + int64(j)))
			span.SetEndTimestamp(pcommon.Timestamp(start + max(int64(j), min(duration, durations[random.Intn(len(durations))]))))
			if j == count-1 {
				span.SetEndTimestamp(pcommon.Timestamp(start + max(duration, int64(j))))
			}
			span.Status().SetCode([]ptrace.StatusCode{ptrace.StatusCodeUnset, ptrace.StatusCodeUnset, ptrace.StatusCodeUnset,
				ptrace.StatusCodeUnset, ptrace.StatusCodeUnset, ptrace.StatusCodeOk, ptrace.StatusCodeError}[random.Intn(7)])
			addAttributes(span.Attributes(), random)
		}
		traces.ResourceSpans().RemoveIf(func(one ptrace.ResourceSpans) bool { return one.ScopeSpans().At(0).Spans().Len() == 0 })
		requests = append(requests, traces)
	}
	return requests
}

func addResource(traces ptrace.Traces, service string, random *rand.Rand) ptrace.ResourceSpans {
	resource := traces.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", service)
	if random.Intn(4) == 0 {
		resource.Resource().Attributes().PutStr("tenant", []string{"acme", "other", ""}[random.Intn(3)])
	}
	resource.ScopeSpans().AppendEmpty()
	return resource
}

// Also of types that the policies do not expect.
func addAttributes(attributes pcommon.Map, random *rand.Rand) {
	if random.Intn(6) == 0 {
		attributes.PutStr("mcp.critical_operation", []string{"true", "false", "TRUE", ""}[random.Intn(4)])
	}
	switch random.Intn(12) {
	case 0:
		attributes.PutBool("flag", true)
	case 1:
		attributes.PutBool("flag", false)
	case 2:
		attributes.PutStr("flag", "true")
	}
	switch random.Intn(6) {
	case 0:
		attributes.PutInt("http.status_code", int64(200+100*random.Intn(4)))
	case 1:
		attributes.PutStr("http.status_code", "500")
	case 2:
		attributes.PutDouble("http.status_code", 500)
	}
	if random.Intn(5) == 0 {
		attributes.PutStr("url.path", []string{"/health", "/healthz", "/mcp", "/api/v1/tools"}[random.Intn(4)])
	}
	switch random.Intn(25) {
	case 0:
		attributes.PutInt("sampling.priority", int64(random.Intn(3)-1))
	case 1:
		attributes.PutStr("sampling.priority", []string{"1", "0", "0.5", "high", " 1", "1e0", "nan"}[random.Intn(7)])
	case 2:
		attributes.PutDouble("sampling.priority", []float64{0, 0.1, -1}[random.Intn(3)])
	}
}
