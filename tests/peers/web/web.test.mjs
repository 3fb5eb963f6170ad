// The HTML report of one result in a browser. Nothing here measures time against a limit: bytes and elements are counted.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, open, readThrough, shots } from './browser.mjs';

const sections = ['budgets', 'acts', 'ratios', 'latency', 'differences', 'time', 'services', 'resources', 'spans', 'checks', 'traces',
  'doubts', 'environment', 'reproduce', 'costs', 'reading', 'data'];
const fromDetails = ['ratios', 'differences', 'time', 'traces'];

test('every section is there with its data, and nothing complains', async () => {
  const { page, complaints, close } = await open('ordinary');
  await readThrough(page);
  assert.deepEqual(await page.$$eval('section', (all) => all.map((one) => one.id)), sections);
  for (const id of sections) {
    const text = await page.locator(`#${id} .body`).innerText();
    assert.ok(text.trim().length > 20, `${id} is empty`);
    assert.doesNotMatch(text, /NaN|undefined|Infinity|\[object/, id);
  }
  for (const id of ['budgets', 'ratios', 'latency', 'differences', 'time', 'services', 'resources', 'spans', 'checks', 'traces', 'doubts']) {
    const labels = await page.$$eval(`#${id} svg[role=img]`, (all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
    assert.ok(labels.length > 0, `${id} has no chart`);
    for (const label of labels) assert.ok(label.length > 20 && !/NaN|undefined/.test(label), `${id}: ${label}`);
    assert.ok(await page.locator(`#${id} table, #${id} details.numbers`).count() > 0, `${id} has no table`);
    const paths = await page.$$eval(`#${id} svg[role=img] *`, (all) =>
      all.flatMap((one) => ['d', 'x', 'y', 'width', 'height', 'transform', 'cx', 'cy'].map((name) => one.getAttribute(name) ?? '')).filter((value) => /NaN|undefined/.test(value)));
    assert.deepEqual(paths, [], `${id} draws what is no number`);
  }
  // The numbers are those of the document.
  const result = await page.evaluate(() => JSON.parse(document.getElementById('page').textContent).result);
  const budgets = await page.$$eval('#budgets tbody tr', (rows) => rows.map((row) => row.children[2].textContent));
  assert.deepEqual(budgets, result.budgets.map((budget) => budget.verdict));
  const headings = await page.$$eval('h1, h2, h3', (all) => all.map((one) => Number(one.tagName[1])));
  headings.forEach((level, i) => assert.ok(i === 0 ? level === 1 : level <= headings[i - 1] + 1, `heading ${i} jumps to ${level}`));
  assert.equal(new Set(await page.$$eval('[id]', (all) => all.map((one) => one.id))).size, await page.locator('[id]').count(), 'ids are unique');
  for (const href of await page.$$eval('a[href^="#"]', (all) => all.map((one) => one.getAttribute('href'))))
    assert.equal(await page.locator(href).count(), 1, href);
  assert.deepEqual(complaints, []);
  await close();
});

test('a result without details.json says what is left out', async () => {
  const { page, complaints, close } = await open('bare');
  await readThrough(page);
  assert.deepEqual(await page.$$eval('section', (all) => all.map((one) => one.id)), sections.filter((id) => !fromDetails.includes(id)));
  assert.match(await page.locator('main').innerText(), /details\.json was not beside this result/);
  const result = await page.evaluate(() => JSON.parse(document.getElementById('page').textContent).result);
  const { name: arm, services: [{ name: away }] } = result.arms.at(-1);
  for (const id of ['services', 'resources'])
    assert.match(await page.locator(`#${id}`).innerText(), new RegExp(`${away} runs elsewhere in ${arm}: it is measured from outside only`));
  const rows = await page.$$eval('#resources tbody tr', (all) => all.map((row) => [row.children[0].textContent, row.children[1].textContent].join(' ')));
  assert.equal(rows.length, result.arms.flatMap((one) => one.services).length - 1);
  assert.ok(!rows.includes(`${arm} ${away}`));
  assert.ok(await page.locator('#latency svg[role=img]').count() > 0);
  assert.deepEqual(complaints, []);
  await close();
});

test('a run that is not valid is still a page', async () => {
  const { page, complaints, close } = await open('broken');
  await readThrough(page);
  assert.equal(await page.locator('body > header .badge').innerText(), 'not valid');
  assert.match(await page.locator('#doubts').innerText(), /signal 9/);
  assert.deepEqual(complaints, []);
  await close();
});

test('names stay text', async () => {
  const source = readFileSync(join(folder, 'hostile.html'), 'utf8');
  assert.doesNotMatch(source, /data-packed="gzip"/, 'the hostile document is to be carried as it is');
  const { page, complaints, close } = await open('hostile');
  await readThrough(page);
  await page.$$eval('details', (all) => all.forEach((one) => (one.open = true)));
  assert.equal(await page.locator('script').count(), 2);
  assert.equal(await page.locator('img').count(), 0);
  assert.match(await page.title(), /<script>alert\(1\)<\/script>/);
  for (const id of ['budgets', 'latency', 'time', 'services', 'traces', 'environment'])
    assert.match(await page.locator(`#${id}`).innerText(), /<script>alert\(1\)/, id);
  await hover(page, '#budgets svg[role=img]');
  assert.deepEqual(complaints, []);
  await close();
});

async function hover(page, selector) {
  const chart = page.locator(selector).first();
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  for (const [x, y] of [[0.5, 0.5], [0.4, 0.3], [0.6, 0.6], [0.3, 0.45], [0.7, 0.4], [0.2, 0.5], [0.15, 0.7]]) {
    await page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 4 });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const text = (await chart.locator('[aria-label="tip"]').allTextContents()).join('');
    if (text.trim() !== '') return text;
  }
  return '';
}

test('tooltips appear', async () => {
  const { page, complaints, close } = await open('ordinary');
  await readThrough(page);
  for (const id of ['budgets', 'ratios', 'latency', 'differences', 'time', 'services', 'spans', 'checks', 'traces'])
    assert.match(await hover(page, `#${id} svg[role=img]`), /\d/, `${id} has no tooltip`);
  assert.deepEqual(complaints, []);
  await close();
});

const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test('dark follows the system, and the button changes it', async () => {
  const light = await open('ordinary', { colorScheme: 'light' });
  const dark = await open('ordinary', { colorScheme: 'dark' });
  const [bright, dim] = [await background(light.page), await background(dark.page)];
  assert.notEqual(bright, dim);
  await light.page.getByRole('button', { name: 'Dark colours' }).click();
  assert.equal(await background(light.page), dim);
  await dark.page.getByRole('button', { name: 'Light colours' }).click();
  assert.equal(await background(dark.page), bright);
  await dark.page.reload();
  assert.equal(await background(dark.page), dim, 'remembered only for as long as the page is open');
  await light.close();
  await dark.close();
});

test('tables sort up and down', async () => {
  const { page, close } = await open('ordinary');
  await readThrough(page);
  await page.$$eval('#costs details', (all) => all.forEach((one) => (one.open = true)));
  const table = page.locator('#costs table').first();
  const expected = await page.evaluate(() => JSON.parse(document.getElementById('page').textContent).result.comparisons
    .filter((c) => !c.service).map((c) => c.absolute.estimate).sort((a, b) => a - b));
  const shown = () => table.locator('tbody tr').count();
  const header = table.locator('th', { hasText: 'change' });
  const first = () => table.locator('tbody tr').first().innerText();
  const before = await first();
  await header.getByRole('button').click();
  assert.equal(await header.getAttribute('aria-sort'), 'ascending');
  const up = await first();
  await header.getByRole('button').click();
  assert.equal(await header.getAttribute('aria-sort'), 'descending');
  const down = await first();
  assert.notEqual(up, down);
  assert.ok(before !== up || before !== down);
  assert.equal(await shown(), expected.length);
  // What the sorted column shows is in the order of the numbers, not of their texts.
  const descending = await page.evaluate(() => {
    const unit = { ns: 1, 'µs': 1e3, ms: 1e6, s: 1e9 };
    const cells = [...document.querySelectorAll('#costs table')[0].querySelectorAll('tbody tr')].map((row) => row.children[4].textContent);
    return cells.map((text) => /^([+-]?[\d.,]+)\s(ns|µs|ms|s)$/.exec(text)).filter(Boolean).map((m) => Number(m[1].replace(/,/g, '')) * unit[m[2]]);
  });
  assert.ok(descending.length > 10);
  descending.forEach((value, i) => assert.ok(i === 0 || value <= descending[i - 1] * 1.01, `${value} after ${descending[i - 1]}`));
  await close();
});

async function downloaded(page, name) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
  return readFileSync(await download.path(), 'utf8');
}

