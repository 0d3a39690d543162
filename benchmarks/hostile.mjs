// What a request can cost at worst: node hostile.mjs LIVECERT OUTPUT [KIND…]. Starts a livecert with defaults but for the
// rate limit, fills its store with what makes requests expensive, sends each kind of hostile request several times, and
// reads from /proc what the server spent on it: milliseconds of processor on all threads together, and how far its
// memory grew beyond what it held before. Writes OUTPUT/hostile.json and OUTPUT/hostile.md. With words behind it, only
// the kinds whose names hold one of them.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority, LiveServer, pause } from '../tests/integration/live_server.mjs';
import { SignedClient, dnsmgrShape } from '../tests/integration/signed_client.mjs';

const [binary, output, ...wanted] = process.argv.slice(2);
const rounds = 5;
const limits = { stranger: { ms: 5 }, caller: { ms: 50, mib: 64 }, uploader: { ms: 30, mib: 64 } };
const live = 'Version=2023-01-01';
const own = '2026-12-01';
const filled = { domains: 1000, bigChains: 100, namesakes: 100, longNames: 5000 };

const repeat = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const list = (count, make) => `[${repeat(count, make).join(',')}]`;
const bodyLimit = 2 * 1024 * 1024 - 200;
// As many as fit into a body.
const fillBody = (make, begin = '{', end = '}') => {
  const parts = [];
  for (let size = 0, index = 0; ; index += 1) {
    const part = make(index);
    size += part.length + 1;
    if (size > bodyLimit) return begin + parts.join(',') + end;
    parts.push(part);
  }
};

// ---- The server, seen from outside.

class Watched {
  constructor(server) {
    this.server = server;
    this.proc = `/proc/${server.process.pid}`;
  }

