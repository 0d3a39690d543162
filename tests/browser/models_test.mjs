// The parts of the console that need no browser: node models_test.mjs CONSOLE_PACKAGES.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
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
  const files = (list) => list.map(([name, content]) => ({ name, size: content.length, arrayBuffer: async () => new TextEncoder().encode(content).buffer }));
  let model;
  let look;
  let uploadBody;
  let pair;
  before(async () => {
    model = await load('pages/upload/model.ts');
    ({ look } = await load('secret/files.ts'));
    ({ uploadBody } = await load('secret/body.ts'));
    pair = authority.leaf('live.example.net', '*.live.example.net');
  });
  const taken = (list) => Promise.all(files(list).map(look));
  const certificates = () => pair.Pubkey.match(/-----BEGIN[^]+?-----END CERTIFICATE-----\n?/g);

  test('is put in order, without what is there twice', async () => {
    const [leaf, issuer] = certificates();
    const list = await taken([['ca.pem', issuer], ['both.pem', issuer + leaf], ['key.pem', pair.Prikey]]);
    const chain = model.chainOf(list);
    assert.deepEqual(chain.map(({ certificate }) => certificate.commonName), ['live.example.net', 'Throwaway Intermediate']);
    const body = JSON.parse(Buffer.from(await uploadBody({ UseWay: 'https' }, list, chain)).toString());
    assert.equal(body.UseWay, 'https');
    assert.equal(body.Rsa.Pubkey.replaceAll('\n\n', '\n'), pair.Pubkey);
    assert.equal(body.Rsa.Prikey.trim(), pair.Prikey.trim());
  });
  // Anybody may have written the file: nothing in it may end the string and name another chain.
  test('takes every byte of a block as text', async () => {
    const [leaf] = certificates();
    const key = `-----BEGIN PRIVATE KEY-----\n\tMIIE"},"ChainID":"x","More":{"X":"\\u0041\x01\x1f\n-----END PRIVATE KEY-----\n`;
    const list = await taken([['leaf.pem', leaf], ['key.pem', key]]);
    const body = JSON.parse(Buffer.from(await uploadBody({ UseWay: 'https' }, list, model.chainOf(list))).toString());
    assert.deepEqual(Object.keys(body), ['UseWay', 'Rsa']);
    assert.equal(body.Rsa.Prikey.trim(), key.trim());
  });
  test('is read as it was written on Windows, and in DER', async () => {
    const [leaf] = certificates();
    const windows = await taken([['a.pem', leaf.replaceAll('\n', '\r\n')]]);
    const body = JSON.parse(Buffer.from(await uploadBody({}, windows, model.chainOf(windows))).toString());
    assert.equal(body.Rsa.Pubkey.trim(), leaf.trim());
    const der = Buffer.from(leaf.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
    const one = await look({ name: 'a.cer', size: der.length, arrayBuffer: async () => der.buffer.slice(der.byteOffset, der.byteOffset + der.length) });
    assert.equal(one.kind, 'certificates');
    assert.equal(one.certificates[0].fingerprint, createHash('sha256').update(der).digest('hex'));
  });
  test('of anything else is named, and nothing throws', async () => {
    const kinds = (await taken([['a.pfx', '0\x82'], ['photo.jpg', '\xff\xd8'], ['empty', ''], ['csr.pem', '-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n'],
      ['cut.pem', '-----BEGIN CERTIFICATE-----\nMIIB'], ['odd.pem', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n']])).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['password', 'other', 'other', 'request', 'other', 'other']);
  });
  test('is what the certificate says of itself', async () => {
    const [one] = model.certificatesOf(await taken([['a.pem', certificates()[0]]]));
    const said = execFileSync('openssl', ['x509', '-noout', '-serial', '-enddate'], { input: certificates()[0], encoding: 'utf8' });
    assert.equal(said.match(/serial=0*([0-9A-F]+)/)[1].toLowerCase(), one.certificate.serial.replace(/^0+/, ''));
    assert.equal(Date.parse(said.match(/notAfter=(.*)/)[1]), one.certificate.notAfter);
    assert.deepEqual(one.certificate.names, ['live.example.net', '*.live.example.net']);
    assert.equal(one.certificate.key, 'ECDSA P-256');
  });
  test('has each finding at its rung, those of the key at the leaf, the others below', async () => {
    const chain = model.chainOf(await taken([['a.pem', pair.Pubkey]]));
    const findings = [{ Id: 'issuer', Part: 'certificates', Block: 2 }, { Id: 'key', Part: 'key', Block: 0 }, { Id: 'whole', Part: 'upload', Block: 0 }];
    const { rungs, others } = model.ladderOf(chain, [], findings);
    assert.deepEqual(rungs.map((rung) => rung.findings.map(({ Id }) => Id)), [['key'], ['issuer']]);
    assert.deepEqual(others.map(({ Id }) => Id), ['whole']);
  });
  test('renews what it covers, the certificate that it covers whole first', async () => {
    const [leaf] = model.certificatesOf(await taken([['a.pem', certificates()[0]]]));
    const used = [domain('live.example.net', { ChainID: 'partly' }), domain('other.example.net', { ChainID: 'partly' }),
      domain('a.live.example.net', { ChainID: 'whole' }), domain('x.example.net', { ChainID: 'none' })];
    assert.deepEqual(model.candidatesOf(leaf, used, []).map(({ chain, isWhole }) => `${chain} ${isWhole}`), ['whole true', 'partly false']);
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
    const names = /livecert|HTTPS|nginx|HAProxy|Caddy|curl|body\.json/g;
    for (const key of Object.keys(en)) {
      assert.deepEqual(values(zh[key]).filter((value) => !values(en[key]).includes(value)), [], key);
      assert.doesNotMatch(zh[key].replaceAll(/\{\w+\}/g, '').replaceAll(names, ''), /[A-Za-z]{4,}/, key);
    }
  });
  test('are all used', async () => {
    const { en } = await load('text/en.ts');
    const code = execFileSync('cat', execFileSync('find', [source, '-name', '*.ts', '-o', '-name', '*.tsx'], { encoding: 'utf8' }).trim().split('\n')
      .filter((path) => !/text\/(en|zh)/.test(path)), { encoding: 'utf8', maxBuffer: 1 << 26 });
    const computed = ['nav.', 'trouble.', 'domains.state.', 'broken.', 'link.', 'effect.', 'file.', 'bulk.', 'palette.', 'compare.'];
    assert.deepEqual(Object.keys(en).filter((key) => !code.includes(`'${key}'`) && !computed.some((prefix) => key.startsWith(prefix))), []);
  });
});
