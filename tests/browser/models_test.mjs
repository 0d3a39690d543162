// The parts of the console that need no browser: node models_test.mjs CONSOLE_PACKAGES.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { createInflateRaw } from 'node:zlib';
import { Authority } from '../integration/live_server.mjs';
import { day, domain, edge, ending, load, now, room, source } from './console_module.mjs';

let authority;
before(() => {
  authority = new Authority(join(room, 'ca'));
});
after(() => rmSync(room, { recursive: true }));

describe('the sentence', () => {
  let model;
  before(async () => {
    model = await load('pages/overview/model.ts');
  });
  const form = (...domains) => model.summarise(domains, now).form;

  test('has four forms, by what is proved and never by what is stored', () => {
    assert.equal(form(domain('a'), domain('b')), 'all');
    assert.equal(form(domain('a'), domain('b', ending(5))), 'soon');
    assert.equal(form(domain('a'), domain('b', { Edges: [edge({ State: 'failing', Shows: '' })] })), 'broken');
    assert.equal(form(domain('a', { Edges: [edge({ State: 'acknowledged' })] })), 'unknown');
    assert.equal(form(domain('a', { Edges: [] })), 'unknown');
    assert.equal(form(), 'none');
  });
  test('leaves out what nobody is to be shown', () => {
    assert.equal(form(domain('a', { Ordered: false, Edges: [] })), 'none');
  });
  test('is about the viewers: a former certificate is still one, an ended one is none', () => {
    assert.equal(form(domain('a', { Edges: [edge({ State: 'failing', Shows: 'v0' })] })), 'soon');
    assert.equal(form(domain('a', ending(-1))), 'broken');
    assert.equal(form(domain('a', { Edges: [edge(), edge({ Edge: 'other', State: 'waiting', Shows: '' })] })), 'broken');
  });
  test('counts, and puts the worst first', () => {
    const sentence = model.summarise([domain('soon', ending(3)), domain('good'), domain('bare', { Edges: [edge({ State: 'failing', Shows: '' })] })], now);
    assert.deepEqual([sentence.total, sentence.shown, sentence.broken.length], [3, 2, 1]);
    assert.deepEqual(sentence.attention.map((item) => item.domain.Domain), ['bare', 'soon']);
    assert.equal(sentence.next.Domain, 'soon');
  });
  test('is not the first evening once anything was shown', () => {
    assert.equal(model.wasEverShown([domain('a', { Edges: [edge({ ProvedAt: '', State: 'waiting' })] }), domain('b', { Edges: [] })]), false);
    assert.equal(model.wasEverShown([domain('a', { Edges: [edge({ State: 'failing', Shows: '' })] })]), true);
  });
  test('calls soon a sixth of the lifetime, of six days as of ninety', () => {
    const short = (hours) => domain('a', { NotBefore: new Date(now - 6 * day + hours * 3_600_000).toISOString(), EndsAt: new Date(now + hours * 3_600_000).toISOString() });
    assert.equal(form(short(25)), 'all');
    assert.equal(form(short(23)), 'soon');
  });
  test('and the curve fall by as many as end', () => {
    const curve = model.curveOf([domain('a', ending(5)), domain('b', ending(5)), domain('c', ending(40)), domain('d', ending(200)), domain('e', { ChainID: '' })], now, 90);
    assert.equal(curve.total, 4);
    assert.deepEqual(curve.steps.map(({ lost }) => lost), [2, 1]);
  });
});

describe('the seven links', () => {
  test('break at the first that does not hold', async () => {
    const { linksOf } = await load('pages/domain/model.ts');
    const broken = (one) => linksOf(one, now).find(({ state }) => state === 'broken')?.id;
    assert.equal(broken(undefined), 'known');
    assert.equal(broken(domain('a', { Enabled: false, ChainID: '' })), 'enabled');
    assert.equal(broken(domain('a', { ChainID: '' })), 'bound');
    assert.equal(broken(domain('a', { HTTPS: false })), 'https');
    assert.equal(broken(domain('a', ending(-1))), 'fits');
    assert.equal(broken(domain('a', { Edges: [] })), 'has');
    assert.equal(broken(domain('a', { Edges: [edge({ State: 'failing' })] })), 'shows');
    assert.equal(broken(domain('a')), undefined);
    assert.equal(linksOf(domain('a', { Edges: [edge({ State: 'acknowledged', ProvedAt: '' })] }), now).at(-1).state, 'unknown');
  });
});

