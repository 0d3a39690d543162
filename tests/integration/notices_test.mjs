// Notices over the real program: node notices_test.mjs LIVECERT. Receivers of every kind on this machine get what they
// should, once, signed as their vendors say, also when the program is killed.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { TLSSocket, createSecureContext } from 'node:tls';
import { Authority, LiveServer, assertSuccess, until } from './live_server.mjs';
import { SignedClient, goShape } from './signed_client.mjs';

const [binary] = process.argv.slice(2);
const domain = 'live.example.net';
// No message goes out in the minutes around :00 and :30.
const patience = 400_000;

const server = new LiveServer(binary, ['--rate-limit', '0', '--domains', 'auto', '--admin', '127.0.0.1:0']);
const secrets = { webhook: 'signs-the-webhook', silent: 'signs-for-the-silent', feishu: 'signs-feishu', dingtalk: 'SECdingtalk', telegram: '1234:token-of-the-bot' };
const robotAnswers = {
  feishu: '{"code":0,"msg":"success"}', dingtalk: '{"errcode":0,"errmsg":"ok"}', wecom: '{"errcode":0,"errmsg":"ok"}',
  slack: 'ok', telegram: '{"ok":true,"result":{}}', webhook: '', alertmanager: '', busy: '', robot: '{"code":19024,"msg":"Key Words Not Found"}',
};
const calls = [];
const mails = [];
let busy = true;
let silent = true;
let receiver;
let postOffice;
let client;
let authority;
let chain;

const of = (channel) => calls.filter((call) => call.channel === channel);
const call = async (action, body) => {
  const answer = await client.call(action, body);
  assertSuccess(answer, action);
  return answer.Result;
};
const hmac = (key, message) => createHmac('sha256', key).update(message).digest('base64');
const listen = (made) => new Promise((done) => made.listen(0, '127.0.0.1', () => done(made.address().port)));

function receive(request, response) {
  const channel = request.url.split(/[/?]/)[1].replace(/^bot.*/, 'telegram').replace(/^api$/, 'alertmanager');
  let body = '';
  request.setEncoding('utf8').on('data', (text) => { body += text; }).on('end', () => {
    calls.push({ channel, at: Date.now(), url: request.url, headers: request.headers, body, json: JSON.parse(body) });
    if (channel === 'silent' && silent) return;
    if (channel === 'busy' && busy) {
      response.writeHead(429, { 'Retry-After': '45' });
      response.end();
    } else {
      response.end(robotAnswers[channel]);
    }
  });
}

// As much of RFC 5321 as a client needs. It offers STARTTLS as a mail server of one machine does: with a certificate that
// nobody knows.
function deliverMail(socket, isSecure = false) {
  let text = '';
  let data;
  let mail = { to: [] };
  const say = (line) => socket.write(`${line}\r\n`);
  if (!isSecure) say('220 localhost');
  socket.setEncoding('utf8').on('error', () => {}).on('data', (some) => {
    text += some;
    for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      if (data !== undefined) {
        if (line !== '.') {
          data += `${line}\r\n`;
          continue;
        }
        mails.push({ ...mail, isSecure, message: data });
        mail = { to: [] };
        data = undefined;
        say('250 ok');
      } else if (/^DATA/i.test(line)) {
        data = '';
        say('354 go on');
      } else if (/^EHLO/i.test(line)) {
        say(isSecure ? '250 localhost' : '250-localhost\r\n250 STARTTLS');
      } else if (/^STARTTLS/i.test(line)) {
        socket.removeAllListeners('data');
        say('220 go on');
        const { Pubkey: cert, Prikey: key } = authority.leaf('mail.example.net');
        deliverMail(new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ cert, key }) }), true);
        return;
      } else if (/^QUIT/i.test(line)) {
        say('221 bye');
        socket.end();
      } else {
        if (/^MAIL FROM/i.test(line)) mail.from = line;
        if (/^RCPT TO/i.test(line)) mail.to.push(line);
        say('250 ok');
      }
    }
  });
}

