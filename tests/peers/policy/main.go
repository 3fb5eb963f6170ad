// Known answers for tests/unit/policy: runs the Collector's own processors, from their Go modules, over made traces and over every
// configuration in a folder, and writes what came out.
//
//	go run . ../../data/policy        reads cases/*.yaml there, writes traces.otlp and answers.json
//
// The traces come from a fixed seed, so the same versions give the same files. A tail sampler decides everything it holds when it is
// shut down, so nothing here waits.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/tailsamplingprocessor"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/xconfmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.yaml.in/yaml/v3"
)

type threshold struct {
	Percentage float64 `json:"percentage"`
	Precision  int     `json:"precision"`
	Value      uint64  `json:"value"`
}

// The policy `probabilistic` keeps its hash and threshold to itself; these are its expressions on Go's own library.
type tailNumber struct {
	Percentage float64 `json:"percentage"`
	Threshold  uint64  `json:"threshold"`
	Salt       string  `json:"salt"`
	Hash       uint64  `json:"hash"` // of the salt and the trace id 01 02 … 10
}

type answers struct {
	Versions   map[string]string `json:"versions"`
	Thresholds []threshold       `json:"thresholds"`
	Tail       []tailNumber      `json:"tail"`
	TraceState []stateAnswer     `json:"tracestates"`
	Cases      map[string]string `json:"cases"` // case → for each trace, in the order of traces.otlp, a digit: its spans that came out
}

type stateAnswer struct {
	Text       string `json:"text"`
	Valid      bool   `json:"valid"`
	Randomness string `json:"rv"`
	Threshold  string `json:"th"`
	Again      string `json:"again"` // written anew
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func factoryOf(name string) processor.Factory {
	kind, _, _ := strings.Cut(name, "/")
	switch kind {
	case "probabilistic_sampler":
		return probabilisticsamplerprocessor.NewFactory()
	case "tail_sampling":
		return tailsamplingprocessor.NewFactory()
	}
	return nil
}

// How many spans of each trace come out of the pipeline `traces` of the configuration.
func run(file string, requests []ptrace.Traces) string {
	var document map[string]any
	check(yaml.Unmarshal(must(os.ReadFile(file)), &document))
	conf := confmap.NewFromStringMap(document)
	var pipeline struct {
		Processors []string `mapstructure:"processors"`
	}
	check(must(conf.Sub("service::pipelines::traces")).Unmarshal(&pipeline, confmap.WithIgnoreUnused()))

	ctx := context.Background()
	sink := new(consumertest.TracesSink)
	var next consumer.Traces = sink
	var chain []processor.Traces
	for i := len(pipeline.Processors) - 1; i >= 0; i-- {
		name := pipeline.Processors[i]
		factory := factoryOf(name)
		if factory == nil {
			continue // processors that pass traces on as they are
		}
		config := factory.CreateDefaultConfig()
		check(must(conf.Sub("processors::" + name)).Unmarshal(config))
		check(xconfmap.Validate(config))
		settings := processortest.NewNopSettings(factory.Type())
		made := must(factory.CreateTraces(ctx, settings, config, next))
		check(made.Start(ctx, componenttest.NewNopHost()))
		chain = append([]processor.Traces{made}, chain...)
		next = made
	}
	for _, request := range requests {
		copied := ptrace.NewTraces() // processors may change what they are given
		request.CopyTo(copied)
		check(next.ConsumeTraces(ctx, copied))
	}
	for _, one := range chain {
		check(one.Shutdown(ctx))
	}
	kept := map[pcommon.TraceID]int{}
	for _, traces := range sink.AllTraces() {
		each(traces, func(span ptrace.Span) { kept[span.TraceID()]++ })
	}
	digits := ""
	for _, request := range requests {
		digits += strconv.Itoa(kept[request.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).TraceID()])
	}
	return digits
}