test('downloads parse', async () => {
  const { page, complaints, close } = await open('ordinary');
  await readThrough(page);
  const document_ = await page.evaluate(() => JSON.parse(document.getElementById('page').textContent));
  const text = await downloaded(page, 'Save made.result.json');
  assert.deepEqual(JSON.parse(text), document_.result);
  assert.match(text, /"seed": 18446744073709551557,/, 'the seed has all its digits');
  assert.deepEqual(JSON.parse(await downloaded(page, 'Save made.details.json')), document_.details);
  for (const [name, rows] of [['comparisons.csv', document_.result.comparisons.length], ['budgets.csv', document_.result.budgets.length],
    ['trials.csv', document_.details.trials.number.length], ['percentiles.csv', document_.details.curves.length * document_.details.percent.length]]) {
    const lines = (await downloaded(page, `Save made.${name}`)).trimEnd().split('\r\n');
    assert.equal(lines.length, rows + 1, name);
    const columns = lines[0].split(',').length;
    for (const line of lines) assert.equal(line.replace(/"[^"]*"/g, '').split(',').length, columns, line);
  }
  const [table] = await Promise.all([page.waitForEvent('download'), page.locator('#budgets').getByRole('button', { name: 'Save as CSV' }).first().click()]);
  assert.match(readFileSync(await table.path(), 'utf8'), /^budget,arm,verdict/);
  assert.deepEqual(complaints, []);
  await close();
});

test('scenario and command can be copied', async () => {
  const { page, complaints, close } = await open('hostile');
  await readThrough(page);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  for (const [what, key] of [['the scenario', 'scenario'], ['the command', 'command']]) {
    const button = page.getByRole('button', { name: `Copy ${what}` });
    await button.click();
    await page.getByRole('button', { name: 'Copied' }).first().waitFor();
    const expected = await page.evaluate((name) => JSON.parse(document.getElementById('page').textContent).details[name], key);
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), expected);
  }
  assert.deepEqual(complaints, []);
  await close();
});

