// HdrHistogramJS against our histograms, both ways. TRACETAX_HDR_PEER names the program of main.cc.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import hdr from 'hdr-histogram-js';

const peer = process.env.TRACETAX_HDR_PEER;
assert.ok(peer, 'TRACETAX_HDR_PEER is not set');
const dir = mkdtempSync(join(tmpdir(), 'tracetax-hdr-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const levels = ['0.0', '1.0', '10.0', '50.0', '75.0', '90.0', '95.0', '99.0', '99.9', '99.99', '100.0'];
const untagged = hdr.build({}).tag;

function described(histogram) {
  return {
    tag: histogram.tag === untagged ? '' : histogram.tag,
    start_ms: Math.round(histogram.startTimeStampMsec),
    length_ms: Math.round(histogram.endTimeStampMsec - histogram.startTimeStampMsec),
    count: histogram.totalCount,
    // Not its minNonZeroValue and maxValue: these are raw values or bounds of buckets, by the histogram's origin.
    min: histogram.getValueAtPercentile(0),
    max: histogram.getValueAtPercentile(100),
    mean: histogram.mean,
    percentiles: Object.fromEntries(levels.map((level) => [level, histogram.getValueAtPercentile(Number(level))])),
  };
}

// Sums of doubles in another order differ in their last bits.
function assertSame(found, expected) {
  assert.equal(found.length, expected.length);
  found.forEach((interval, i) => {
    const { mean: foundMean, ...rest } = interval;
    const { mean: expectedMean, ...expectedRest } = expected[i];
    assert.deepEqual(rest, expectedRest, `interval ${i}`);
    assert.ok(Math.abs(foundMean - expectedMean) <= 1e-12 * expectedMean, `interval ${i}: mean ${foundMean} and ${expectedMean}`);
  });
}

for (const useWebAssembly of [false, true]) {
  test(`it reads our log (${useWebAssembly ? 'WebAssembly' : 'JavaScript'})`, async () => {
    if (useWebAssembly) await hdr.initWebAssembly();
    execFileSync(peer, ['write', dir]);
    const expected = JSON.parse(readFileSync(join(dir, 'ours.json'), 'utf8'));
    const reader = new hdr.HistogramLogReader(readFileSync(join(dir, 'ours.hlog'), 'utf8'), 64, useWebAssembly);
    const found = [];
    for (let h = reader.nextIntervalHistogram(); h; h = reader.nextIntervalHistogram()) {
      found.push(described(h));
      h.destroy?.();
    }
    assert.equal(expected.length, 17);
    // The last has a count of 2^40, of which its WebAssembly build keeps 32 bits.
    if (useWebAssembly) assertSame(found.slice(0, -1), expected.slice(0, -1));
    else assertSame(found, expected);
  });
}

test('we read its log', () => {
  const startMs = 1767348900250;
  let log = '';
  const writer = new hdr.HistogramLogWriter((text) => (log += text));
  writer.outputLogFormatVersion();
  writer.outputComment('values: nanoseconds');
  writer.outputStartTime(startMs);
  writer.outputLegend();
  writer.baseTime = startMs;
  const expected = [];
  ['a', '', 'b'].forEach((tag, i) => {
    const histogram = hdr.build({
      lowestDiscernibleValue: i === 2 ? 1000 : 1,
      highestTrackableValue: 60e9,
      numberOfSignificantValueDigits: i + 1,
      bitBucketSize: 64,
    });
    for (let n = 0; n < 3 * 100 ** i; n += 1) histogram.recordValue(Math.floor(1000 + ((n * 7919) % 1000003) * 997));
    if (tag) histogram.tag = tag;
    histogram.startTimeStampMsec = startMs + 1000 * i;
    histogram.endTimeStampMsec = startMs + 1000 * i + 900;
    writer.outputIntervalHistogram(histogram);
    expected.push(described(histogram));
  });
  writeFileSync(join(dir, 'theirs.hlog'), log);
  assertSame(JSON.parse(execFileSync(peer, ['read', dir], { encoding: 'utf8' })), expected);
});