// A leaf of ninety days that has lived for so many of them.
function leafOfAge(days) {
  const name = `aged-${days}`;
  const stamp = (time) => new Date(time).toISOString().replace(/[-:T]/g, '').replace(/\.\d+Z/, 'Z');
  const path = (file) => authority.path(file);
  const openssl = (...words) => execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const day = 86_400_000;
  writeFileSync(path('index.txt'), '');
  writeFileSync(path('ca.cnf'), `[own]\ndatabase = ${path('index.txt')}\nnew_certs_dir = ${authority.directory}\ndefault_md = sha256\nserial = ${path('serial')}\npolicy = any\n[any]\ncommonName = supplied\n`);
  writeFileSync(path('aged.cnf'), `[leaf]\nbasicConstraints = critical, CA:FALSE\nkeyUsage = critical, digitalSignature\nextendedKeyUsage = serverAuth\nsubjectAltName = DNS:${domain}\n`);
  openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', path('extensions.cnf'),
    '-subj', `/CN=${domain}`, '-keyout', path(`${name}.key`), '-out', path(`${name}.csr`));
  openssl('ca', '-batch', '-config', path('ca.cnf'), '-name', 'own', '-in', path(`${name}.csr`), '-notext', '-create_serial',
    '-cert', path('intermediate.pem'), '-keyfile', path('intermediate.key'), '-startdate', stamp(Date.now() - days * day),
    '-enddate', stamp(Date.now() + (90 - days) * day), '-extfile', path('aged.cnf'), '-extensions', 'leaf', '-out', path(`${name}.pem`));
  return { Pubkey: readFileSync(path(`${name}.pem`), 'utf8') + readFileSync(path('intermediate.pem'), 'utf8'),
    Prikey: readFileSync(path(`${name}.key`), 'utf8') };
}

// A command whose call comes back to this process, which must not wait for it then.
const commandMeanwhile = (...words) => new Promise((done) => {
  execFile(binary, words, { encoding: 'utf8', env: server.commandEnvironment() }, (failure, stdout) => done({ status: failure?.code ?? 0, stdout }));
});

function addChannel(name, kind, url, ...more) {
  const file = (what, content) => {
    const path = join(server.directory, `${name}.${what}`);
    writeFileSync(path, `${content}\n`, { mode: 0o600 });
    return path;
  };
  const words = ['notify', 'add', name, kind, '--url-file', file('url', url)];
  if (secrets[name]) words.push('--secret-file', file('secret', secrets[name]));
  server.command(...words, ...more);
}

// Every channel that is added makes the program look at once, and a channel that is new is told everything.
async function look(name) {
  addChannel(name, 'wecom', `http://127.0.0.1:${receiver.address().port}/wecom/${name}`);
  await until(() => calls.some((seen) => seen.url === `/wecom/${name}`), `${name} hears of it`, patience);
}

before(async () => {
  receiver = createHttpServer(receive);
  postOffice = createServer((socket) => deliverMail(socket));
  await Promise.all([listen(receiver), listen(postOffice)]);
  const folder = join(server.directory, 'edge');
  mkdirSync(folder, { mode: 0o700 });
  const configuration = join(server.directory, 'livecert.toml');
  writeFileSync(configuration, `[[edge]]\nname = "front"\nkind = "files"\ndirectory = "${folder}"\n`);
  server.options.push('--config', configuration);
  await server.start();
  client = new SignedClient(goShape, `http://${server.addresses.http}`, server.credentials);
  authority = new Authority(join(server.directory, 'ca'));
  chain = (await call('CreateCert', { CertName: 'one', UseWay: 'https', Rsa: leafOfAge(70) })).ChainID;
  await call('BindCert', { ChainID: chain, Domain: domain, HTTPS: true });
});
after(async () => {
  await server.remove();
  receiver.closeAllConnections();
  receiver.close();
  postOffice.close();
});

