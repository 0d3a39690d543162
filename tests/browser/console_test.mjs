// The console in a real browser, against a real service and a real nginx: node console_test.mjs LIVECERT NODE_MODULES.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Nginx, Origin, freePort, leafShown } from '../integration/edge_servers.mjs';
import { Authority, LiveServer, until } from '../integration/live_server.mjs';
import { Browser, looks, moreLooks } from './person.mjs';

const [binary, modules] = process.argv.slice(2);
const name = 'live.example.net';
const server = new LiveServer(binary, ['--log-level', 'warning']);
const browser = new Browser(modules);
const upstream = new Origin();
const pictures = process.env.LIVECERT_PICTURES; // a folder for what the pages look like
let nginx;
let authority;
let origin;
let person;

const file = (title, content) => ({ name: title, content });
const refused = /Failed to load resource/; // Chromium writes a line for every answer that is no success
const shownByNginx = () => leafShown(nginx.port, name, readFileSync(authority.path('root.pem'))).catch(() => '');
const currentText = () => person.text();

before(async () => {
  server.http = `127.0.0.1:${await freePort()}`;
  await upstream.start();
  nginx = await new Nginx(server.directory, 'front', upstream.port).prepare();
  const configuration = join(server.directory, 'livecert.toml');
  writeFileSync(configuration, `proof_interval = 1\n${nginx.table}`);
  server.options.push('--config', configuration);
  await server.start();
  await nginx.start();
  origin = `http://${server.addresses.http}`;
  authority = new Authority(join(server.directory, 'ca'));
  await browser.start();
  person = await browser.person(origin);
}, { timeout: 120_000 });
after(async () => {
  await browser.stop();
  await nginx?.kill();
  upstream.stop();
  await server.remove();
});