describe('an upload', () => {
  const file = (name, content) => ({ name, size: content.length, arrayBuffer: async () => new Uint8Array(Buffer.from(content)).buffer });
  // The archive that Python makes of these; [name, content, 'stored'] is not compressed.
  const archive = (members) => {
    const program = `import base64, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as made:
    for name, content, *how in json.load(sys.stdin):
        made.writestr(name, base64.b64decode(content), zipfile.ZIP_STORED if how else zipfile.ZIP_DEFLATED)`;
    const path = join(room, 'made.zip');
    execFileSync('python3', ['-c', program, path], { input: JSON.stringify(members.map(([name, content, ...how]) => [name, Buffer.from(content).toString('base64'), ...how])) });
    return readFileSync(path);
  };
  let model;
  let files;
  let filesBody;
  let toPassword;
  let pair;
  before(async () => {
    // Debian's Node.js has this form only in zlib.
    globalThis.DecompressionStream = class {
      constructor(form) {
        assert.equal(form, 'deflate-raw');
        return Duplex.toWeb(createInflateRaw());
      }
    };
    model = await load('pages/upload/model.ts');
    files = await load('secret/files.ts');
    ({ filesBody, toPassword } = await load('secret/body.ts'));
    pair = authority.leaf('live.example.net', '*.live.example.net');
  });
  const derOf = (pem) => new Uint8Array(Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'));
  const seen = (pems) => Promise.all(pems.map((pem) => files.seen(derOf(pem), 'a.pem')));
  const certificates = () => pair.Pubkey.match(/-----BEGIN[^]+?-----END CERTIFICATE-----\n?/g);
  const membersOf = async (...list) => (await files.contentsOf(list)).members.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]);

  // Anybody may have named the file: nothing in its name may end the string and name another chain.
  test('is sent as bytes, with names that cannot leave their place, and its bytes are overwritten', async () => {
    const odd = 'a","ChainID":"x\u0001\\.pem';
    const { members } = await files.contentsOf([file(odd, pair.Prikey), file('b.der', Buffer.from([0x30, 0, 255]))]);
    const body = JSON.parse(Buffer.from(filesBody({ UseWay: 'https' }, members, toPassword('a "word"\\'))).toString());
    assert.deepEqual(Object.keys(body), ['UseWay', 'Password', 'Files']);
    assert.equal(body.Password, 'a "word"\\');
    assert.deepEqual(body.Files.map(({ Name }) => Name), [odd, 'b.der']);
    assert.equal(Buffer.from(body.Files[0].Data, 'base64').toString(), pair.Prikey);
    assert.deepEqual([...Buffer.from(body.Files[1].Data, 'base64')], [0x30, 0, 255]);
    assert.ok(members.every(({ bytes }) => bytes.every((byte) => byte === 0)), 'the contents were overwritten');
  });
  test('has archives unpacked, in archives too, and leaves out what is too large', async () => {
    const inner = archive([['key.pem', 'the key', 'stored']]);
    const zip = archive([['nginx/', ''], ['nginx/cert.pem', 'a certificate '.repeat(900)], ['inner.zip', inner], ['__MACOSX/._cert.pem', 'x'], ['large.pem', Buffer.alloc(3 << 20)]]);
    assert.deepEqual(await membersOf(file('ca.zip', zip)), [['ca.zip: nginx/cert.pem', 'a certificate '.repeat(900)], ['ca.zip: inner.zip: key.pem', 'the key']]);
    for (let end = 0; end < zip.length; end += 97) await membersOf(file('cut.zip', zip.subarray(0, end))); // nothing throws
    const changed = Buffer.from(zip);
    for (let at = 0; at < changed.length; at += 131) changed[at] ^= 0xff;
    await membersOf(file('changed.zip', changed));
  });
  test('of an archive that lies about its size is not unpacked beyond it', async () => {
    const zip = archive([['bomb.pem', Buffer.alloc(1 << 20)]]);
    const central = zip.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    zip.writeUInt32LE(100, central + 24);
    assert.deepEqual(await membersOf(file('bomb.zip', zip)), []);
  });
  test('has at most as much as one call takes, what certificates are usually called first', async () => {
    const many = Array.from({ length: 80 }, (_, i) => file(i < 60 ? `photo-${i}.jpg` : `cert-${i}.pem`, 'x'));
    const { members, isWhole } = await files.contentsOf(many);
    assert.equal(members.length, 64);
    assert.ok(members.slice(0, 20).every(({ name }) => name.endsWith('.pem')));
    assert.ok(isWhole, 'only photos were left out');
    assert.equal((await files.contentsOf([file('large.pem', Buffer.alloc(1_500_000))])).isWhole, false);
  });
  test('without a key is put in order too', async () => {
    const [leaf, issuer] = certificates();
    const chain = model.inOrder(await seen([issuer, leaf, issuer]));
    assert.deepEqual(chain.map(({ certificate }) => certificate.commonName), ['live.example.net', 'Throwaway Intermediate']);
  });
  test('is what the certificate says of itself', async () => {
    const [one] = await seen([certificates()[0]]);
    const said = execFileSync('openssl', ['x509', '-noout', '-serial', '-enddate'], { input: certificates()[0], encoding: 'utf8' });
    assert.equal(said.match(/serial=0*([0-9A-F]+)/)[1].toLowerCase(), one.certificate.serial.replace(/^0+/, ''));
    assert.equal(Date.parse(said.match(/notAfter=(.*)/)[1]), one.certificate.notAfter);
    assert.deepEqual(one.certificate.names, ['live.example.net', '*.live.example.net']);
    assert.equal(one.certificate.key, 'ECDSA P-256');
    assert.equal(one.fingerprint, createHash('sha256').update(derOf(certificates()[0])).digest('hex'));
  });
  test('has each finding at its rung, those of the key at the leaf, the others below', async () => {
    const chain = await seen(certificates());
    const findings = [{ Id: 'issuer', Part: 'certificates', Block: 2 }, { Id: 'key', Part: 'key', Block: 0 }, { Id: 'whole', Part: 'upload', Block: 0 }];
    const { rungs, others } = model.ladderOf(chain, [], findings);
    assert.deepEqual(rungs.map((rung) => rung.findings.map(({ Id }) => Id)), [['key'], ['issuer']]);
    assert.deepEqual(others.map(({ Id }) => Id), ['whole']);
  });
  test('renews what it covers, the certificate that it covers whole first', async () => {
    const [leaf] = await seen([certificates()[0]]);
    const used = [domain('live.example.net', { ChainID: 'partly' }), domain('other.example.net', { ChainID: 'partly' }),
      domain('a.live.example.net', { ChainID: 'whole' }), domain('x.example.net', { ChainID: 'none' })];
    assert.deepEqual(model.candidatesOf(leaf, used, []).map(({ chain, isWhole }) => `${chain} ${isWhole}`), ['whole true', 'partly false']);
  });
  test('is told file by file, and asks for a password only while no certificate has its key', () => {
    const fault = (Origin, About) => ({ Origin, About, Message: '', Detail: '', Remedy: '' });
    const inspection = { Lack: 'key', Uploads: [], LeftOut: [], Certificates: [{ Origin: 'a.zip: x/a.pem' }, { Origin: 'a.zipper' }], Keys: [{ Origin: 'k.pem' }],
      Faults: [fault('a.zip: b.pfx', 'protected'), fault('csr.pem', 'other')] };
    const state = ({ certificates: found, keys, faults }) => [found, keys, faults.length];
    assert.deepEqual(['a.zip', 'a.zipper', 'k.pem', 'csr.pem'].map((name) => state(model.stateOf(inspection, name))), [[1, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    assert.deepEqual(model.needsPassword(inspection), ['a.zip: b.pfx']);
    assert.deepEqual(model.needsPassword({ ...inspection, Uploads: [{}] }), []);
  });
});

describe('the channels for notices', () => {
  const form = (changes) => ({ kind: 'mail', name: ' duty ', language: 'zh', accounts: '', quiet: '', to: 'a@example.net, b@example.net', from: 'livecert@example.net', user: '', ...changes });
  test('take what their kind has, and the same as a command without a secret', async () => {
    const { membersOf, commandOf, secretOf } = await load('pages/notices/model.ts');
    assert.deepEqual(membersOf(form()), { Name: 'duty', Kind: 'mail', Language: 'zh', To: ['a@example.net', 'b@example.net'], From: 'livecert@example.net' });
    assert.deepEqual(membersOf(form({ kind: 'feishu', quiet: '22:00-07:00', accounts: '2100000001 2100000002' })),
      { Name: 'duty', Kind: 'feishu', Language: 'zh', Accounts: ['2100000001', '2100000002'], QuietHours: '22:00-07:00' }, 'recipients that were typed for a mail are left out');
    assert.equal(commandOf(form({ name: "o'brien" }), true),
      "livecert notify add 'o'\\''brien' mail --url-file mail.url --secret-file mail.secret --language zh --to a@example.net --to b@example.net --from livecert@example.net");
    assert.equal(commandOf(form({ kind: 'slack' }), secretOf.slack !== undefined), 'livecert notify add duty slack --url-file slack.url --language zh');
  });
  test('are sent as bytes that can be overwritten', async () => {
    const { secretsBody } = await load('secret/body.ts');
    const body = secretsBody({ Name: 'duty' }, { URL: 'https://例子/?a="b"', Secret: undefined });
    assert.ok(body instanceof Uint8Array);
    assert.deepEqual(JSON.parse(Buffer.from(body).toString()), { Name: 'duty', URL: 'https://例子/?a="b"' });
    assert.deepEqual(JSON.parse(Buffer.from(secretsBody({ Name: 'duty' }, { Secret: 's' })).toString()), { Name: 'duty', Secret: 's' });
  });
  test('fail when the last message was not taken, or when another release made them', async () => {
    const { markOf } = await load('pages/notices/model.ts');
    const mark = (changes) => markOf({ Kind: 'mail', Failures: 0, DeliveredAt: '', ...changes });
    assert.deepEqual([mark({}), mark({ DeliveredAt: '2026-12-01T08:00:00Z' }), mark({ DeliveredAt: '2026-12-01T08:00:00Z', Failures: 1 }), mark({ Kind: '' })], ['nothing', 'shown', 'failing', 'failing']);
  });
});

describe('the audit', () => {
  test('asks for what the address says, and says the same as a command', async () => {
    const { membersOf, commandOf, placeOf } = await load('pages/audit/model.ts');
    const query = new URLSearchParams({ subject: ' live.example.net ', action: 'BindCert', since: '7d', before: '40' });
    assert.deepEqual(membersOf(query, now), { ActionName: 'BindCert', Subject: 'live.example.net', From: now / 1000 + 3_600 - 7 * 86_400, Before: 40, PageSize: 100 });
    assert.equal(membersOf(new URLSearchParams({ kind: 'opening' }), now).Kind, 'opening');
    assert.equal(membersOf(query, now + 1_000).From, membersOf(query, now).From, 'the question does not change each second');
    assert.equal(commandOf(new URLSearchParams({ subject: "a'; rm -r", since: '1d' })), "livecert audit list --subject 'a'\\''; rm -r' --since 1d");
    const place = (Subject, Action = 'BindCert') => placeOf({ Subject, Action });
    assert.equal(place('0'.repeat(32)), `#/certificates/${'0'.repeat(32)}`);
    assert.equal(place('live.example.net'), '#/domains/live.example.net');
    assert.equal(place('front', 'CreateEdge'), '#/edges');
    assert.equal(place('AKLTxxxx', 'CreateAccessKey'), undefined);
  });
});

describe('a remedy', () => {
  test('is what changes the trouble, with the same as a command', async () => {
    const { remedyOf } = await load('pages/overview/remedy.ts');
    const of = (trouble) => remedyOf(trouble, domain('live.example.net', { ChainID: 'c' }));
    assert.equal(of('soon').address, '#/upload?chain=c');
    assert.match(of('ended').lines[0], /^livecert cert create --chain-id c FILES/);
    assert.deepEqual(of('former').writes, [['CheckDelivery', { Domain: 'live.example.net' }]]);
    assert.equal(of('no-edge').needs, 'CreateEdge');
  });
});

describe('a signature', () => {
  test('is the one that the vendor documents', async () => {
    const { Signer } = await load('api/sign.ts');
    const secret = new TextEncoder().encode('a secret of a test');
    const body = new TextEncoder().encode('{"CertName":"证书"}');
    const query = 'Action=ListCerts&Version=2026-12-01';
    const signer = await Signer.make('AKLTtest', secret, 'a token');
    assert.deepEqual([...new Set(secret)], [0], 'the secret was overwritten');
    const headers = await signer.headers(query, body, now);
    const sha256 = (data) => createHash('sha256').update(data).digest('hex');
    const hmac = (key, data) => createHmac('sha256', key).update(data).digest();
    const names = 'content-type;x-content-sha256;x-date;x-security-token';
    const canonical = ['POST', '/', query, 'content-type:application/json', `x-content-sha256:${sha256(body)}`, 'x-date:20261201T000000Z',
      'x-security-token:a token', '', names, sha256(body)].join('\n');
    const scope = '20261201/cn-north-1/live/request';
    const key = scope.split('/').reduce(hmac, 'a secret of a test');
    const signature = hmac(key, ['HMAC-SHA256', '20261201T000000Z', scope, sha256(canonical)].join('\n')).toString('hex');
    assert.equal(headers.Authorization, `HMAC-SHA256 Credential=AKLTtest/${scope}, SignedHeaders=${names}, Signature=${signature}`);
  });
});

describe('the texts', () => {
  test('have the same values in both languages, and no English in the Chinese ones', async () => {
    const { en } = await load('text/en.ts');
    const { zh } = await load('text/zh.ts');
    const values = (text) => [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, value]) => value))].sort();
    const names = /livecert|HTTPS|nginx|HAProxy|Caddy|curl|body\.json|PKCS|webhook|Slack|Telegram|Alertmanager|token/g;
    for (const key of Object.keys(en)) {
      assert.deepEqual(values(zh[key]).filter((value) => !values(en[key]).includes(value)), [], key);
      assert.doesNotMatch(zh[key].replaceAll(/\{\w+\}/g, '').replaceAll(names, ''), /[A-Za-z]{4,}/, key);
    }
  });
  test('are all used', async () => {
    const { en } = await load('text/en.ts');
    const code = execFileSync('cat', execFileSync('find', [source, '-name', '*.ts', '-o', '-name', '*.tsx'], { encoding: 'utf8' }).trim().split('\n')
      .filter((path) => !/text\/(en|zh)/.test(path)), { encoding: 'utf8', maxBuffer: 1 << 26 });
    const computed = ['nav.', 'trouble.', 'domains.state.', 'broken.', 'link.', 'effect.', 'file.', 'bulk.', 'palette.', 'compare.', 'lack.', 'left.', 'did.', 'notices.kind.', 'notices.secret.'];
    assert.deepEqual(Object.keys(en).filter((key) => !code.includes(`'${key}'`) && !computed.some((prefix) => key.startsWith(prefix))), []);
  });
});