test('the keyboard reaches everything', async () => {
  const { page, close } = await open('ordinary');
  await readThrough(page);
  await page.evaluate(() => document.activeElement?.blur());
  const wanted = await page.evaluate(() => [...document.querySelectorAll('button, select, summary, a[href]')]
    .filter((one) => one.checkVisibility()).map((one, i) => ((one.dataset.wanted = String(i)), i)).length);
  const seen = new Set();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the report');
  for (let i = 0; i < wanted * 2 && seen.size < wanted; i += 1) {
    const found = await page.evaluate(() => document.activeElement?.dataset?.wanted ?? '');
    if (found !== '') seen.add(found);
    await page.keyboard.press('Tab');
  }
  assert.equal(seen.size, wanted);
  // A table is sorted without a mouse.
  const header = page.locator('#budgets th').first();
  await header.getByRole('button').focus();
  await page.keyboard.press('Enter');
  assert.equal(await header.getAttribute('aria-sort'), 'ascending');
  await close();
});

test('it prints whole, without being scrolled before', async () => {
  const { page, complaints, close } = await open('ordinary');
  const pdf = await page.pdf({ format: 'A4' });
  assert.ok(pdf.length > 50_000);
  assert.equal(await page.locator('[data-waiting]').count(), 0, 'everything is drawn before printing');
  assert.deepEqual(complaints, []);
  await page.getByRole('button', { name: 'Dark colours' }).click();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await background(page), 'rgb(255, 255, 255)', 'paper is white');
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).color), 'rgb(22, 25, 29)', 'and ink is dark');
  assert.equal(await page.getByRole('button', { name: 'Print' }).isVisible(), false);
  await close();
});

test('without scripts the verdict is there, and where the rest is', async () => {
  const { page, close } = await open('ordinary', { javaScriptEnabled: false });
  const text = await page.locator('body').innerText();
  assert.match(text, /made/);
  assert.match(text, /exceeded/);
  assert.match(text, /9 budgets and 3 checks/);
  assert.match(text, /tracetax report FOLDER --as text/);
  await close();
});

test('50 arms and 60 blocks are one small page, and little of it is made before it is asked for', async () => {
  const bytes = statSync(join(folder, 'large.html')).size;
  assert.ok(bytes < 1_000_000, `${bytes} bytes`);
  const began = performance.now();
  const { page, complaints, close } = await open('large');
  const ready = performance.now() - began;
  assert.deepEqual(await page.$$eval('section', (all) => all.map((one) => one.id)), sections);
  await page.waitForSelector('#budgets svg[role=img]');
  const elements = await page.locator('*').count();
  console.log(`# large.html: ${bytes} bytes, ready after ${ready.toFixed(0)} ms, ${elements} elements at first`);
  assert.ok(elements < 4000, `${elements} elements`);
  await readThrough(page);
  const all = await page.locator('*').count();
  console.log(`# large.html: ${all} elements when read through`);
  assert.ok(all < 40_000, `${all} elements`);
  // The tables hold every arm, and are made when they are opened.
  const trials = page.locator('#time details[data-long] summary', { hasText: 'Every trial' });
  await trials.click();
  assert.equal(await page.locator('#time table tbody tr').count(), 3000);
  // Another arm can be chosen.
  const choice = page.locator('#latency select').last();
  const options = await choice.locator('option').count();
  assert.ok(options >= 50, `${options} arms to choose from`);
  await choice.selectOption({ index: 2 });
  assert.match(await page.locator('#latency figure').first().innerText(), /untraced/);
  assert.deepEqual(complaints, []);
  await close();
});

test('nothing is cut off at any width', async () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [400, 900, 1600]) {
      const { page, complaints, close } = await open('ordinary', { width, colorScheme });
      await readThrough(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `at ${width} px the page is ${wide} px wide`);
      const outside = await page.$$eval('main svg[role=img] text', (all) => all.flatMap((one) => {
        const [text, chart] = [one.getBoundingClientRect(), one.ownerSVGElement.getBoundingClientRect()];
        return one.textContent.trim() !== '' && (text.right > chart.right + 6 || text.left < chart.left - 6) ? [one.textContent] : [];
      }));
      assert.deepEqual(outside, [], `texts outside of their charts at ${width} px`);
      await page.screenshot({ path: join(shots, `ordinary-${width}-${colorScheme}.png`), fullPage: true });
      assert.deepEqual(complaints, []);
      await close();
    }
  }
  const { page, close } = await open('large', { width: 1280 });
  await readThrough(page);
  await page.screenshot({ path: join(shots, 'large-1280-light.png'), fullPage: true });
  await close();
});