describe('the console', () => {
  let first;
  let former;

  test('is where a browser is led that opens the address of the service', async () => {
    await person.open('/');
    await person.page.waitForSelector('form');
    assert.equal(person.page.url(), `${origin}/console/`);
    const paint = await person.page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
    assert.ok(paint < 5_000, `the first picture took ${paint} ms`);
    console.log(`first picture after ${Math.round(paint)} ms`);
    person.nothingToComplainAbout();
  });

  test('runs nothing that its policy forbids, and the tests would notice', async () => {
    const control = await browser.person(origin);
    await control.open();
    await control.page.waitForSelector('form');
    const outcome = await control.page.evaluate(() => {
      try {
        document.body.innerHTML += '<b>x</b>';
        return 'written';
      } catch (error) {
        return error.name;
      }
    });
    assert.equal(outcome, 'TypeError');
    await control.page.evaluate(() => fetch('http://192.0.2.1/').catch(() => undefined));
    await until(() => control.complaints.some((complaint) => /policy: connect-src/.test(complaint)), 'the policy is heard');
    assert.ok(control.complaints.some((complaint) => /policy: require-trusted-types-for/.test(complaint)));
    await control.page.context().close();
  });

  test('tells a wrong key from a service that does not answer', async () => {
    const stranger = await browser.person(origin);
    await stranger.open();
    await stranger.page.fill('#lc-id', server.credentials.AccessKeyId);
    await stranger.page.fill('#lc-secret', 'not the secret of this key');
    await stranger.page.click('form button[type=submit]');
    await stranger.see('SignatureDoesNotMatch');
    assert.equal(await stranger.page.inputValue('#lc-secret'), '');
    stranger.nothingToComplainAbout(refused);
    await stranger.page.context().close();
  });

  test('signs by the clock of the service when that of the machine is an hour wrong', async () => {
    const late = await browser.person(origin, { ahead: 3_600_000 });
    await late.signIn(server.credentials);
    await late.see('Your clock is 60 min ahead');
    late.nothingToComplainAbout();
    await late.page.context().close();
  });

  test('signs in with the credentials file, and shows a fresh service the list of four', async () => {
    await person.drop([file('credentials.json', JSON.stringify(server.credentials))]);
    await person.see('Four steps to a certificate that is shown');
    assert.match(await currentText(), /Connect an edge[^]*Upload a certificate with its key/);
    person.nothingToComplainAbout();
  });

  test('sorts what is dropped on any page, in any order, with things that are not needed', async () => {
    first = authority.leaf(name, `*.${name}`);
    const [leaf, intermediate] = first.Pubkey.match(/-----BEGIN[^]+?-----END CERTIFICATE-----\n?/g);
    const request = '-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n';
    await person.go('#/domains');
    await person.drop([file('ca.crt', intermediate), file('photo.jpg', 'not a certificate'), file('csr.pem', request),
      file('privkey.pem', first.Prikey), file('leaf.crt', leaf)]);
    await person.see('A new certificate is added.');
    const text = await currentText();
    assert.match(text, /a certificate request: not needed/);
    assert.match(text, /nothing that is known here/);
    assert.match(text, /live\.example\.net\s+server certificate[^]*Throwaway Intermediate\s+intermediate/);
    await picture('upload');
  });

  test('uploads, makes the domain, binds it, and lights each step until nginx shows it', async () => {
    await person.page.getByRole('button', { name: 'Upload and bind 1 domain' }).click();
    await person.see('Shown: viewers get the new certificate');
    const steps = await person.text('.lc-steps');
    assert.match(steps, /wanted[^]*written \d+ ms[^]*received \d+ ms[^]*shown \d+ ms/);
    former = await shownByNginx();
    await person.page.getByRole('link', { name: 'Open the certificate' }).click();
    await person.see('Serial number');
    assert.ok((await currentText()).includes(former), 'the page has the fingerprint that nginx shows');
    person.nothingToComplainAbout();
  });

  test('says in one sentence that everything is shown', async () => {
    await person.go('#/');
    await person.see('The only domain shows viewers a valid certificate.');
    await person.see('Next to end:');
  });

  test('puts an error at its rung and offers no upload', async () => {
    const other = authority.leaf('other.example.net');
    await person.go('#/certificates');
    await person.drop([file('fullchain.pem', first.Pubkey), file('foreign.key', other.Prikey)]);
    await person.see('It would be refused.');
    await person.see(/key .*(certificate|leaf)/);
    assert.equal(await person.page.getByRole('button', { name: /^Upload/ }).count(), 0);
    await picture('findings');
    person.nothingToComplainAbout();
  });

  test('knows the renewal, replaces, and undoes it', async () => {
    await person.go('#/domains');
    const renewal = authority.leaf(name, `*.${name}`);
    await person.drop([file('renewed.pem', renewal.Pubkey + renewal.Prikey)]);
    await person.see('The certificate gets a new version.');
    await person.see('1 domain changes:');
    await person.page.getByRole('button', { name: 'Upload and replace' }).click();
    await person.see('Shown: viewers get the new certificate');
    assert.notEqual(await shownByNginx(), former);
    await person.page.getByRole('button', { name: 'Undo' }).click();
    await person.see('Undone.');
    await until(async () => (await shownByNginx()) === former, 'nginx shows the former version again');
    await person.page.getByRole('link', { name: 'Open the certificate' }).click();
    await person.see('Earlier version');
    person.nothingToComplainAbout();
  });

  test('keeps no key and no secret anywhere in the page, and this test would find one', async () => {
    const secrets = [server.credentials.SecretAccessKey, first.Prikey.split('\n')[1]];
    for (const secret of secrets) assert.deepEqual(await person.placesOf(secret), []);
    await person.page.evaluate((secret) => document.body.setAttribute('data-control', secret), secrets[0]);
    assert.deepEqual(await person.placesOf(secrets[0]), ['document']);
    await person.page.evaluate(() => document.body.removeAttribute('data-control'));
    const kept = await person.page.evaluate(() => Object.keys(localStorage).sort());
    assert.deepEqual(kept, ['livecert.language', 'livecert.theme']);
    assert.deepEqual(await person.page.context().cookies(), []);
  });

  test('shows the seven links, and opens the one that breaks when nginx is gone', async () => {
    await person.go(`#/domains/${name}`);
    await person.see('Every link holds');
    await nginx.kill();
    await person.see('Not shown at: front');
    await person.go('#/');
    await person.see('Needs you (1)');
    await nginx.start();
    await person.go(`#/domains/${name}`);
    await person.see('Every link holds');
    person.nothingToComplainAbout();
  });

  test('keeps what is known while the service is killed and started again', async () => {
    await person.go('#/certificates');
    await person.see('1 certificate');
    await server.kill();
    await person.see('The service does not answer.');
    assert.match(await currentText(), /live\.example\.net/);
    await server.start();
    await until(async () => (await person.page.getByText('The service does not answer.').count()) === 0, 'it answers again');
    person.nothingToComplainAbout(refused);
    person.complaints.length = 0;
  });

  test('makes a key whose secret is shown once, and gone when the note is closed', async () => {
    await person.go('#/accounts');
    await person.page.getByRole('button', { name: 'New key' }).click();
    await person.page.getByRole('button', { name: 'Show the secret' }).click();
    const secret = await person.page.locator('.pf-v6-c-alert code').nth(1).innerText();
    assert.deepEqual(await person.placesOf(secret), ['document']);
    await person.page.getByRole('button', { name: 'I have kept it' }).click();
    assert.deepEqual(await person.placesOf(secret), []);
    person.nothingToComplainAbout();
  });

  test('asks for the name before it deletes for good', async () => {
    const spare = authority.leaf('spare.example.net');
    await person.go('#/upload');
    await person.drop([file('spare.pem', spare.Pubkey + spare.Prikey)]);
    await person.page.getByRole('checkbox').uncheck();
    await person.page.getByRole('button', { name: 'Upload', exact: true }).click();
    await person.page.getByRole('link', { name: 'Open the certificate' }).click();
    await person.page.getByRole('button', { name: 'Delete', exact: true }).click();
    const sure = person.page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true });
    assert.ok(await sure.isDisabled());
    await person.page.fill('#lc-confirm-name', 'spare.example.net');
    await sure.click();
    await person.see('1 certificate');
    person.nothingToComplainAbout();
  });

  test('offers nothing that writes to somebody who only reads', async () => {
    const reader = await browser.person(origin);
    await reader.signIn(server.credentials, { readOnly: true });
    await reader.see('This session only reads.');
    const writes = /^(Upload|Replace|Roll back|Bind|Unbind|Delete|Connect|Remove|New |Disable|Suspend|Add the domain)/;
    for (const hash of await everyPage()) {
      await reader.go(hash);
      const offered = await reader.page.locator('button, a.lc-button').allInnerTexts();
      assert.deepEqual(offered.filter((text) => writes.test(text)), [], hash);
    }
    reader.nothingToComplainAbout();
    await reader.page.context().close();
  });
});

