// What a person needs daily, without a browser: lists, changes of many, versions, the palette, files. node lists_test.mjs PACKAGES.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Authority, certificatesOf } from '../integration/live_server.mjs';
import { join } from 'node:path';
import { day, domain, edge, ending, load, now, room } from './console_module.mjs';

after(() => rmSync(room, { recursive: true }));

const query = (text) => new URLSearchParams(text);
const cert = (name, changes = {}) => ({ ChainID: name.padEnd(32, '0'), CertName: name, ProjectName: 'default', CertDomainList: [], Status: 'valid',
  Superseded: false, NotBefore: new Date(now - 10 * day).toISOString(), NotAfter: new Date(now + 80 * day).toISOString(),
  EndsAt: new Date(now + 80 * day).toISOString(), CreateTime: new Date(now).toISOString(), ...changes });
const namesOf = (list) => list.map(({ Domain, CertName }) => Domain ?? CertName);

describe('the list of certificates', () => {
  let model;
  before(async () => {
    model = await load('pages/certificates/model.ts');
  });

  test('asks the service what the address filters by', () => {
    assert.deepEqual(model.filterOf(query('')), { Superseded: false });
    assert.deepEqual(model.filterOf(query('q=live&project=a&bound=yes&state=all')), { CertName: 'live', ProjectName: 'a', Bound: true });
    assert.deepEqual(model.filterOf(query('q=06174e')), { ChainIDPrefix: '06174e', Superseded: false });
    assert.deepEqual(model.filterOf(query('state=soon')), { Superseded: false, ExpiringWithin: 30 * 86_400, Expired: false });
  });
  test('is read whole only for an order or a filter that the service does not have', () => {
    assert.deepEqual(['', 'q=a&state=expired', 'bound=yes', 'sort=nonsense', 'sort=constructor'].map((text) => model.needsAll(query(text))), [false, false, false, false, false]);
    assert.deepEqual(['sort=ends', 'sort=-name', 'bound=no'].map((text) => model.needsAll(query(text))), [true, true, true]);
  });
  test('is in the order of the address, upwards and downwards, names with numbers as people count', () => {
    const list = [cert('edge-10', ending(5)), cert('edge-9', ending(50)), cert('edge-1', ending(20))];
    const order = (text) => namesOf(model.arranged(list, query(text)));
    assert.deepEqual(order('sort=name'), ['edge-1', 'edge-9', 'edge-10']);
    assert.deepEqual(order('sort=-ends'), ['edge-9', 'edge-1', 'edge-10']);
    assert.deepEqual(order('sort=nonsense'), ['edge-10', 'edge-9', 'edge-1']);
  });
  test('leaves out those in use when unused ones are wanted', () => {
    assert.deepEqual(namesOf(model.arranged([cert('used', { CertDomainList: ['a'] }), cert('free')], query('bound=no'))), ['free']);
  });
  test('is the same on the command line', () => {
    assert.deepEqual(model.wordsOf(model.filterOf(query('q=live&state=soon&bound=yes'))), ['livecert', 'cert', 'list', '--name', 'live', '--expiring', '30d', '--bound']);
  });
});

describe('the order of a column', () => {
  test('goes upwards, downwards, and back to that of the service', async () => {
    const { orderOf, turned } = await load('ui/order.ts');
    assert.deepEqual([turned(orderOf(query('')), 'ends'), turned(orderOf(query('sort=ends')), 'ends'), turned(orderOf(query('sort=-ends')), 'ends'), turned(orderOf(query('sort=ends')), 'name')],
      ['ends', '-ends', '', 'name']);
  });
});

describe('the list of domains', () => {
  const list = [
    domain('good.example.net'), domain('bare.example.net', { Edges: [edge({ State: 'failing', Shows: '', Edge: 'srs' })] }),
    domain('soon.example.net', { ...ending(5), ProjectName: 'live' }), domain('none.example.net', { ChainID: '', CertName: '', EndsAt: '' }),
  ];
  let arranged;
  before(async () => {
    ({ arranged } = await load('pages/domains/model.ts'));
  });
  const shown = (text) => namesOf(arranged(list, query(text), now)).map((name) => name.split('.')[0]);

  test('is filtered by text, state, edge and project', () => {
    assert.deepEqual(shown('q=SOON'), ['soon']);
    assert.deepEqual(shown('state=failing'), ['bare']);
    assert.deepEqual(shown('edge=srs'), ['bare']);
    assert.deepEqual(shown('project=live'), ['soon']);
    assert.deepEqual(shown('state=shown&edge=srs'), []);
  });
  test('has the most urgent first by state, and those without an end last in both directions', () => {
    assert.deepEqual(shown('sort=state'), ['bare', 'soon', 'none', 'good']);
    assert.deepEqual(shown('sort=ends'), ['soon', 'good', 'bare', 'none']);
    assert.equal(shown('sort=-ends').at(-1), 'none');
  });
});