  milliseconds() {
    let nanoseconds = 0;
    for (const thread of readdirSync(`${this.proc}/task`)) {
      nanoseconds += Number(readFileSync(`${this.proc}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    }
    return nanoseconds / 1e6;
  }

  status(name) {
    return Number(readFileSync(`${this.proc}/status`, 'utf8').match(new RegExp(`${name}:\\s+(\\d+)`))[1]) / 1024;
  }

  // Forgets the highest memory so far. Only root may, and without it growth below an earlier peak is not seen.
  forgetPeak() {
    try {
      writeFileSync(`${this.proc}/clear_refs`, '5');
    } catch {
      this.cannotForget = true;
    }
  }

  // Until it does nothing any more: what goes on behind an answer counts too.
  async settle() {
    for (let last = -1, now = this.milliseconds(); now - last > 0.2; now = this.milliseconds()) {
      last = now;
      await pause(30);
    }
  }
}

// ---- Raw requests. One connection each; the answer as status, code and size.

function ask(address, bytes) {
  const [host, port] = address.split(':');
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), host);
    const pieces = [];
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('error', reject);
    socket.on('close', () => {
      const text = Buffer.concat(pieces).toString('latin1');
      const code = text.match(/"Code":"([^"]*)"/)?.[1] ?? '';
      resolve({ status: Number(text.slice(9, 12)), code, size: text.length });
    });
  });
}

const basicTime = () => new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');

function request({ method = 'POST', target = `/?Action=ListCertV2&${live}`, headers = {}, body = '' }) {
  const lines = Object.entries({ Host: 'x', Connection: 'close', 'Content-Length': Buffer.byteLength(body), ...headers })
    .flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}\r\n`));
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

class Caller {
  constructor(server) {
    this.address = server.addresses.http;
    this.client = new SignedClient(dnsmgrShape, `http://${this.address}`, server.credentials);
  }

  signed(action, body, version = '2023-01-01') {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const target = `/?Action=${action}&Version=${version}`;
    const headers = this.client.sign(target, text);
    return request({ target, headers: { ...headers, Host: this.client.origin.host }, body: text });
  }

  send(action, body, version) {
    return ask(this.address, this.signed(action, body, version));
  }

  async must(action, body, version = '2023-01-01') {
    // A busy machine may need longer than an answer may take; all that is called here may be called again.
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.client.call(action, body, version);
      if (answer.status === 200) return answer.Result;
      if (answer.status < 500 || attempt === 5) throw new Error(`${action}: ${JSON.stringify(answer.ResponseMetadata.Error)}`);
    }
  }
}

// ---- What the store is filled with.

// Certificates that the test authority does not make: with very many names, or with a long comment.
class Mill extends Authority {
  // With a key of its own, or with that of another file. `subject` is a text for -subj, or lines of a configuration.
  make(name, subject, issuer, extensions, { kind = 'P-256', key } = {}) {
    const isLines = !subject.startsWith('/');
    const naming = isLines ? `prompt=no\n[name]\n${subject}` : '[name]\n';
    writeFileSync(this.path(`${name}.cnf`), `[req]\ndistinguished_name=name\n${naming}\n[extensions]\n${extensions}`);
    const by = issuer ? ['-CA', this.path(`${issuer}.pem`), '-CAkey', this.path(`${issuer}.key`)] : [];
    const newKey = kind.startsWith('rsa') ? ['-newkey', kind] : ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${kind}`];
    const keying = key ? ['-new', '-key', this.path(`${key}.key`)] : [...newKey, '-nodes', '-keyout', this.path(`${name}.key`)];
    execFileSync('openssl', ['req', '-x509', ...keying, '-days', '90', '-config', this.path(`${name}.cnf`), '-extensions', 'extensions',
      ...(isLines ? [] : ['-subj', subject]), ...by, '-out', this.path(`${name}.pem`)], { stdio: ['ignore', 'ignore', 'pipe'] });
    if (key && key !== name) copyFileSync(this.path(`${key}.key`), this.path(`${name}.key`));
  }

  pair(name, ...issuers) {
    const read = (file) => readFileSync(this.path(file), 'utf8');
    return { Pubkey: [name, ...issuers].map((each) => read(`${each}.pem`)).join(''), Prikey: read(`${name}.key`) };
  }

  // A leaf of about 190 KB: as many names as fit.
  bigLeaf() {
    const names = repeat(9990, (i) => `DNS.${i}=n${i}.b.example`).join('\n');
    this.make('big', '/CN=big', 'intermediate', `basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=@names\n[names]\nDNS.99990=*.wide.example\n${names}\n`);
    return this.pair('big');
  }

  // A leaf below the n-th of many intermediates that share one name, each with a key and a long comment of its own.
  belowNamesake(index) {
    const comment = `nsComment=${'c'.repeat(150_000)}\n`;
    this.make(`namesake-${index}`, '/CN=Namesake', 'root', `basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n${comment}`);
    this.make(`below-${index}`, '/CN=below', `namesake-${index}`, 'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:below.example\n');
    return `below-${index}`;
  }
}

// Uploads that cost the most in one step of a judgement each, as large as a text may be (256 KiB of PEM).
class Judged {
  authority = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n';
  server = 'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:hostile.example\n';

  constructor(mill) {
    this.mill = mill;
  }

  static namesOf(count, make) {
    return `basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=@names\n[names]\n${repeat(count, make).join('\n')}\n`;
  }

  // Names below an authority that constrains them: compared each with each.
  namesAgainstConstraints() {
    const lines = repeat(2500, (i) => `permitted;DNS.${i}=p${i}.example\nexcluded;DNS.${i}=x${i}.example`).join('\n');
    this.mill.make('constrained', '/CN=constrained', 'root', `${this.authority}nameConstraints=critical,@list\n[list]\n${lines}\n`);
    this.mill.make('many', '/CN=many', 'constrained', Judged.namesOf(3000, (i) => `DNS.${i}=a.p${i % 2500}.example`));
    return this.mill.pair('many', 'constrained');
  }

  addressesAgainstConstraints() {
    const lines = repeat(2500, (i) => `permitted;IP.${i}=10.${i >> 8}.${i & 255}.0/255.255.255.0`).join('\n');
    this.mill.make('networks', '/CN=networks', 'root', `${this.authority}nameConstraints=critical,@list\n[list]\n${lines}\n`);
    this.mill.make('addresses', '/CN=addresses', 'networks', Judged.namesOf(4000, (i) => `IP.${i}=10.9.195.1`) + 'DNS.1=hostile.example\n');
    return this.mill.pair('addresses', 'networks');
  }

  // The issuer behind eight others of its name, which signed nothing here.
  namesakes(kind) {
    this.mill.make(`wrong-${kind}`, '/CN=Same', 'root', this.authority, { kind });
    this.mill.make(`right-${kind}`, '/CN=Same', 'root', this.authority, { kind });
    const others = repeat(8, (i) => `wrong-${kind}-${i}`);
    for (const each of others) this.mill.make(each, '/CN=Same', 'root', this.authority, { key: `wrong-${kind}` });
    this.mill.make(`leaf-${kind}`, '/CN=leaf', `right-${kind}`, this.server);
    return this.mill.pair(`leaf-${kind}`, ...others, `right-${kind}`);
  }

  // Four certificates of one authority and five of another, which issued each other: as many ways up as there are orders.
  cross(word, { kind, extensions = () => '', server = this.server, subject = (side) => `/CN=Cross ${side}` } = {}) {
    const names = repeat(9, (i) => [`cross-${word}-${i}`, i < 4 ? 'A' : 'B']);
    for (const side of ['A', 'B']) this.mill.make(`cross-${word}-${side}`, subject(side), null, this.authority, { kind });
    names.forEach(([name, side], i) => this.mill.make(name, subject(side), `cross-${word}-${side === 'A' ? 'B' : 'A'}`,
      `${this.authority}nsComment=${i}\n${extensions(i)}`, { key: `cross-${word}-${side}` }));
    this.mill.make(`leaf-cross-${word}`, '/CN=leaf', `cross-${word}-A`, server);
    return this.mill.pair(`leaf-cross-${word}`, ...names.map(([name]) => name));
  }

  static sequence(content) {
    const size = (content.length / 2).toString(16);
    return size.length < 3 && content.length < 256 ? `30${size.padStart(2, '0')}${content}` : `30${(0x80 + Math.ceil(size.length / 2)).toString(16)}${size.padStart(2 * Math.ceil(size.length / 2), '0')}${content}`;
  }

  // An extension with one value again and again, in DER, in the leaf or in its authority.
  values(word, extension, element, count, { first = '', inLeaf = true, server = this.server } = {}) {
    const line = `${extension}=DER:${Judged.sequence(first + element.repeat(count))}\n`;
    this.mill.make(`values-ca-${word}`, '/CN=values', 'root', this.authority + (inLeaf ? '' : line));
    this.mill.make(`values-${word}`, '/CN=leaf', `values-ca-${word}`, server + (inLeaf ? line : ''));
    return this.mill.pair(`values-${word}`, `values-ca-${word}`);
  }

  alternativeNames(word, element, count) {
    const server = 'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n';
    return this.values(word, 'subjectAltName', element, count, { first: `820f${Buffer.from('hostile.example').toString('hex')}`, server });
  }

  // Policies of two bytes each, of which one is demanded.
  shortPolicies(count) {
    const hex = (number) => number.toString(16).padStart(2, '0');
    const elements = repeat(count, (i) => `30040602${hex(i >> 7)}${hex(i & 127)}`).join('');
    const line = `certificatePolicies=DER:${Judged.sequence(elements)}\n`;
    this.mill.make(`demanding-${count}`, '/CN=demanding', 'root', `${this.authority}policyConstraints=critical,requireExplicitPolicy:0\n${line}`);
    this.mill.make(`short-${count}`, '/CN=leaf', `demanding-${count}`, this.server + line);
    return this.mill.pair(`short-${count}`, `demanding-${count}`);
  }

  // An RSA key of 8192 bits: its arithmetic when it is read, and in PlanCert the signature.
  largeKey() {
    this.mill.make('large-key', '/CN=large', 'intermediate', this.server, { kind: 'rsa:8192' });
    return this.mill.pair('large-key', 'intermediate');
  }

  tinyExtensions(isCritical) {
    const lines = repeat(9000, (i) => `1.2.3.${i}=${isCritical ? 'critical,' : ''}DER:05:00`).join('\n');
    this.mill.make(`extensions-${isCritical}`, '/CN=extensions', 'intermediate', `${lines}\n${this.server}`);
    return this.mill.pair(`extensions-${isCritical}`, 'intermediate');
  }

  longSubject() {
    this.mill.make('subject', repeat(9000, (i) => `${i}.CN=n`).join('\n'), 'intermediate', this.server);
    return this.mill.pair('subject', 'intermediate');
  }

  // The tree of policies that OpenSSL builds grows with the power of the chain's length, up to its own limit.
  policies() {
    const list = (word) => repeat(400, (i) => word(i)).join(',');
    const named = `certificatePolicies=${list((i) => `1.2.4.${i}`)}\npolicyMappings=${list((i) => `1.2.4.${i}:1.2.4.${(i + 1) % 400}`)}\npolicyConstraints=requireExplicitPolicy:0\n`;
    const names = repeat(8, (i) => `policies-${i}`);
    names.forEach((each, i) => this.mill.make(each, `/CN=${each}`, i ? names[i - 1] : 'root', this.authority + named));
    this.mill.make('under-policies', '/CN=leaf', names.at(-1), `${this.server}certificatePolicies=${list((i) => `1.2.4.${i}`)}\n`);
    return this.mill.pair('under-policies', ...names.toReversed());
  }

  kinds() {
    return {
      '3,000 names against 5,000 constraints': this.namesAgainstConstraints(),
      '4,000 addresses against 2,500 constraints': this.addressesAgainstConstraints(),
      'eight namesakes on P-521': this.namesakes('P-521'),
      'eight namesakes on P-384': this.namesakes('P-384'),
      'eight namesakes with RSA 8192': this.namesakes('rsa:8192'),
      'nine authorities that issued each other': this.cross('P-256'),
      'nine authorities that issued each other on P-384': this.cross('P-384', { kind: 'P-384' }),
      'nine authorities that issued each other with RSA 8192': this.cross('rsa', { kind: 'rsa:8192' }),
      'nine that issued each other with names of 780 parts': this.cross('parts', { subject: (side) => `${repeat(780, (i) => `${i}.CN=n`).join('\n')}\nO=${side}` }),
      'nine that issued each other with names of 9 KB': this.cross('long', { subject: (side) => `1.2.3.4=${'n'.repeat(9000)}\nO=${side}`, extensions: () => 'extendedKeyUsage=anyExtendedKeyUsage\n' }),
      'nine that issued each other and exclude 300 names': this.cross('excluding', { server: Judged.namesOf(30, (i) => `DNS.${i}=*.n${i}.example`), extensions: () => `nameConstraints=critical,@list\n[list]\n${repeat(300, (i) => `excluded;DNS.${i}=x${i}.example`).join('\n')}\n` }),
      'nine that issued each other and demand one of 50 policies': this.cross('demanding', { extensions: () => `policyConstraints=critical,requireExplicitPolicy:0\ncertificatePolicies=${repeat(50, (i) => `1.2.4.${i}`).join(',')}\n` }),
      'a key of RSA 8192': this.largeKey(),
      '9,000 extensions': this.tinyExtensions(false),
      '9,000 critical extensions': this.tinyExtensions(true),
      'a subject of 9,000 names': this.longSubject(),
      'eight authorities with 400 policies': this.policies(),
      '7,000 policies of two bytes': this.shortPolicies(7000),
      '2,900 policies of two bytes': this.shortPolicies(2900),
      '350 policies of two bytes': this.shortPolicies(350),
      '60,000 empty names': this.alternativeNames('uri', '8600', 60_000),
      '29,000 empty names': this.alternativeNames('uri-few', '8600', 29_000),
      '8,000 directory names': this.alternativeNames('directory', 'a40e300c310a300806035504030c0178', 8000),
      '1,600 directory names': this.alternativeNames('directory-few', 'a40e300c310a300806035504030c0178', 1600),
      '80,000 distribution points': this.values('points', 'crlDistributionPoints', '3000', 80_000),
      '80,000 distribution points of the authority': this.values('points-ca', 'crlDistributionPoints', '3000', 80_000, { inLeaf: false }),
    };
  }
}

async function inTurns(callers, count, work) {
  let next = 0;
  await Promise.all(callers.map(async (caller) => {
    while (next < count) await work(caller, next++);
  }));
}

async function fill(server, directory) {
  const callers = repeat(4, () => new Caller(server));
  const [caller] = callers;
  const mill = new Mill(join(directory, 'ca'));
  const upload = (one, Rsa, more = {}) => one.must('CreateCert', { UseWay: 'https', Rsa, ...more });

  const big = mill.bigLeaf();
  const chains = [];
  await inTurns(callers, filled.bigChains, async (one) => chains.push((await upload(one, big)).ChainID));
  // As large as a domain may have them, and twice as large in JSON.
  const Tags = repeat(20, (i) => ({ Key: `${10 + i}`, Value: '"'.repeat(202) }));
  await inTurns(callers, filled.domains / 10, (one, i) => one.must('CreateDomainV2', {
    Vhost: `v${i}`, Tags, Domains: repeat(10, (j) => ({ DomainName: `d${i}-${j}.wide.example`, Type: 'pull-flv', Region: 'cn', ChainID: chains[(10 * i + j) % chains.length] })),
  }));
  for (let i = 0; i < 9; i += 1) {
    mill.make(`next-${i}`, '/CN=big', 'intermediate', readFileSync(mill.path('big.cnf'), 'utf8').split('[extensions]\n')[1]);
    await upload(caller, mill.pair(`next-${i}`), { ChainID: chains[0] });
  }
  for (let i = 0; i < filled.namesakes; i += 1) await upload(caller, mill.pair(mill.belowNamesake(i), `namesake-${i}`));
  const orphan = mill.belowNamesake('last');
  const small = mill.leaf('small.example');
  await inTurns(callers, filled.longNames, (one) => upload(one, small, { CertName: 'a'.repeat(255) }));
  const target = await upload(caller, small, { CertName: 'target' });
  return { mill, chains, big, orphan: mill.pair(orphan), small, target: target.ChainID };
}

// ---- The kinds.

// Without a key: nothing of these is verified.
function strangerKinds(server) {
  const date = basicTime();
  const claim = (id, signed = 'host;x-date', signature = '0'.repeat(64)) =>
    ({ 'X-Date': date, Authorization: `HMAC-SHA256 Credential=${id}/${date.slice(0, 8)}/cn-north-1/live/request, SignedHeaders=${signed}, Signature=${signature}` });
  const unknown = claim('AKLTxxxxxxxxxxxxxxxx');
  const known = claim(server.credentials.AccessKeyId);
  const names = (bytes) => {
    const words = [];
    for (let i = 0, size = 0; size < bytes; i += 1) {
      words.push(i.toString(36));
      size += words.at(-1).length + 1;
    }
    return words.slice(0, -1);
  };
  const token = (text) => ({ 'X-Security-Token': `STS2${Buffer.from(text).toString('base64')}`.slice(0, 30_000) });
  const longQuery = (text) => `/?Action=ListCertV2&${live}&${text}`;
  const signedQuery = (signed) => longQuery(`X-Algorithm=HMAC-SHA256&X-Credential=AKLTxxxxxxxxxxxxxxxx/${date.slice(0, 8)}/cn-north-1/live/request&X-Date=${date}&X-NotSignBody=&X-SignedHeaders=&X-SignedQueries=${signed}&X-Signature=${'0'.repeat(64)}`);
  return [
    ['unsigned', request({})],
    ['unknown key', request({ headers: unknown })],
    ['31 KB of SignedHeaders', request({ headers: claim('AKLTxxxxxxxxxxxxxxxx', names(31_000).join(';')) })],
    ['31 KB of SignedHeaders, x-date first', request({ headers: claim('AKLTxxxxxxxxxxxxxxxx', `x-date;${names(30_900).join(';')}`) })],
    ['31 KB of one SignedHeader again and again', request({ headers: claim('AKLTxxxxxxxxxxxxxxxx', `x-date${';x-date'.repeat(4400)}`) })],
    ['90 signed headers, known key', request({ headers: { ...claim(server.credentials.AccessKeyId, `host;x-date;${repeat(90, (i) => `h${i}`).join(';')}`), ...Object.fromEntries(repeat(90, (i) => [`h${i}`, 'v'.repeat(300)])) } })],
    ['96 headers of 320 bytes', request({ headers: { ...unknown, 'X-H': repeat(90, () => 'v'.repeat(320)) } })],
    ['one header of 30 KB', request({ headers: { ...unknown, 'X-H': 'v'.repeat(30_000) } })],
    ['10,000 headers', request({ headers: { 'X-H': repeat(10_000, () => 'v') } })],
    ['a head of 1 MB', request({ headers: { 'X-H': 'v'.repeat(1_000_000) } })],
    ['query of 14,000 parameters', request({ headers: known, target: longQuery(repeat(14_000, () => 'a').join('&')) })],
    ['query of 7,000 different parameters', request({ headers: known, target: longQuery(names(27_000).join('&')) })],
    ['query of 9,500 encoded bytes', request({ headers: known, target: longQuery('%41'.repeat(9500)) })],
    ['query with a broken encoding at its end', request({ headers: known, target: longQuery(`${'%41'.repeat(9500)}%`) })],
    ['31 KB of commas in Authorization', request({ headers: { 'X-Date': date, Authorization: `HMAC-SHA256 ${','.repeat(31_000)}` } })],
    ['31 KB of equals signs in Authorization', request({ headers: { 'X-Date': date, Authorization: `HMAC-SHA256 ${'a=,'.repeat(10_300)}` } })],
    ['31 KB of slashes in Credential', request({ headers: { 'X-Date': date, Authorization: `HMAC-SHA256 Credential=${'/'.repeat(31_000)}, SignedHeaders=a, Signature=b` } })],
    ['access key of 30 KB', request({ headers: claim('A'.repeat(30_000)) })],
    ['body of 2 MiB, unknown key', request({ headers: unknown, body: 'a'.repeat(bodyLimit) })],
    ['body of 2 MiB, known key', request({ headers: known, body: 'a'.repeat(bodyLimit) }), { hashed: bodyLimit }],
    ['STS2, deep', request({ headers: { ...unknown, ...token('['.repeat(20_000)) } })],
    ['STS2, many members', request({ headers: { ...unknown, ...token(`{${repeat(3000, (i) => `"${i}":0`)}}`) } })],
    ['STS2, one member again and again', request({ headers: { ...unknown, ...token(`{${repeat(3800, () => '"a":0')}}`) } })],
    ['STS2 of the right form, known key', request({ headers: { ...unknown, ...token(JSON.stringify({ LTAccessKeyId: server.credentials.AccessKeyId, AccessKeyId: 'AKLTxxxxxxxxxxxxxxxx', SignedSecretAccessKey: 'A'.repeat(8000), ExpiredTime: 9999999999, PolicyString: 'x'.repeat(10_000), Signature: '0' })) } })],
    ['signed query', request({ method: 'GET', target: signedQuery('Action;Version') })],
    ['signed query, 27 KB of names', request({ method: 'GET', target: signedQuery(names(27_000).join(';')) })],
    ['signed query, 4,000 parameters', request({ method: 'GET', target: `${signedQuery('Action;Version')}&${names(20_000).join('&')}` })],
  ].map(([name, bytes, more]) => ({ name, who: 'stranger', bytes: () => bytes, ...more }));
}

// With a key. JSON, lists, and what the store holds.
function callerKinds(caller, store) {
  const page = '"PageNum":1,"PageSize":1000';
  const wrong = (text) => `{${page},${text}}`;
  const quoted = (i) => `"${i.toString(16)}"`;
  const filter = 'a'.repeat(127) + 'b';
  const upload = (Rsa, more = {}) => ({ UseWay: 'https', Rsa, ...more });
  return [
    ['2 MiB of tiny members', 'ListCertV2', fillBody((i) => `"${i.toString(36)}":0`)],
    ['2 MiB of {"":0}', 'ListCertV2', fillBody(() => '{"":0}', '{"a":[', ']}')],
    ['2 MiB of one member', 'ListCertV2', fillBody(() => '"CertName":0')],
    ['2 MiB of empty arrays', 'ListCertV2', fillBody(() => '[]', '{"a":[', ']}')],
    ['2 MiB of zeros', 'ListCertV2', fillBody(() => '0', '{"a":[', ']}')],
    ['2 MiB of opening brackets', 'ListCertV2', '['.repeat(bodyLimit)],
    ['2 MiB in one string', 'ListCertV2', `{"CertName":"${'a'.repeat(bodyLimit - 20)}"}`],
    ['2 MiB of escapes in one string', 'ListCertV2', `{"CertName":"${'\\u00e9'.repeat(bodyLimit / 6 - 20)}"}`],
    ['DomainTypeList, 230,000 wrong', 'ListDomainDetail', wrong(`"DomainTypeList":${list(230_000, quoted)}`)],
    ['DomainTypeList, 900 wrong', 'ListDomainDetail', wrong(`"DomainTypeList":${list(900, quoted)}`)],
    ['DomainStatusList, 900,000 wrong', 'ListDomainDetail', wrong(`"DomainStatusList":${list(900_000, () => 9)}`)],
    ['DomainStatusList, 900 wrong', 'ListDomainDetail', wrong(`"DomainStatusList":${list(900, () => 9)}`)],
    ['CreateDomainV2, 100,000 domains of nothing', 'CreateDomainV2', `{"Vhost":"v","Domains":${list(100_000, () => '{}')}}`],
    ['VhostList of 230,000', 'ListDomainDetail', wrong(`"VhostList":${list(230_000, quoted)}`)],
    ['VhostList of 300,000', 'ListDomainDetail', wrong(`"VhostList":${list(300_000, () => '"v"')}`)],
    ['five lists of 1,000', 'ListDomainDetail', wrong(`"VhostList":${list(1000, quoted)},"DomainNameList":${list(1000, quoted)},"DomainTypeList":${list(1000, () => '"push"')},"DomainRegionList":${list(1000, () => '"cn"')},"DomainStatusList":${list(1000, () => 0)}`)],
    ['DomainNameList of 33,000', 'ListDomainDetail', wrong(`"DomainNameList":${list(33_000, (i) => `"a${i}.b"`)}`)],
    ['page of 1,000 domains, leaves of 190 KB, 20 tags', 'ListDomainDetail', wrong('"x":0')],
    ['DescribeDomain of 1,000, leaves of 190 KB', 'DescribeDomain', { DomainList: repeat(1000, (i) => `d${Math.floor(i / 10)}-${i % 10}.wide.example`) }],
    ['ListBindings of 1,000, leaves of 190 KB', 'ListBindings', wrong('"x":0'), own],
    ['ListCertBindInfo of 1,000, leaves of 190 KB', 'ListCertBindInfo', wrong('"HTTPS":2')],
    ['ListCert, all, nothing bound', 'ListCert', {}],
    ['ListCertVersions, ten of 190 KB', 'ListCertVersions', { ChainID: store.chains[0] }, own],
    ['DescribeCertDetailSecretV2 of 190 KB', 'DescribeCertDetailSecretV2', { ChainID: store.chains[0] }],
    ['BindCert with a leaf of 190 KB', 'BindCert', { ChainID: store.chains[0], Domain: 'd0-0.wide.example', HTTPS: true }],
    ['RollbackCert to a leaf of 190 KB', 'RollbackCert', { ChainID: store.chains[0] }, own],
    ['name filter, nearly found in 5,000 names', 'ListCertV2', { CertName: filter, PageNum: 1, PageSize: 1 }],
    ['name filter of 250,000 characters', 'ListCertV2', { CertName: 'a'.repeat(250_000), PageNum: 1, PageSize: 1 }],
    ['ListCertV2, page of 1,000', 'ListCertV2', { PageNum: 1, PageSize: 1000 }],
    ['ListCertV2, all', 'ListCertV2', {}],
  ].map(([name, action, body, version]) => ({ name, who: 'caller', bytes: () => caller.signed(action, body, version) }));
}

// What the three actions that judge make of an upload; the rest of their bodies costs before it comes to that.
function uploadKinds(caller, store) {
  const pem = (label, size) => `-----BEGIN ${label}-----\n${'A'.repeat(size)}\n-----END ${label}-----\n`;
  const flood = (line) => line.repeat(Math.floor(260_000 / line.length));
  const uploads = {
    'a leaf of 190 KB': store.big,
    'below 100 namesakes of 150 KB': store.orphan,
    'a key of 2 MiB': { ...store.small, Prikey: 'a'.repeat(1_900_000) },
    ...new Judged(store.mill).kinds(),
    '256 KB of BEGIN lines': { ...store.small, Pubkey: flood('-----BEGIN CERTIFICATE-----\n') },
    '256 KB of BEGIN lines as key': { ...store.small, Prikey: flood('-----BEGIN PRIVATE KEY-----\n') },
    '256 KB of END lines': { ...store.small, Pubkey: flood('-----END CERTIFICATE-----\n') },
    '256 KB of empty blocks': { ...store.small, Pubkey: flood('-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n') },
    '256 KB of dashes': { ...store.small, Pubkey: flood('-') },
    '256 KB of line breaks': { ...store.small, Pubkey: flood('\r\n') },
    '256 KB in one block of zeros': { ...store.small, Pubkey: pem('CERTIFICATE', 250_000) },
    'eight keys of 31 KB of zeros': { ...store.small, Prikey: pem('RSA PRIVATE KEY', 31_000).repeat(8) },
  };
  const bodies = Object.entries(uploads).map(([name, Rsa]) => [name, { UseWay: 'https', Rsa }]);
  const inside = JSON.stringify({ UseWay: 'https', Rsa: store.small }).slice(0, -1);
  bodies.push(['2 MiB of tiny members', `${inside},${fillBody((i) => `"${i.toString(36)}":0`).slice(1, -4000)}`.replace(/,[^,]*$/, '}')]);
  bodies.push(['2 MiB of opening brackets', `${inside},"a":${'['.repeat(bodyLimit - inside.length - 10)}`]);
  const actions = [
    ['CreateCert', '2023-01-01', (body) => body],
    ['PlanCert', own, (body) => body],
    ['UpdateCert', '2023-01-01', (body) => (typeof body === 'string' ? `{"ChainID":"${store.target}",${body.slice(1)}` : { ...body, ChainID: store.target })],
  ];
  return bodies.flatMap(([name, body]) => actions.map(([action, version, of]) =>
    ({ name: `${action}: ${name}`, who: 'uploader', bytes: () => caller.signed(action, of(body), version) })));
}

// ---- Measuring.

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function measure(kind, address, watched) {
  const times = [];
  const growths = [];
  let answer;
  for (let round = 0; round < rounds; round += 1) {
    const bytes = kind.bytes();
    await watched.settle();
    watched.forgetPeak();
    const [before, held] = [watched.milliseconds(), watched.status('VmRSS')];
    try {
      answer = { ...(await ask(address, bytes)), sent: bytes.length };
    } catch (error) {
      answer = { status: 0, code: error.code, size: 0, sent: bytes.length };
    }
    await watched.settle();
    times.push(watched.milliseconds() - before);
    growths.push(Math.max(0, watched.status('VmHWM') - held));
  }
  const { ms, mib = Infinity } = limits[kind.who];
  const spent = { ms: median(times), worst: Math.max(...times), mib: Math.max(...growths) };
  return { ...kind, bytes: undefined, ...answer, ...spent, times, growths, over: spent.ms > ms || spent.mib > mib };
}

mkdirSync(output, { recursive: true });
const directory = mkdtempSync(join(tmpdir(), 'livecert-hostile-'));
const server = new LiveServer(binary, ['--rate-limit', '0', '--duplicates', 'allow', '--fetch-issuers', 'false', '--log-level', 'error']);
await server.start();
const results = [];
try {
  const begun = Date.now();
  const store = await fill(server, directory);
  console.error(`filled in ${((Date.now() - begun) / 1000).toFixed(0)} s`);
  const watched = new Watched(server);
  const kinds = [...strangerKinds(server), ...callerKinds(new Caller(server), store), ...uploadKinds(new Caller(server), store)]
    .filter((kind) => !wanted.length || wanted.some((word) => kind.name.includes(word)));
  for (const kind of kinds) {
    const result = await measure(kind, server.addresses.http, watched);
    results.push(result);
    console.error(`${result.over ? 'OVER ' : '     '}${result.ms.toFixed(1).padStart(8)} ms (${result.worst.toFixed(1)}) ${result.mib.toFixed(1).padStart(8)} MiB  ${result.name}: ${result.status} ${result.code}`);
  }
  if (watched.cannotForget) console.error('not root: growth of memory below an earlier peak was not seen');
} finally {
  await server.remove();
  rmSync(directory, { recursive: true });
}
writeFileSync(join(output, 'hostile.json'), `${JSON.stringify(results, null, 2)}\n`);
const rows = results.map((r) => `| ${r.who === 'stranger' ? 'none' : 'key'} | ${r.name} | ${r.sent} | ${r.status} ${r.code} | ${r.size} | ${r.ms.toFixed(1)} | ${r.worst.toFixed(1)} | ${r.mib.toFixed(1)} | ${r.over ? 'over' : ''} |`);
writeFileSync(join(output, 'hostile.md'), `Medians of ${rounds}, and the worst. Limits: without a key ${limits.stranger.ms} ms beyond hashing the body once, with one ${limits.caller.ms} ms and ${limits.caller.mib} MiB, for an upload ${limits.uploader.ms} ms.

| key | request | bytes sent | answer | its bytes | ms of processor | worst | MiB of growth, worst | |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`);
