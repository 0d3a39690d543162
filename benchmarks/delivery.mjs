// What delivery costs: node delivery.mjs LIVECERT OUTPUT [DOMAINS…]. With so many domains bound to one certificate, it
// measures how long an edge that gets them all needs until all are placed and until all are shown, the processor time of
// livecert and of the server at rest, the memory for each domain, and how long it takes from CreateCert's answer until
// the edge is proved to serve a new version of one more domain, with the processor time for it and for the questions
// about it, which are more while it takes longer. With CHAINS=different, each domain has a certificate of its own. Set REST, UPDATES and KINDS for a short run, such as
// REST=5 UPDATES=20 KINDS=nginx. Writes OUTPUT/delivery.json and OUTPUT/delivery.md; starts nginx and HAProxy on
// loopback and stops them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate, createPrivateKey, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Haproxy, Nginx } from '../tests/integration/edge_servers.mjs';
import { Authority, LiveServer, assertSuccess, pause, until } from '../tests/integration/live_server.mjs';
import { SignedClient, goShape } from '../tests/integration/signed_client.mjs';

const [binary, output, ...counts] = process.argv.slice(2);
const domainCounts = counts.length ? counts.map(Number) : [10, 1000, 10_000];
const updates = Number(process.env.UPDATES ?? 200);
const rest = Number(process.env.REST ?? 60); // seconds
const isDifferent = process.env.CHAINS === 'different';
const patience = 3_600_000;
const own = '2026-12-01';

// What docs/edges.md calls `files`: nobody reads them, so that acknowledged is all that can be.
class Files {
  constructor(directory, name) {
    this.folder = join(directory, name);
    mkdirSync(this.folder, { mode: 0o755 });
    this.table = `[[edge]]\nname = "${name}"\nkind = "files"\ndirectory = "${this.folder}"\n`;
  }
}

const nameOf = (number) => `d${String(number).padStart(6, '0')}.bulk.example`;