describe('a change of many domains', () => {
  let planOf;
  before(async () => {
    ({ planOf } = await load('pages/domains/plan.ts'));
  });
  const list = [domain('a.example.net'), domain('b.example.net', { ChainID: '', Ordered: false, Edges: [] }),
    domain('x.other.net', { Edges: [edge({ Edge: 'srs' }), edge()] }), domain('off.example.net', { Enabled: false, Ordered: false, Edges: [] })];

  test('says what stops working, at which edges', () => {
    const { change, same, impact } = planOf('unbind', list);
    assert.deepEqual(namesOf(change), ['a.example.net', 'x.other.net', 'off.example.net']);
    assert.deepEqual(namesOf(same), ['b.example.net']);
    assert.deepEqual(namesOf(impact.domains), ['a.example.net', 'x.other.net'], 'nobody is shown anything for a disabled domain');
    assert.deepEqual(impact.edges, ['front', 'srs']);
  });
  test('binds only what the certificate covers, and stops nothing', () => {
    const { change, refused, same, impact } = planOf('bind', list, { chain: 'c', names: ['*.example.net'] });
    assert.deepEqual([namesOf(change), namesOf(refused)], [['b.example.net'], []]);
    assert.deepEqual(namesOf(same), ['a.example.net', 'x.other.net', 'off.example.net']);
    assert.equal(impact.domains.length, 0);
    assert.deepEqual(namesOf(planOf('bind', list, { chain: 'new', names: ['*.example.net'] }).refused), ['x.other.net']);
  });
  test('changes nothing that is so already', () => {
    assert.deepEqual(namesOf(planOf('disable', list).change), ['a.example.net', 'b.example.net', 'x.other.net']);
    assert.deepEqual(namesOf(planOf('enable', list).change), ['off.example.net']);
    assert.equal(planOf('enable', list).impact.domains.length, 0);
    assert.equal(planOf('delete', list).impact.domains.length, 2);
  });
  test('keeps what a binding had when it is made again', async () => {
    const { bindingOf } = await load('api/bindings.ts');
    const former = domain('a', { HTTP2: true, MinTLSVersion: 'TLSv1.3', MaxTLSVersion: '', HTTPS: false });
    assert.deepEqual(bindingOf('c', former), { ChainID: 'c', Domain: 'a', HTTPS: false, HTTP2: true, MinTLSVersion: 'TLSv1.3' });
    assert.deepEqual(bindingOf('c', domain('a', { ChainID: '' })), { ChainID: 'c', Domain: 'a', HTTPS: true });
  });
  test('of certificates lists what loses its certificate, and wants what is deleted typed', async () => {
    const { deletionOf, typedFor } = await load('pages/certificates/plan.ts');
    const certs = [cert('used'), cert('free')];
    const used = [domain('a', { ChainID: certs[0].ChainID }), domain('b', { ChainID: 'another' })];
    const plan = deletionOf(certs, used);
    assert.deepEqual([namesOf(plan.used), namesOf(plan.impact.domains)], [['used'], ['a']]);
    const nameOf = ({ CertName }) => CertName;
    assert.deepEqual([typedFor(plan, nameOf), typedFor(deletionOf([certs[1]], []), nameOf), typedFor(deletionOf(certs, []), nameOf)], ['2', 'free', '']);
  });
});

