// The pages across runs in a browser: the trend, results beside each other, and what changed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { open, readThrough, shots } from './browser.mjs';

const sectionsOf = {
  history: ['overheads', 'changes', 'series-1', 'series-2', 'reading', 'data'],
  overlay: ['results', 'overhead-1', 'overhead-2', 'reading', 'data'],
  comparison: ['growth', 'acts', 'overheads', 'machines', 'everything', 'data'],
};
const charts = { history: ['series-1', 'series-2'], overlay: ['overhead-1', 'overhead-2'], comparison: ['growth', 'overheads'] };

for (const kind of Object.keys(sectionsOf)) {
  for (const name of [kind, `${kind}_hostile`]) {
    test(`${name}: every section is there with its data, and nothing complains`, async () => {
      const { page, complaints, close } = await open(name);
      await readThrough(page);
      assert.deepEqual(await page.$$eval('section', (all) => all.map((one) => one.id)), sectionsOf[kind]);
      for (const id of sectionsOf[kind]) {
        const text = await page.locator(`#${id} .body`).innerText();
        assert.ok(text.trim().length > 10, `${id} is empty`);
        assert.doesNotMatch(text, /NaN|undefined|Infinity|\[object/, id);
      }
      for (const id of charts[kind]) {
        const labels = await page.$$eval(`#${id} svg[role=img]`, (all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
        assert.ok(labels.length > 0, `${id} has no chart`);
        for (const label of labels) assert.ok(label.length > 20 && !/NaN|undefined/.test(label), `${id}: ${label}`);
        const drawn = await page.$$eval(`#${id} svg[role=img] *`, (all) =>
          all.flatMap((one) => ['d', 'x', 'y', 'width', 'height', 'transform', 'cx', 'cy'].map((a) => one.getAttribute(a) ?? '')).filter((value) => /NaN|undefined/.test(value)));
        assert.deepEqual(drawn, [], `${id} draws what is no number`);
        if (kind !== 'comparison' || id === 'growth') assert.ok(await page.locator(`#${id} details.numbers`).count() > 0, `${id} has no table`);
      }
      assert.equal(await page.locator('body img').count(), 0);
      assert.deepEqual(complaints, []);
      await close();
    });
  }

  test(`${kind}: fits its window, light and dark`, async () => {
    for (const width of [400, 900, 1600]) {
      for (const colorScheme of ['light', 'dark']) {
        const { page, complaints, close } = await open(kind, { width, colorScheme });
        await readThrough(page);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width, `${kind} is wider than ${width}`);
        await page.screenshot({ path: join(shots, `${kind}-${width}-${colorScheme}.png`), fullPage: true });
        assert.deepEqual(complaints, []);
        await close();
      }
    }
  });

  test(`${kind}: the report can be saved as it was`, async () => {
    const { page, close } = await open(kind);
    await readThrough(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#data button').first().click()]);
    const saved = readFileSync(await download.path(), 'utf8');
    const report = await page.evaluate(() => JSON.parse(document.getElementById('page').textContent).report);
    assert.equal(JSON.parse(saved).schema, report.schema);
    if (kind !== 'overlay') assert.match(saved, /"seed": 42,/);  // a number again
    await close();
  });
}

test('a trend shows its changes, its levels and its points', async () => {
  const { page, close } = await open('history');
  await readThrough(page);
  const report = await page.evaluate(() => JSON.parse(document.getElementById('page').textContent).report);
  for (const [i, series] of report.series.entries()) {
    assert.equal(await page.locator(`#series-${i + 1} svg[role=img] [aria-label="dot"] circle`).count(), series.points.length);
    assert.equal(await page.locator(`#series-${i + 1} svg[role=img] [aria-label="link"] path`).count(), series.segments.length);
    const label = await page.locator(`#series-${i + 1} svg[role=img]`).getAttribute('aria-label');
    for (const change of series.changes) assert.ok(label.includes(`${change.direction} of `), label);
    assert.equal(series.changes.length, [1, 2][i]);
  }
  assert.equal(await page.locator('#changes tbody tr').count(), 3);
  await close();
});

test('a point says what it is when it is pointed at', async () => {
  const { page, close } = await open('history');
  await readThrough(page);
  const chart = page.locator('#series-1 svg[role=img]');
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForFunction(() => /results\/\d\d/.test(document.querySelector('#series-1 [aria-label="tip"]')?.textContent ?? ''));
  await close();
});

test('tables are sorted by their numbers, not by their texts', async () => {
  const { page, close } = await open('history');
  await readThrough(page);
  await page.locator('#series-2 details.numbers summary').click();
  await page.locator('#series-2 thead button', { hasText: /^overhead$/ }).click();
  const shown = await page.$$eval('#series-2 tbody tr', (rows) => rows.map((row) => parseFloat(row.children[3].textContent.replace('−', '-'))));
  assert.ok(shown.length > 50);
  assert.deepEqual(shown, [...shown].sort((a, b) => a - b));
  await close();
});