func each(traces ptrace.Traces, visit func(ptrace.Span)) {
	for _, resource := range traces.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				visit(span)
			}
		}
	}
}

func versions() map[string]string {
	found := map[string]string{}
	info, _ := debug.ReadBuildInfo()
	found["go"] = info.GoVersion
	for _, module := range info.Deps {
		if strings.HasSuffix(module.Path, "processor/tailsamplingprocessor") ||
			strings.HasSuffix(module.Path, "processor/probabilisticsamplerprocessor") ||
			strings.HasSuffix(module.Path, "contrib/pkg/sampling") {
			found[module.Path] = module.Version
		}
	}
	return found
}

func thresholds() (all []threshold) {
	for _, percentage := range []float64{100, 99.99, 75, 50, 33.333, 25, 10, 5, 1, 0.1, 0.01, 1e-6, 1e-14} {
		for _, precision := range []int{1, 2, 4, 7, 14} {
			value := must(sampling.ProbabilityToThresholdWithPrecision(percentage/100, precision))
			all = append(all, threshold{percentage, precision, value.Unsigned()})
		}
	}
	return all
}

func tailNumbers() (all []tailNumber) {
	id := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	for i, percentage := range []float64{0, 1e-20, 1e-9, 0.001, 0.1, 1, 5, 10, 12.5, 33.33, 50, 62.5, 66.6, 75, 90, 99.9, 99.999999, 100, 300} {
		boundary := new(big.Float).SetInt(new(big.Int).SetUint64(math.MaxUint64))
		value, _ := boundary.Mul(boundary, big.NewFloat(percentage/100)).Uint64()
		salt := strings.Repeat("salt", i)
		hash := fnv.New64a()
		hash.Write([]byte(salt))
		hash.Write(id)
		all = append(all, tailNumber{percentage, value, salt, hash.Sum64()})
	}
	return all
}

func traceStates() (all []stateAnswer) {
	for _, text := range []string{
		"", "ot=th:8", "ot=rv:6e6d1a75832a2f", "ot=rv:6e6d1a75832a2f;th:fd70a4", "ot=th:0", "ot=th:c;xy:1,vendor=v",
		"vendor=v", "vendor=v, ot=th:8", "ot=rv:123", "ot=th:", "ot=th:123456789012345", "ot=th:zz", "ot=TH:8", "ot=th:8;",
		"ot=th", "ot", "=x", "a@b=1", "1a=2", "1@a=2", "a=b=c", "x=1,,y=2", "ot=th:4,ot=th:8", "\tot=th:8 ", "a= ",
	} {
		state, err := sampling.NewW3CTraceState(text)
		answer := stateAnswer{Text: text, Valid: err == nil, Randomness: state.OTelValue().RValue(), Threshold: state.OTelValue().TValue()}
		var written strings.Builder
		check(state.Serialize(&written))
		answer.Again = written.String()
		all = append(all, answer)
	}
	return all
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: policy FOLDER")
		os.Exit(2)
	}
	folder := os.Args[1]
	requests := makeRequests()
	all := ptrace.NewTraces()
	for _, request := range requests {
		copied := ptrace.NewTraces()
		request.CopyTo(copied)
		copied.ResourceSpans().MoveAndAppendTo(all.ResourceSpans())
	}
	bytes := must(ptraceotlp.NewExportRequestFromTraces(all).MarshalProto())
	check(os.WriteFile(filepath.Join(folder, "traces.otlp"), bytes, 0o644))

	result := answers{versions(), thresholds(), tailNumbers(), traceStates(), map[string]string{}}
	for _, file := range must(filepath.Glob(filepath.Join(folder, "cases", "*.yaml"))) {
		result.Cases[strings.TrimSuffix(filepath.Base(file), ".yaml")] = run(file, requests)
	}
	text := must(json.MarshalIndent(result, "", " "))
	check(os.WriteFile(filepath.Join(folder, "answers.json"), append(text, '\n'), 0o644))
}