describe('a batch', () => {
  let batch;
  let Problem;
  before(async () => {
    ({ batch, Problem } = await load('api/batch.ts', 'api/call.ts'));
  });
  const watched = { tell: () => undefined, isStopped: () => false, wait: async () => undefined };

  test('goes on after a refusal, and names what was refused', async () => {
    const told = [];
    const outcome = await batch(['a', 'b', 'c'], async (item) => {
      if (item === 'b') throw new Problem('InUse', 'a domain uses it', 'id', 400);
    }, { ...watched, tell: ({ done, failed, left }) => told.push([done.length, failed.length, left.length]) });
    assert.deepEqual([outcome.done, outcome.left], [['a', 'c'], []]);
    assert.deepEqual(outcome.failed.map(({ item, problem }) => `${item} ${problem.message}`), ['b a domain uses it']);
    assert.deepEqual(told, [[1, 0, 2], [1, 1, 1], [2, 1, 0]]);
  });
  test('makes a call again that the rate limit refused, and gives up in the end', async () => {
    const tried = { a: 0, b: 0 };
    const outcome = await batch(['a', 'b'], async (item) => {
      tried[item] += 1;
      if (item === 'b' || tried.a < 3) throw new Problem('AccountFlowLimitExceeded', '', 'id', 429);
    }, watched);
    assert.deepEqual([tried, outcome.done, outcome.failed.length], [{ a: 3, b: 5 }, ['a'], 1]);
  });
  test('stops when it is told to, and knows what it did not begin', async () => {
    let isStopped = false;
    const outcome = await batch(['a', 'b', 'c'], async (item) => {
      isStopped = item === 'a';
    }, { ...watched, isStopped: () => isStopped });
    assert.deepEqual([outcome.done, outcome.left], [['a'], ['b', 'c']]);
  });
  test('tries nothing more when nobody answers', async () => {
    const tried = [];
    const outcome = await batch(['a', 'b'], async (item) => {
      tried.push(item);
      throw new Error('cut');
    }, watched);
    assert.deepEqual([tried, outcome.failed.length, outcome.left], [['a'], 1, ['b']]);
  });
});

describe('two versions of a certificate', () => {
  let difference;
  let chainOf;
  let authority;
  before(async () => {
    difference = await load('pages/certificate/difference.ts');
    ({ chainOf } = await load('ui/chain.ts'));
    authority = new Authority(join(room, 'ca'));
  });
  const read = (pair) => chainOf(certificatesOf(pair.Pubkey));
  const changed = (list) => list.filter(({ isSame }) => !isSame).map(({ fact }) => fact);

  test('differ in the names that only one has, and in the key of a renewal', async () => {
    const [earlier, later] = await Promise.all([read(authority.leaf('a.example.net', 'b.example.net')), read(authority.leaf('a.example.net', '*.c.example.net'))]);
    const list = difference.differencesOf(earlier, later);
    assert.deepEqual(changed(list).filter((fact) => fact !== 'begins' && fact !== 'ends'), ['names', 'key']);
    const names = list.find(({ fact }) => fact === 'names');
    assert.deepEqual(names.earlier, [{ text: 'a.example.net', isOnlyHere: false }, { text: 'b.example.net', isOnlyHere: true }]);
    assert.deepEqual(names.later, [{ text: '*.c.example.net', isOnlyHere: true }, { text: 'a.example.net', isOnlyHere: false }]);
    assert.deepEqual(difference.uncoveredBy(earlier, ['a.example.net', 'x.c.example.net']), ['x.c.example.net']);
  });
  test('differ in nothing if they are the same, and in issuer and chain under another issuer', async () => {
    const one = await read(authority.leaf('a.example.net'));
    assert.deepEqual(changed(difference.differencesOf(one, one)), []);
    authority.issue('other', 'ca', '/CN=Other Intermediate', 'root');
    const other = await read(authority.leafBelow('other', ['a.example.net']));
    assert.deepEqual(changed(difference.differencesOf(one, other)).filter((fact) => fact !== 'begins' && fact !== 'ends'), ['key', 'issuer', 'chain']);
  });
  test('have the key that openssl finds in them', async () => {
    const pair = authority.leaf('a.example.net');
    const [leaf] = await read(pair);
    const der = execFileSync('openssl', ['pkey', '-pubout', '-outform', 'DER'], { input: pair.Prikey });
    const hash = execFileSync('openssl', ['dgst', '-sha256', '-r'], { input: der, encoding: 'utf8' }).split(' ')[0];
    assert.equal(leaf.keyFingerprint, hash);
  });
});

describe('the palette', () => {
  const found = [{ kind: 'page', text: 'Domains', detail: '', address: '#/domains' }, { kind: 'page', text: 'Edges', detail: '', address: '#/edges' },
    ...['live.example.net', 'alive.example.net', 'x.live.example.net', 'live'].map((text) => ({ kind: 'domain', text, detail: '', address: `#/domains/${text}` })),
    { kind: 'certificate', text: 'www', detail: 'live0617', address: '#/certificates/1' }];
  test('has the pages before anything is typed, and then the best of each kind', async () => {
    const { offersOf } = await load('app/finding.ts');
    const texts = (typed) => offersOf(found, typed).map(({ text }) => text);
    assert.deepEqual(texts(' '), ['Domains', 'Edges']);
    assert.deepEqual(texts('LIVE'), ['live', 'live.example.net', 'x.live.example.net', 'alive.example.net', 'www']);
    assert.deepEqual(texts('dom'), ['Domains']);
    assert.deepEqual(texts('nothing'), []);
    const many = Array.from({ length: 50 }, (_, i) => ({ kind: 'domain', text: `d${i}.example.net`, detail: '', address: `#/${i}` }));
    assert.equal(offersOf(many, 'example').length, 6);
  });
});