async function everyPage() {
  const chain = server.command('cert', 'list', '--json').match(/"ChainID": "([0-9a-f]{32})"/)[1];
  return ['#/', '#/certificates', `#/certificates/${chain}`, '#/certificates?q=nothing&state=expired', '#/upload', '#/domains', `#/domains/${name}`,
    '#/domains/unknown.example.net', '#/edges', '#/edges/new', '#/calendar', '#/calendar?month=2030-1', '#/accounts', '#/service', '#/nowhere'];
}

async function picture(title, of = person, look = '') {
  if (pictures) await of.page.screenshot({ path: join(pictures, `${title}${look}.png`) });
}

// Names of things, which a Chinese engineer writes in Latin letters too.
const names = new Set(['livecert', 'HTTPS', 'English', 'nginx', 'HAProxy', 'Caddy', 'example', 'live', 'credentials', 'json', 'haproxy', 'caddy', 'files']);

for (const [title, look] of Object.entries({ ...looks, ...(process.env.LIVECERT_LONG ? moreLooks : {}) })) {
  describe(`every page in ${title}`, () => {
    test('is readable for everybody, fits the screen, and speaks one language', async () => {
      const visitor = await browser.person(origin, look);
      await visitor.open();
      await visitor.page.waitForSelector('form');
      const looked = async (hash) => {
        assert.ok((await visitor.overflow()) <= 0, `${hash} is wider than the screen`);
        if (look.language === 'zh') assert.deepEqual((await visitor.words()).filter((word) => !names.has(word)), [], hash);
        visitor.nothingToComplainAbout();
        assert.deepEqual(await visitor.accessibilityFindings(), [], hash);
        await picture(hash.replaceAll(/\W+/g, '_'), visitor, title.replaceAll(', ', '-'));
      };
      await looked('sign-in');
      await visitor.signIn(server.credentials);
      for (const hash of await everyPage()) {
        await visitor.go(hash);
        await looked(hash);
      }
      await visitor.page.context().close();
    });
  });
}
