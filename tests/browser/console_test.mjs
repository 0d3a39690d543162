// The console in a real browser, against a real service and a real nginx: node console_test.mjs LIVECERT NODE_MODULES.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Nginx, Origin, freePort, leafShown } from '../integration/edge_servers.mjs';
import { Authority, LiveServer, until } from '../integration/live_server.mjs';
import { Browser, looks, moreLooks } from './person.mjs';

const [binary, modules] = process.argv.slice(2).map((path) => resolve(path));
const name = 'live.example.net';
const server = new LiveServer(binary, ['--log-level', 'warning']);
const browser = new Browser(modules);
const upstream = new Origin();
const pictures = process.env.LIVECERT_PICTURES; // a folder for what the pages look like
let nginx;
let authority;
let origin;
let person;

const hosts = ['one.many.example.net', 'two.many.example.net'];
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
}, { timeout: 300_000 });
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
    assert.match(text, /holds a certificate request \(CSR\)/);
    assert.match(text, /nothing that is known here/);
    assert.match(text, /live\.example\.net\s+server certificate[^]*Throwaway Intermediate\s+intermediate/);
    await picture('upload');
  });

  test('opens what the command line opens: containers with their password, bundles, DER and archives', async () => {
    const pair = authority.leaf('opened.example.net');
    writeFileSync(authority.path('opened.pem'), pair.Pubkey + pair.Prikey);
    const openssl = (...words) => execFileSync('openssl', words, { stdio: ['ignore', 'pipe', 'pipe'] });
    const container = openssl('pkcs12', '-export', '-in', authority.path('opened.pem'), '-passout', 'pass:opens it');
    const bundle = openssl('crl2pkcs7', '-nocrl', '-certfile', authority.path('opened.pem'), '-outform', 'DER');
    const key = openssl('pkey', '-in', authority.path('opened.pem'), '-outform', 'DER');
    await person.go('#/domains');
    await person.drop([file('opened.pfx', container)]);
    for (const [word, answer] of [['another', 'That is not the password.'], ['opens it', 'A new certificate is added.']]) {
      await person.page.fill('#lc-password', word);
      await person.page.getByRole('button', { name: 'Open', exact: true }).click();
      await person.see(answer);
      assert.deepEqual(await person.placesOf(word), []);
    }
    await person.page.getByRole('button', { name: 'Remove opened.pfx' }).click();
    await person.drop([file('chain.p7b', bundle)]);
    await person.see('The private key is missing: drop it too.');
    await person.drop([file('key.der', key)]);
    await person.see('A new certificate is added.');
    for (const name of ['chain.p7b', 'key.der']) await person.page.getByRole('button', { name: `Remove ${name}` }).click();
    const other = authority.leaf('other.example.net');
    await person.drop([file('ca.zip', zipOf([['nginx/opened.pem', pair.Pubkey], ['nginx/opened.key', pair.Prikey], ['other/all.pem', other.Pubkey + other.Prikey], ['readme.txt', 'hello']]))]);
    await person.see('The files hold 2 certificates with their keys.');
    await person.page.getByRole('radio', { name: /other\.example\.net/ }).check();
    await until(async () => /other\.example\.net\s+server certificate[^]*ca\.zip: other\/all\.pem/.test(await currentText()), 'the other one is drawn');
    await person.see('A new certificate is added.');
    await picture('archive');
    person.nothingToComplainAbout();
  });

  test('uploads, makes the domain, binds it, and lights each step until nginx shows it', async () => {
    await person.go('#/domains');
    await person.drop([file('all.pem', first.Pubkey + first.Prikey)]);
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
    await until(async () => ![former, ''].includes(await shownByNginx()), 'nginx shows the renewed one');
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
    await person.page.locator('.lc-attention summary').click();
    assert.match(await person.text('.lc-attention .lc-command-lines'), /livecert sign CheckDelivery --body .*live\.example\.net/);
    assert.equal(await person.page.locator('.lc-attention').getByRole('button', { name: 'Look again now' }).count(), 1);
    await nginx.start();
    await person.go(`#/domains/${name}`);
    await person.see('Every link holds');
    await person.page.getByRole('button', { name: 'Look again now' }).click();
    await person.see('Looked at just now.');
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

  test('adds a channel for notices, tests it, keeps its secret nowhere, and says when it takes nothing', async () => {
    const heard = [];
    const receiver = createServer((request, response) => {
      heard.push(request.headers['webhook-signature']);
      request.resume().on('end', () => response.writeHead(heard.length > 1 ? 500 : 204).end());
    });
    await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const secrets = [`/secret-${process.pid}-path`, `whsec_${Buffer.from('only a test of twenty-four').toString('base64')}`];
    await person.go('#/notices');
    await person.see('Nobody is told yet.');
    await person.page.getByRole('link', { name: 'Add a channel' }).click();
    await person.page.getByLabel('Kind').selectOption('webhook');
    await person.page.fill('#lc-channel-name', 'duty');
    await person.page.fill('#lc-channel-url', `http://127.0.0.1:${receiver.address().port}${secrets[0]}`);
    await person.page.fill('#lc-channel-secret', secrets[1]);
    await picture('notices-new');
    await person.page.getByRole('button', { name: 'Add', exact: true }).click();
    await person.see('none sent yet');
    for (const secret of secrets) assert.deepEqual(await person.placesOf(secret), []);
    await person.page.getByRole('button', { name: 'Send a test duty' }).click();
    await person.see('duty took the test message.');
    assert.match(heard[0], /^v1,/);
    await person.see('arrive; the last one');
    await person.page.getByRole('button', { name: 'Send a test duty' }).click();
    await person.see('duty did not take the test message');
    await person.page.getByRole('button', { name: 'Preview duty' }).click();
    await person.see('There is nothing to tell, so this is an example.');
    assert.match(await person.text('.lc-paste'), /"type": "(notice|digest)"/);
    await picture('notices');
    await person.page.getByRole('button', { name: 'Delete duty' }).click();
    await person.see('nobody is told any more');
    await person.page.fill('#lc-confirm-name', 'duty');
    await person.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await person.see('duty is deleted.');
    await person.see('Nobody is told yet.');
    receiver.close();
    person.nothingToComplainAbout();
  });

  test('asks for the name before it deletes for good', async () => {
    const spare = authority.leaf('spare.example.net');
    await person.go('#/upload');
    await person.drop([file('spare.zip', zipOf([['spare/cert.pem', spare.Pubkey], ['spare/privkey.pem', spare.Prikey]]))]);
    await person.page.getByRole('checkbox').uncheck();
    await person.page.getByRole('button', { name: 'Upload', exact: true }).click();
    await person.page.getByRole('link', { name: 'Open the certificate' }).click();
    await person.page.getByRole('button', { name: 'Delete…' }).click();
    const sure = person.page.getByRole('dialog').getByRole('button', { name: 'Delete 1 certificate' });
    await person.see('Nothing stops working');
    assert.ok(await sure.isDisabled());
    await person.page.fill('#lc-confirm-name', 'spare.example.net');
    await sure.click();
    await person.see('1 certificate');
    person.nothingToComplainAbout();
  });

  test('compares two versions, rolls back, and undoes it', async () => {
    const chain = chainOf(name);
    await person.go(`#/certificates/${chain}`);
    await person.page.getByRole('button', { name: 'Compare' }).first().click();
    await person.see('What differs from the current version');
    assert.match(await person.text('.lc-compare'), /Names\s+the same[^]*Public key\s+ECDSA P-256 [0-9a-f]{16}[^]*ECDSA P-256 [0-9a-f]{16}[^]*Issuer\s+the same/);
    assert.match(person.page.url(), /compare=/);
    await picture('compare');
    await person.page.getByRole('button', { name: 'Roll back to the earlier version' }).click();
    await person.see('The earlier version is current again.');
    await until(async () => ![former, ''].includes(await shownByNginx()), 'nginx shows the earlier version');
    await person.page.getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await shownByNginx()) === former, 'nginx shows the former version again');
    person.nothingToComplainAbout();
  });

  test('keeps search, filters and order in the address', async () => {
    const many = authority.leaf('*.many.example.net');
    writeFileSync(join(server.directory, 'many.pem'), many.Pubkey + many.Prikey);
    server.command('cert', 'create', '--pem', join(server.directory, 'many.pem'), '--name', 'many.example.net');
    server.command('domain', 'add', ...hosts);
    server.command('cert', 'bind', chainOf('many.example.net'), ...hosts);
    await person.go('#/certificates');
    await person.see('2 certificates');
    await person.page.getByRole('button', { name: 'Name', exact: true }).click();
    assert.match(person.page.url(), /sort=name$/);
    await until(async () => /live[^]*many/.test(await person.text('tbody')), 'the names go upwards');
    await person.page.getByRole('button', { name: 'Name', exact: true }).click();
    await until(async () => /many[^]*live/.test(await person.text('tbody')), 'the names go downwards');
    await person.page.keyboard.press('/');
    await person.page.keyboard.type('many');
    await person.see('1 certificate');
    assert.match(person.page.url(), /sort=-name&q=many$/);
    await until(() => JSON.parse(server.command('cert', 'delivery', chainOf('many.example.net'), '--json')).State === 'proved', 'both are shown');
    await person.go('#/domains?q=many&state=shown');
    await person.see('2 domains');
    await person.go('#/calendar');
    await person.page.goBack();
    await person.see('2 domains');
    assert.equal(await person.page.inputValue('input[type=search]'), 'many');
    await person.page.getByRole('button', { name: 'Clear the filters' }).click();
    await person.see('3 domains');
    person.nothingToComplainAbout();
  });

  test('says what stops working before it changes many domains, and undoes it', async () => {
    const bound = () => JSON.parse(server.command('domain', 'list', '--json')).DomainList.filter(({ ChainID }) => ChainID).map(({ Domain }) => Domain);
    await person.go('#/domains?q=many');
    await person.page.getByLabel('Select the rows of this page').check();
    await person.page.getByRole('button', { name: 'Unbind…' }).click();
    await person.see('2 domains stop working over HTTPS');
    assert.match(await person.text('[role=dialog]'), /one\.many[^]*two\.many[^]*front/);
    assert.deepEqual(bound().length, 3, 'nothing has changed yet');
    await picture('bulk');
    await person.page.getByRole('button', { name: 'Unbind 2 domains' }).click();
    await person.see('2 of 2 done');
    assert.deepEqual(bound(), [name]);
    await person.page.getByRole('button', { name: 'Undo' }).click();
    await person.see('2 undone');
    assert.deepEqual(bound().sort(), [name, ...hosts].sort());
    await person.page.getByRole('button', { name: 'Close' }).last().click();
    person.nothingToComplainAbout();
  });

  test('binds many to a certificate that covers them, and leaves the others out', async () => {
    await person.go('#/domains');
    await person.page.getByLabel('Select the rows of this page').check();
    await person.page.getByRole('button', { name: 'Bind…', exact: true }).click();
    await person.page.getByRole('dialog').getByRole('radio').first().check();
    await person.see('the certificate does not cover it');
    await person.see('For 2 nothing is to be changed.');
    await person.page.getByRole('button', { name: 'Cancel' }).click();
    person.nothingToComplainAbout();
  });

  test('leads to any page, certificate, domain and edge from the keyboard', async () => {
    await person.go('#/');
    await person.page.keyboard.press('/');
    await person.page.keyboard.type('two.many');
    await person.page.getByRole('option', { name: /two\.many/ }).waitFor();
    await person.page.keyboard.press('Enter');
    await until(() => person.page.url().endsWith(`#/domains/${hosts[1]}`), 'the domain is open');
    await person.page.keyboard.press('Control+k');
    await person.page.keyboard.type('many.example');
    await person.page.getByRole('option', { name: /certificate/ }).first().waitFor();
    await person.page.keyboard.press('Escape');
    await person.page.getByRole('combobox').waitFor({ state: 'detached' });
    await person.page.keyboard.press('?');
    await person.see('Next row, row before');
    await person.page.keyboard.press('Escape');
    await person.go('#/domains');
    await person.page.keyboard.press('j');
    await person.page.keyboard.press('x');
    await person.see('1 selected');
    person.nothingToComplainAbout();
  });

  test('gives lists to spreadsheets and ends to calendars', async () => {
    const saved = async (hash, button) => {
      await person.go(hash);
      const download = person.page.waitForEvent('download');
      await person.page.getByRole('button', { name: button }).click();
      const file = await download;
      return [file.suggestedFilename(), readFileSync(await file.path(), 'utf8')];
    };
    const [, certs] = await saved('#/certificates', 'Export CSV');
    assert.match(certs, /^\ufeffCertName,ChainID[^]*\r\nlive\.example\.net,/);
    const [, domains] = await saved('#/domains?q=many', 'Export CSV');
    assert.equal(domains.trim().split('\r\n').length, 3);
    assert.match(domains, /two\.many\.example\.net,shown,many\.example\.net/);
    const [, ends] = await saved('#/calendar', 'Export CSV');
    assert.match(ends, /one\.many\.example\.net two\.many|two\.many\.example\.net one\.many/);
    const [title, calendar] = await saved('#/calendar', 'Export for a calendar');
    assert.equal(title, 'livecert-ends.ics');
    assert.equal(calendar.match(/BEGIN:VEVENT/g).length, 2);
    assert.match(calendar, /SUMMARY:live\.example\.net: the certificate ends/);
    person.nothingToComplainAbout();
  });

  test('tells who changed what, with filters and pages in the address', async () => {
    await person.go('#/audit');
    await person.see('rolled back');
    await person.page.keyboard.press('/');
    await person.page.keyboard.type(name);
    await until(async () => !/many\.example/.test(await person.text('tbody')) && /bound the certificate|bound/.test(await person.text('tbody')), 'only those of the domain are there');
    assert.match(person.page.url(), /#\/audit\?subject=live\.example\.net$/);
    const row = await person.text('tbody tr');
    assert.match(row, /127\.0\.0\.1/);
    const download = person.page.waitForEvent('download');
    await person.page.getByRole('button', { name: 'Export CSV' }).click();
    assert.match(readFileSync(await (await download).path(), 'utf8'), /^\ufeffTime,Action,Subject,[^]*BindCert,live\.example\.net,/);
    await person.go('#/audit?before=3');
    await until(() => person.page.locator('tbody tr').count(), 'older ones are there');
    assert.equal(await person.page.locator('tbody tr').count(), 2);
    await person.page.getByRole('link', { name: 'Newest' }).click();
    await person.see('rolled back');
    await person.go(`#/certificates/${chainOf(name)}`);
    await person.see('History');
    await picture('audit');
    person.nothingToComplainAbout();
  });

  test('says who would miss an account or a key before it is taken away', async () => {
    const account = JSON.parse(server.command('account', 'add', 'team-b', '--json')).AccountId;
    const key = JSON.parse(server.command('key', 'add', account, '--json')).AccessKeyId;
    await person.go(`#/accounts/${account}`);
    await person.page.getByRole('button', { name: 'Suspend', exact: true }).click();
    await person.see('None of its keys changed anything within the last 7 days.');
    await person.page.getByRole('button', { name: 'Cancel' }).click();
    await person.page.getByRole('button', { name: 'Disable', exact: true }).click();
    await person.page.getByRole('button', { name: 'Delete…', exact: true }).click();
    await person.page.fill('#lc-confirm-name', key);
    await person.page.getByRole('button', { name: 'Delete the key' }).click();
    await person.see('The key is deleted.');
    assert.deepEqual(JSON.parse(server.command('key', 'list', account, '--json')).AccessKeyList, []);
    person.nothingToComplainAbout();
  });

  test('offers on each page the same as a command and with curl, and both work in a shell', async () => {
    const shell = (text) => execFileSync('sh', ['-c', text], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...server.commandEnvironment(), PATH: `${dirname(binary)}:${process.env.PATH}`, no_proxy: '127.0.0.1' } });
    const writes = /^#|livecert (edge add|notify add|cert (create|bind)|domain add|sign (Create|Upload|Bind))/;
    for (const hash of await everyPage()) {
      if (/nowhere|upload/.test(hash)) continue; // an upload offers them when there is something to upload
      await person.go(hash);
      await person.page.locator('details.lc-command').last().waitFor();
      await openCommands(person);
      await until(async () => (await person.page.locator('.lc-command-lines').count()) === (await person.page.locator('details.lc-command').count()), 'all are open');
      const lines = (await person.page.locator('.lc-command-lines').allInnerTexts()).join('\n');
      assert.ok(lines.includes('livecert '), hash);
      for (const line of lines.split('\n').filter((text) => !writes.test(text))) shell(line);
      if (hash.endsWith('/new')) continue; // no page signs a change before somebody wants it
      await until(() => person.page.locator('.lc-command-curl').count(), `curl at ${hash}`);
      for (const call of (await person.page.locator('.lc-command-curl').last().innerText()).split(/\n(?=curl)/)) {
        assert.doesNotMatch(shell(call), /"Error"|^$/, `${hash}: ${call}`);
        assert.ok(!call.includes(server.credentials.SecretAccessKey));
      }
    }
    person.nothingToComplainAbout();
  });

  test('has a way to every page on a tablet too', async () => {
    const visitor = await browser.person(origin, { viewport: { width: 1024, height: 768 } });
    await visitor.signIn(server.credentials);
    for (const page of ['Certificates', 'Domains', 'Calendar']) { // one link leads to each: what PatternFly hides is not there twice
      await visitor.page.getByRole('link', { name: page, exact: true }).click();
      await visitor.page.getByRole('heading', { name: page, level: 1 }).waitFor();
      assert.ok((await visitor.overflow()) <= 0, page);
    }
    await visitor.page.locator('.lc-phone-bar summary').click();
    await visitor.page.getByRole('link', { name: 'Audit', exact: true }).click();
    await visitor.page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
    visitor.nothingToComplainAbout();
    await visitor.page.context().close();
  });

  test('offers nothing that writes to somebody who only reads', async () => {
    const reader = await browser.person(origin);
    const signed = [];
    reader.page.on('request', (request) => {
      const { authorization = '', 'x-security-token': token = '' } = request.headers();
      if (authorization) signed.push({ action: new URL(request.url()).searchParams.get('Action'), id: authorization.match(/Credential=([^/]*)/)[1], token });
    });
    await reader.signIn(server.credentials, { readOnly: true });
    await reader.see('This session only reads.');
    const byKey = signed.filter(({ id }) => id === server.credentials.AccessKeyId).map(({ action }) => action);
    assert.deepEqual(byKey, ['GetSession', 'CreateSession'], 'the key itself signs nothing else');
    const session = signed.find(({ id }) => id.startsWith('AKTP'));
    assert.match(JSON.parse(session.token.startsWith('STS2') ? Buffer.from(session.token.slice(4), 'base64').toString() : '{}').PolicyString, /live:List/);
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

const chainOf = (title) => JSON.parse(server.command('cert', 'list', '--name', title, '--json')).CertList.find(({ CertName }) => CertName === title).ChainID;

const openCommands = (of) => of.page.evaluate(() => document.querySelectorAll('details.lc-command').forEach((box) => { box.open = true; }));

// The archive that Python makes of these names and texts.
function zipOf(members) {
  const program = 'import json, sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as made:\n    for name, text in json.load(sys.stdin): made.writestr(name, text)';
  const path = join(server.directory, 'made.zip');
  execFileSync('python3', ['-c', program, path], { input: JSON.stringify(members) });
  return readFileSync(path);
}

async function everyPage() {
  const chain = chainOf(name);
  const earlier = JSON.parse(server.command('cert', 'versions', chain, '--json')).VersionList.find(({ Current }) => !Current).CertID;
  return ['#/', '#/certificates', '#/certificates?sort=-ends&bound=yes', `#/certificates/${chain}`, `#/certificates/${chain}?compare=${earlier}`, '#/certificates?q=nothing&state=expired', '#/upload', '#/domains', `#/domains/${name}`,
    '#/domains/unknown.example.net', '#/edges', '#/edges/new', '#/calendar', '#/calendar?month=2030-1', '#/notices', '#/notices/new', '#/audit', '#/audit?action=nothing', '#/accounts', '#/service', '#/nowhere'];
}

async function picture(title, of = person, look = '') {
  if (pictures) await of.page.screenshot({ path: join(pictures, `${title}${look}.png`) });
}

// Names of things, which a Chinese engineer writes in Latin letters too.
const names = new Set(['livecert', 'HTTPS', 'English', 'nginx', 'HAProxy', 'Caddy', 'example', 'live', 'credentials', 'json', 'haproxy', 'caddy', 'files', 'curl', 'many', 'PKCS', 'webhook', 'Slack', 'Telegram', 'Alertmanager']);

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
        await openCommands(visitor);
        await looked(hash);
      }
      await visitor.page.keyboard.press('Control+k');
      await visitor.page.keyboard.type('many');
      await visitor.page.locator('[role=option]').first().waitFor();
      await looked('palette');
      await visitor.page.keyboard.press('Escape');
      await visitor.page.keyboard.press('?');
      await looked('keys');
      await visitor.page.keyboard.press('Escape');
      for (const change of ['bind', 'unbind', 'delete']) {
        await visitor.go(`#/domains?q=many&bulk=${change}`);
        for (const box of await visitor.page.locator('tbody .lc-check input').all()) await box.check();
        await visitor.page.locator(`[data-change=${change}]`).click();
        await visitor.page.locator('[role=dialog] .lc-plan :is(p, input[type=radio])').first().waitFor();
        await looked(`bulk-${change}`);
        await visitor.page.keyboard.press('Escape');
      }
      await visitor.page.context().close();
    });
  });
}