describe('a file', () => {
  test('of a table is read back by Python as it was written, formulas disarmed', async () => {
    const { certificatesCsv } = await load('export/csv.ts');
    const odd = ['=HYPERLINK("http://x")', '-1+2', '@SUM(A1)', 'a "quoted", name', 'two\nlines', '证书'];
    const text = certificatesCsv(odd.map((name) => cert('x', { CertName: name })));
    const read = execFileSync('python3', ['-c', 'import csv,io,json,sys; print(json.dumps([r["CertName"] for r in csv.DictReader(io.StringIO(sys.stdin.buffer.read().decode("utf-8-sig"), newline=""))]))'],
      { input: text, encoding: 'utf8' });
    assert.deepEqual(JSON.parse(read), ["'=HYPERLINK(\"http://x\")", "'-1+2", "'@SUM(A1)", 'a "quoted", name', 'two\nlines', '证书']);
  });
  test('for a calendar has an event an end, folded at 75 bytes, with nothing that a name could add', async () => {
    const { iCalendar } = await load('export/icalendar.ts');
    const { endsOf } = await load('pages/calendar/model.ts');
    const name = `长名字;${'很长'.repeat(30)}, \r\nATTACH:evil`;
    const ends = endsOf([domain('a', { CertName: name }), domain('b', { CertName: name }), domain('c', { ChainID: 'd' })]);
    const text = iCalendar(ends, now, { title: (end) => end.name, description: (end) => end.domains.join(', ') });
    assert.ok(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75 && !line.includes('\n')));
    const lines = text.replaceAll('\r\n ', '').split('\r\n');
    assert.equal(lines.filter((line) => line === 'BEGIN:VEVENT').length, 2);
    assert.ok(!lines.some((line) => line.startsWith('ATTACH')));
    assert.ok(lines.includes(`SUMMARY:长名字\\;${'很长'.repeat(30)}\\, \\nATTACH:evil`));
    assert.ok(lines.includes('DTSTART:20270219T000000Z') && lines.includes('TRIGGER:-PT360H') && lines.includes('UID:c@livecert'));
    assert.ok(lines.includes('DESCRIPTION:a\\, b'));
  });
});

describe('a command', () => {
  test('is taken by a shell word for word, whatever somebody named a thing', async () => {
    const { comment, line, signedByCommand } = await load('api/shell.ts');
    const odd = ["it's", '$(touch evil)', '`id`', 'a b', '--x', '"', '\\', '证书', '!history'];
    const echoed = execFileSync('sh', ['-c', `printf '%s\\n' ${line(...odd)}`], { encoding: 'utf8' });
    assert.deepEqual(echoed.trimEnd().split('\n'), odd);
    assert.equal(line('a\x1b[201~\nrm -rf x'), "'a[201~rm -rf x'");
    assert.equal(execFileSync('sh', ['-c', `${comment("x\n echo evil")}`], { encoding: 'utf8' }), '');
    const body = { CertName: "o'; echo evil #" };
    const said = execFileSync('sh', ['-c', `livecert() { printf '%s' "$4" >&2; }; ${signedByCommand('ListCerts', body)}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    assert.equal(said, '');
  });
  test('of curl is the call as it is sent, for a shell', async () => {
    const { curlOf } = await load('api/shell.ts');
    const text = curlOf(new URL('https://x.example.net/certs/'), 'ListCerts', { CertName: "it's" }, { 'x-date': 'd', 'x-security-token': 'the token' });
    const words = execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }; ${text}`], { encoding: 'utf8' }).trimEnd().split('\n');
    assert.deepEqual(words, ['-sS', 'https://x.example.net/certs/?Action=ListCerts&Version=2026-12-01', '-H', 'x-date: d', '-H', 'x-security-token: the token', '--data-binary', `{"CertName":"it's"}`]);
  });
  test('that connects an edge names what the form has', async () => {
    const { wordsOf } = await load('pages/edges/model.ts');
    const form = { kind: 'haproxy', name: ' front ', listen: '127.0.0.1:443', domains: 'a.net, *.b.net', directory: '/e/front', file: '/e/f', socket: '/e/s' };
    assert.deepEqual(wordsOf(form), ['front', 'haproxy', '--listen', '127.0.0.1:443', '--directory', '/e/front', '--socket', '/e/s', '--domain', 'a.net', '--domain', '*.b.net']);
  });
});
