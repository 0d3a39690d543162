// One person at the console in a real Chromium: signs in, reads, drops files; and what the browser complained about.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const looks = {
  'English, light, desk': { language: 'en', theme: 'light', viewport: { width: 1280, height: 900 } },
  'Chinese, dark, phone': { language: 'zh', theme: 'dark', viewport: { width: 390, height: 844 } },
};
export const moreLooks = {
  'English, dark, desk': { language: 'en', theme: 'dark', viewport: { width: 1280, height: 900 } },
  'Chinese, light, desk': { language: 'zh', theme: 'light', viewport: { width: 1280, height: 900 } },
  'Chinese, dark, desk': { language: 'zh', theme: 'dark', viewport: { width: 1280, height: 900 } },
  'English, light, phone': { language: 'en', theme: 'light', viewport: { width: 390, height: 844 } },
  'English, dark, phone': { language: 'en', theme: 'dark', viewport: { width: 390, height: 844 } },
  'Chinese, light, phone': { language: 'zh', theme: 'light', viewport: { width: 390, height: 844 } },
};

export class Browser {
  constructor(modules) {
    this.modules = modules;
  }

  async start() {
    const { chromium } = createRequire(join(resolve(this.modules), 'x'))('playwright-core');
    this.axe = readFileSync(join(this.modules, 'axe-core', 'axe.min.js'), 'utf8');
    this.chromium = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  }
  stop() {
    return this.chromium?.close();
  }

  // `ahead`: by how many milliseconds this person's clock is wrong.
  async person(origin, { language = 'en', theme = 'light', viewport = { width: 1280, height: 900 }, scale = 1, ahead = 0 } = {}) {
    const context = await this.chromium.newContext({ viewport, deviceScaleFactor: scale, acceptDownloads: true, permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    const person = new Person(origin, page, this.axe);
    await page.addInitScript(({ language: chosen, theme: colour, ahead: wrong }) => {
      localStorage.setItem('livecert.language', chosen);
      localStorage.setItem('livecert.theme', colour);
      document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
      if (wrong) {
        const now = Date.now.bind(Date);
        Date.now = () => now() + wrong;
      }
    }, { language, theme, ahead });
    return person;
  }
}

export class Person {
  complaints = [];

  constructor(origin, page, axe) {
    Object.assign(this, { origin, page, axe });
    page.setDefaultTimeout(Number(process.env.LIVECERT_PATIENCE ?? 60_000));
    page.on('pageerror', (error) => this.complaints.push(`thrown: ${error}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol !== 'blob:' && url.origin !== origin) this.complaints.push(`request elsewhere: ${url}`);
    });
  }

  // Fails if the browser complained about anything; `expected` is what the test provoked.
  nothingToComplainAbout(expected = /^$/) {
    assert.deepEqual(this.complaints.filter((complaint) => !expected.test(complaint)), []);
  }

  open(path = '/console/') {
    return this.page.goto(this.origin + path);
  }
  async signIn({ AccessKeyId, SecretAccessKey }, { readOnly = false } = {}) {
    await this.open();
    await this.page.fill('#lc-id', AccessKeyId);
    await this.page.fill('#lc-secret', SecretAccessKey);
    if (readOnly) await this.page.check('input[value=read]');
    await this.page.click('form button[type=submit]');
    await this.page.waitForSelector('.lc-page');
  }
  async go(hash) {
    await this.page.evaluate((to) => {
      location.hash = to;
    }, hash);
    await this.page.waitForSelector('.lc-page h1');
    await this.page.waitForFunction(() => !document.querySelector('.lc-waiting'));
  }
  see(text) {
    return this.page.getByText(text).first().waitFor();
  }
  text(selector = '.lc-page') {
    return this.page.locator(selector).first().innerText();
  }

  // Onto whatever page is open, as a file manager does it.
  async drop(files) {
    const data = await this.page.evaluateHandle((list) => {
      const transfer = new DataTransfer();
      for (const { name, content } of list) transfer.items.add(new File([Uint8Array.from(atob(content), (byte) => byte.charCodeAt(0))], name, { lastModified: 1 }));
      return transfer;
    }, files.map(({ name, content }) => ({ name, content: Buffer.from(content).toString('base64') })));
    await this.page.dispatchEvent('body', 'dragover', { dataTransfer: data });
    await this.page.dispatchEvent('body', 'drop', { dataTransfer: data });
  }

  async accessibilityFindings() {
    await this.page.evaluate(this.axe);
    const found = await this.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    return found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' ')}`);
  }
  overflow() {
    return this.page.evaluate(() => Math.max(...[...document.querySelectorAll('html, body, main, .lc-page')].map((box) => box.scrollWidth - box.clientWidth)));
  }

  // What a person reads; not names, commands and what the service says in English.
  words() {
    return this.page.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, (node) =>
        node.parentElement.closest('[translate=no], [lang=en], code, pre, script, noscript') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
      const texts = [document.title];
      while (walker.nextNode()) texts.push(walker.currentNode.data);
      for (const element of document.querySelectorAll('[aria-label], [placeholder], [alt]')) {
        if (element.closest('[translate=no], [lang=en]')) continue;
        texts.push(element.getAttribute('aria-label') ?? '', element.getAttribute('placeholder') ?? '', element.getAttribute('alt') ?? '');
      }
      const withoutNames = texts.join('\n').replaceAll(/[\w*-]+(\.[\w-]+)+|\w*\d\w*/g, ''); // of hosts, keys and certificates
      return withoutNames.match(/[A-Za-z]{4,}/g) ?? [];
    });
  }

  // Where this text stands: in the page, in its fields, in storage, in the address.
  placesOf(secret) {
    return this.page.evaluate(async (wanted) => {
      const fields = [...document.querySelectorAll('input, textarea')].map(({ value }) => value).join('\n');
      const databases = JSON.stringify(await indexedDB.databases());
      const places = { document: document.documentElement.outerHTML, fields, address: location.href, cookie: document.cookie,
        local: JSON.stringify({ ...localStorage }), session: JSON.stringify({ ...sessionStorage }), databases,
        history: JSON.stringify(history.state), globals: Object.keys(globalThis).map((name) => String(globalThis[name])).join('\n') };
      return Object.keys(places).filter((name) => places[name].includes(wanted));
    }, secret);
  }
}
