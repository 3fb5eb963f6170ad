// What otlp-sink received: the spans of one trace.
export async function spansOf(admin, trace) {
  const document = await (await fetch(`${admin}/traces`)).json();
  const found = document.traces.find((one) => one.trace_id === trace);
  return (found?.spans ?? []).map((span) => ({ name: span.name, id: span.span_id, parent: span.parent_span_id }));
}