describe('notices', { concurrency: false }, () => {
  test('a channel can be tried', async () => {
    const base = `http://127.0.0.1:${receiver.address().port}`;
    addChannel('robot', 'feishu', `${base}/robot/token-of-the-robot`);
    const tried = await commandMeanwhile('notify', 'test', 'robot');
    assert.equal(tried.status, 2);
    assert.match(tried.stdout, /19024.*keyword/);
    assert.match(server.command('notify', 'preview', 'robot'), /interactive/);
    server.command('notify', 'delete', 'robot');
    calls.length = 0;
  });

  test('each kind of receiver gets one message, signed as its vendor says', async () => {
    const base = `http://127.0.0.1:${receiver.address().port}`;
    addChannel('webhook', 'webhook', `${base}/webhook`);
    addChannel('feishu', 'feishu', `${base}/feishu/hook`, '--language', 'zh');
    addChannel('dingtalk', 'dingtalk', `${base}/dingtalk?access_token=T`);
    addChannel('wecom', 'wecom', `${base}/wecom?key=K`);
    addChannel('slack', 'slack', `${base}/slack/services`);
    addChannel('telegram', 'telegram', base, '--to', '-100123');
    addChannel('alertmanager', 'alertmanager', base);
    addChannel('post', 'mail', `smtp://127.0.0.1:${postOffice.address().port}`, '--from', 'livecert@example.com', '--to', 'a@example.com', '--to', 'b@example.com');
    for (const channel of ['webhook', 'feishu', 'dingtalk', 'wecom', 'slack', 'telegram', 'alertmanager']) {
      await until(() => of(channel).length > 0, `${channel} gets a message`, patience);
    }
    await until(() => mails.length > 0, 'a mail comes', patience);

    const [webhook] = of('webhook');
    const signed = `${webhook.headers['webhook-id']}.${webhook.headers['webhook-timestamp']}.${webhook.body}`;
    assert.equal(webhook.headers['webhook-signature'], `v1,${hmac(secrets.webhook, signed)}`);
    assert.equal(webhook.json.type, 'notice');
    assert.equal(webhook.json.notices[0].domain, domain);
    assert.equal(webhook.json.notices[0].level, 1);
    assert.equal(webhook.json.notices[0].kind, 'ending');

    const [feishu] = of('feishu');
    assert.equal(feishu.json.sign, hmac(`${feishu.json.timestamp}\n${secrets.feishu}`, ''));
    assert.match(feishu.json.card.header.title.content, /^live\.example\.net：.*后过期/);

    const query = new URL(of('dingtalk')[0].url, base).searchParams;
    assert.equal(query.get('sign'), hmac(secrets.dingtalk, `${query.get('timestamp')}\n${secrets.dingtalk}`));
    assert.ok(Math.abs(Date.now() - Number(query.get('timestamp'))) < patience);
    assert.equal(query.get('access_token'), 'T');

    assert.match(of('wecom')[0].json.markdown.content, /live\.example\.net/);
    assert.match(of('slack')[0].json.text, /live\.example\.net/);
    assert.equal(of('telegram')[0].url, `/bot${secrets.telegram}/sendMessage`);
    assert.equal(of('telegram')[0].json.chat_id, '-100123');
    assert.equal(of('alertmanager')[0].url, '/api/v2/alerts');
    assert.equal(of('alertmanager')[0].json[0].labels.domain, domain);

    assert.ok(mails[0].isSecure, 'a mail server of this machine is spoken to over TLS, though nobody knows its certificate');
    assert.deepEqual(mails[0].to, ['RCPT TO:<a@example.com>', 'RCPT TO:<b@example.com>']);
    const subject = [...mails[0].message.matchAll(/=\?UTF-8\?B\?([^?]+)\?=/g)].map((word) => Buffer.from(word[1], 'base64')).join('');
    assert.match(subject, /^live\.example\.net: the certificate/);
  });

  test('no list and no line of the log shows an address or a secret', () => {
    const shown = server.command('notify', 'list', '--json') + server.command('notify', 'list') + server.log;
    for (const secret of [...Object.values(secrets), 'access_token', 'key=K', '/feishu/hook']) assert.ok(!shown.includes(secret), secret);
    assert.match(shown, /127\.0\.0\.1/);
  });

  test('a program that is killed repeats nothing', async () => {
    await look('first');
    const count = () => calls.filter((seen) => seen.channel !== 'alertmanager' && !seen.url.startsWith('/wecom/')).length;
    const before = count();
    const mailed = mails.length;
    await server.kill();
    await server.start();
    client = new SignedClient(goShape, `http://${server.addresses.http}`, server.credentials);
    await look('second');
    await look('third');
    assert.equal(count(), before);
    assert.equal(mails.length, mailed);
  });

  test('a receiver that is busy is left alone, shown, and told later', async () => {
    const base = `http://127.0.0.1:${receiver.address().port}`;
    addChannel('busy', 'slack', `${base}/busy`);
    await until(() => of('busy').length > 0, 'it is called', patience);
    const list = async () => {
      const answer = await client.call('ListNotifyChannels', {}, '2026-12-01');
      return answer.Result.NotifyChannelList.find((item) => item.Name === 'busy');
    };
    const failing = await until(async () => {
      const item = await list();
      return item.FailingSince !== '' && item;
    }, 'the list says so', patience);
    assert.match(failing.Failure, /429/);
    assert.ok(Date.parse(failing.NextTry) - Date.parse(failing.FailingSince) >= 44_000, 'Retry-After is obeyed');
    assert.throws(() => server.command('notify', 'list'), (failure) => failure.status === 2);
    const ready = await until(async () => {
      const got = await fetch(`http://${server.addresses.http}/readyz`);
      assert.equal(got.status, 200, 'it stays ready');
      const body = await got.json();
      return body.Reasons.some((reason) => reason.Name === 'notices-failing') && body;
    }, 'it is on the board', patience);
    assert.ok(ready);
    const metrics = await (await fetch(`http://${server.addresses.admin}/metrics`)).text();
    assert.match(metrics, /^livecert_notify_channel_failing\{channel="busy",kind="slack"\} 1$/m);
    assert.match(metrics, /^livecert_notices_failed_total\{channel="busy",kind="slack"\} [1-9]/m);
    busy = false;
    const tried = await commandMeanwhile('notify', 'test', 'busy');
    assert.match(tried.stdout, /took a test message/);
    assert.equal(tried.status, 0);
    await until(() => of('busy').some((seen) => seen.json.text.startsWith(domain)) && of('busy').length >= 3, 'it is told', patience);
    assert.equal((await list()).FailingSince, '');
  });

  test('every receiver hears once that it is solved', async () => {
    await call('UpdateCert', { ChainID: chain, UseWay: 'https', Rsa: authority.leaf(domain) });
    await until(() => of('webhook').some((seen) => seen.json.notices.some((notice) => notice.state === 'solved')), 'solved', patience);
    await until(() => of('alertmanager').some((seen) => seen.json.some((alert) => Date.parse(alert.endsAt) <= seen.at)), 'its alert ends', patience);
    await until(() => mails.length >= 2, 'a mail says so', patience);
    assert.equal(of('webhook').length, 2);
    assert.equal(of('feishu').length, 2);
    assert.match(of('feishu')[1].json.card.header.title.content, /已恢复/);
    assert.equal(of('feishu')[1].json.card.header.template, 'green');
    assert.equal(of('telegram').length, 2);
  });

  test('a stop does not wait for a receiver that is silent, which hears of it later', async () => {
    addChannel('silent', 'webhook', `http://127.0.0.1:${receiver.address().port}/silent`);
    await call('UpdateCert', { ChainID: chain, UseWay: 'https', Rsa: leafOfAge(71) });
    await until(() => of('silent').length > 0, 'it is called', patience);
    assert.equal(await server.end(), 0);
    assert.match(server.log, /\bstopped$/m);
    silent = false;
    const before = of('silent').length;
    await server.start();
    await until(() => of('silent').length > before, 'it is called again', patience);
    assert.equal(of('silent').at(-1).headers['webhook-id'], of('silent')[0].headers['webhook-id']);
  });
});