// Leaves for nameOf(1), nameOf(2) and so on. The openssl command needs minutes for ten thousand, so one leaf is the model,
// in whose text the name and the serial number are replaced before it is signed again. They share a key.
class Press {
  constructor(authority) {
    const model = authority.leaf(nameOf(0));
    const { raw } = new X509Certificate(model.Pubkey);
    const body = Press.elements(raw)[0].content;
    [this.signed, this.algorithm] = Press.elements(body).map(({ whole }) => whole);
    this.serial = body.indexOf(Press.elements(Press.elements(this.signed)[0].content)[1].whole);
    this.issuer = model.Pubkey.match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g)[1];
    this.key = createPrivateKey(readFileSync(authority.path('intermediate.key')));
    this.Prikey = model.Prikey;
  }

  static elements(bytes) {
    const all = [];
    for (let at = 0; at < bytes.length;) {
      const long = bytes[at + 1] & 0x80 ? bytes[at + 1] & 0x7f : 0;
      const size = long ? bytes.readUIntBE(at + 2, long) : bytes[at + 1];
      const begin = at + 2 + long;
      all.push({ whole: bytes.subarray(at, begin + size), content: bytes.subarray(begin, begin + size) });
      at = begin + size;
    }
    return all;
  }

  static element(tag, ...parts) {
    const content = Buffer.concat(parts);
    const size = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...size]), content]);
  }

  leaf(number) {
    const signed = Buffer.from(this.signed.toString('latin1').replaceAll(nameOf(0), nameOf(number)), 'latin1');
    signed.writeUInt32BE(number, this.serial + 2 + 4);
    const der = Press.element(0x30, signed, this.algorithm, Press.element(0x03, Buffer.from([0]), sign('sha256', signed, this.key)));
    const text = der.toString('base64').match(/.{1,64}/g).join('\n');
    return { Pubkey: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n${this.issuer}\n`, Prikey: this.Prikey };
  }
}

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

// "2026-01-01T00:00:00.123456Z" as milliseconds with their fraction.
function milliseconds(text) {
  const [, seconds, fraction] = text.match(/^(.*)\.(\d{6})Z$/);
  return Date.parse(`${seconds}Z`) + Number(fraction) / 1000;
}

const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

// User and system time of a process, in seconds; none that never ran.
function processorTime(process) {
  if (!process) return 0;
  const [, , ...fields] = readFileSync(`/proc/${process.pid}/stat`, 'utf8').replace(/\(.*\)/s, '').split(' ');
  return (Number(fields[10]) + Number(fields[11])) / ticks;
}

const anonymousBytes = (process) =>
  1024 * Number(readFileSync(`/proc/${process.pid}/status`, 'utf8').match(/^RssAnon:\s+(\d+) kB/m)[1]);

// How many of the domains lie where the server reads them.
function placed(edge, Kind) {
  if (Kind !== Haproxy) return readdirSync(edge.folder).filter((name) => name.includes('.bulk.example')).length;
  const list = readFileSync(join(edge.folder, 'crt-list'), 'utf8');
  return list.match(/[^ /\n]+\.bulk\.example(?=[ \n])/g)?.length ?? 0;
}

async function measure(Kind, count, directory, authority) {
  const server = new LiveServer(binary, ['--rate-limit', '0', '--domains', 'auto', '--log-level', 'error']);
  const edge = new Kind(directory, `${Kind.name.toLowerCase()}-${count}`, 9);
  await edge.prepare?.();
  const configuration = join(server.directory, 'livecert.toml');
  // The server is there before the first domain, as it is where livecert is installed.
  writeFileSync(configuration, `${edge.table}domains = ["none.example"]\n`);
  server.options.push('--config', configuration);
  await server.start();
  try {
    await edge.start?.();
    return await measureEdge(server, edge, Kind, count, authority, configuration);
  } finally {
    await edge.kill?.();
    await server.remove();
  }
}

async function measureEdge(server, edge, Kind, count, authority, configuration) {
  const clients = Array.from({ length: 16 }, () =>
    new SignedClient(goShape, `http://${server.addresses.http}`, server.credentials));
  const call = async (client, action, body, version) => {
    const answer = await client.call(action, body, version);
    assertSuccess(answer, action);
    return answer.Result;
  };
  const [client] = clients;
  const press = new Press(authority);
  const upload = (one, Rsa) => call(one, 'CreateCert', { UseWay: 'https', Rsa });
  const shared = isDifferent ? null : await upload(client, authority.leaf('*.bulk.example'));
  let next = 0;
  await Promise.all(clients.map(async (one) => {
    while (next < count) {
      const number = (next += 1);
      const { ChainID } = shared ?? (await upload(one, press.leaf(number)));
      await call(one, 'BindCert', { ChainID, Domain: nameOf(number), HTTPS: true });
    }
  }));
  const memory = anonymousBytes(server.process);

  writeFileSync(configuration, edge.table);
  const used = () => [server.process, edge.process].map(processorTime);
  const [before] = used();
  const added = performance.now();
  server.process.kill('SIGHUP');
  const since = () => (performance.now() - added) / 1000;
  let placedAfter = placed(edge, Kind) >= count ? since() : undefined;
  await until(async () => {
    if (placedAfter === undefined && placed(edge, Kind) >= count) placedAfter = since();
    const proved = (await call(client, 'ListEdges', {}, own)).EdgeList[0]?.Proved;
    if (proved !== count) await pause(count > 100 ? 100 : 5);
    return proved === count;
  }, 'all are served', patience);
  const shownAfter = since();
  const [first, firstServer] = used();
  await pause(3000);
  const begun = performance.now();
  const idle = used();
  await pause(rest * 1000);
  const elapsed = (performance.now() - begun) / 1000;
  const [own_share, server_share] = used().map((time, i) => (100 * (time - idle[i])) / elapsed);
  const bytes = (anonymousBytes(server.process) - memory) / count;

  const busy = used();
  const times = await updateAgainAndAgain(call, client, Kind, authority);
  const [own_update, server_update] = used().map((time, i) => (1000 * (time - busy[i])) / times.length);
  return {
    kind: Kind.name.toLowerCase(), chains: isDifferent ? 'different' : 'one', domains: count, placed_s: placedAfter, shown_s: shownAfter,
    first_livecert_cpu_s: first - before, first_server_cpu_s: firstServer,
    rest_livecert_percent: own_share, rest_server_percent: server_share, bytes_per_domain: bytes,
    updates: times.length, median_ms: quantile(times, 0.5), p90_ms: quantile(times, 0.9),
    p99_ms: quantile(times, 0.99), max_ms: times.at(-1),
    update_livecert_cpu_ms: own_update, update_server_cpu_ms: server_update,
  };
}

// Milliseconds from the answer to the proof, sorted.
async function updateAgainAndAgain(call, client, Kind, authority) {
  const leaves = Array.from({ length: updates + 1 }, () => authority.leaf('one.example'));
  const chain = await call(client, 'CreateCert', { UseWay: 'https', Rsa: leaves.pop() });
  await call(client, 'BindCert', { ChainID: chain.ChainID, Domain: 'one.example', HTTPS: true });
  const finished = Kind === Files ? 'AcknowledgedAt' : 'ProvedAt';
  const receipt = async () => {
    let item;
    await until(async () => {
      const { DeliveryList } = await call(client, 'DescribeDelivery', { ChainID: chain.ChainID }, own);
      [item] = DeliveryList;
      return item?.[finished];
    }, 'a receipt');
    return item;
  };
  await receipt();
  const times = [];
  for (const Rsa of leaves) {
    await call(client, 'CreateCert', { ChainID: chain.ChainID, UseWay: 'https', Rsa });
    const answered = performance.timeOrigin + performance.now();
    times.push(milliseconds((await receipt())[finished]) - answered);
  }
  return times.sort((a, b) => a - b);
}

mkdirSync(output, { recursive: true });
const directory = mkdtempSync(join(tmpdir(), 'livecert-delivery-'));
const authority = new Authority(join(directory, 'ca'));
const asked = process.env.KINDS?.split(',');
const isAsked = (Kind) => asked?.includes(Kind.name.toLowerCase()) ?? true;
const results = [];
for (const count of domainCounts) {
  for (const Kind of [Nginx, Haproxy, Files].filter(isAsked)) {
    const result = await measure(Kind, count, directory, authority);
    results.push(result);
    console.log(JSON.stringify(result));
  }
}
rmSync(directory, { recursive: true });
writeFileSync(join(output, 'delivery.json'), `${JSON.stringify(results, null, 2)}\n`);
const fixed = (number, digits) => number.toFixed(digits);
const rows = results.map((r) => [
  r.kind, r.chains, r.domains, fixed(r.placed_s, 1), fixed(r.shown_s, 1), fixed(r.first_livecert_cpu_s, 1), fixed(r.first_server_cpu_s, 1),
  fixed(r.rest_livecert_percent, 2), fixed(r.rest_server_percent, 2), fixed(r.bytes_per_domain, 0),
  fixed(r.median_ms, 1), fixed(r.p90_ms, 1), fixed(r.p99_ms, 1), fixed(r.max_ms, 1),
  fixed(r.update_livecert_cpu_ms, 1), fixed(r.update_server_cpu_ms, 1),
]);
const heads = ['kind', 'chains', 'domains bound', 'all placed, s', 'all shown, s', 'livecert for it, s of processor', 'server, s of processor',
  'livecert at rest, % of a processor', 'server at rest, %', 'bytes a domain', 'update to proof, median ms', 'p90', 'p99', 'max',
  'livecert for an update, ms of processor', 'server, ms'];
const line = (cells) => `| ${cells.join(' | ')} |`;
writeFileSync(join(output, 'delivery.md'), `${[line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')}\n`);
