// Pages in a browser, from the disk, with the network off. TRACETAX_PAGES holds the pages of main.cc and gets the
// screenshots; TRACETAX_CHROMIUM is the browser.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

export const folder = process.env.TRACETAX_PAGES;
assert.ok(folder, 'TRACETAX_PAGES is not set');
export const shots = join(folder, 'screenshots');
mkdirSync(shots, { recursive: true });

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: process.env.TRACETAX_CHROMIUM, args: ['--no-sandbox'] });
});
after(() => browser?.close());

// The page, and everything it complained of: errors, dialogs, and requests for anything but itself.
export async function open(name, { width = 1280, height = 900, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, acceptDownloads: true, ...options });
  await context.setOffline(true);
  const complaints = [];
  await context.route('**/*', (route) => {
    const url = route.request().url();
    if (url.startsWith('file:') && url.includes(`${name}.html`)) return route.continue();
    complaints.push(`asked for ${url}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
  if (options.javaScriptEnabled !== false) await page.waitForSelector('html[data-ready]');
  return { page, complaints, close: () => context.close() };
}

// As a reader who goes through the whole page.
export async function readThrough(page) {
  for (const id of await page.$$eval('section', (all) => all.map((one) => one.id))) {
    await page.locator(`#${id}`).scrollIntoViewIfNeeded();
    await page.waitForFunction((one) => !document.querySelector(`#${one} [data-waiting]`), id);
  }
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.evaluate(() => window.scrollTo(0, 0));
}
