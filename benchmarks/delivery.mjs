// How long from CreateCert's answer until an edge is proved to serve the new version: node delivery.mjs LIVECERT OUTPUT
// [DOMAINS…]. A certificate that one domain uses is updated again and again, while so many other domains are bound.
// Writes OUTPUT/delivery.json and OUTPUT/delivery.md; starts nginx and HAProxy on loopback and stops them.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Haproxy, Nginx } from '../tests/integration/edge_servers.mjs';
import { Authority, LiveServer, assertSuccess, until } from '../tests/integration/live_server.mjs';
import { SignedClient, goShape } from '../tests/integration/signed_client.mjs';

const [binary, output, ...counts] = process.argv.slice(2);
const domainCounts = counts.length ? counts.map(Number) : [10, 10_000];
const updates = 200;
const patience = 900_000;
const own = '2026-12-01';

// What docs/edges.md calls `files`: nobody reads them, so that acknowledged is all that can be.
class Files {
  constructor(directory, name) {
    this.folder = join(directory, name);
    mkdirSync(this.folder, { mode: 0o755 });
    this.table = `[[edge]]\nname = "${name}"\nkind = "files"\ndirectory = "${this.folder}"\n`;
  }
}

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

// "2026-01-01T00:00:00.123456Z" as milliseconds with their fraction.
function milliseconds(text) {
  const [, seconds, fraction] = text.match(/^(.*)\.(\d{6})Z$/);
  return Date.parse(`${seconds}Z`) + Number(fraction) / 1000;
}

async function measure(Kind, count, directory, authority) {
  const server = new LiveServer(binary, ['--rate-limit', '0', '--domains', 'auto', '--log-level', 'warning']);
  const edge = new Kind(directory, `${Kind.name.toLowerCase()}-${count}`, 9);
  await edge.prepare?.();
  const configuration = join(server.directory, 'livecert.toml');
  writeFileSync(configuration, edge.table);
  server.options.push('--config', configuration);
  await server.start();
  try {
    await edge.start?.();
    return await updateAgainAndAgain(server, Kind, count, authority);
  } finally {
    await edge.kill?.();
    await server.remove();
  }
}

async function updateAgainAndAgain(server, Kind, count, authority) {
  const clients = Array.from({ length: 16 }, () =>
    new SignedClient(goShape, `http://${server.addresses.http}`, server.credentials));
  const call = async (client, action, body, version) => {
    const answer = await client.call(action, body, version);
    assertSuccess(answer, action);
    return answer.Result;
  };
  const [client] = clients;
  const shared = await call(client, 'CreateCert', { UseWay: 'https', Rsa: authority.leaf('*.bulk.example') });
  const begun = Date.now();
  let next = 0;
  await Promise.all(clients.map(async (one) => {
    while (next < count) {
      const Domain = `d${(next += 1)}.bulk.example`;
      await call(one, 'BindCert', { ChainID: shared.ChainID, Domain, HTTPS: true });
    }
  }));
  const bound = Date.now();
  await until(async () => (await call(client, 'ListEdges', {}, own)).EdgeList[0].Proved === count, 'all are served', patience);
  const all = Date.now();

  const leaves = Array.from({ length: updates + 1 }, () => authority.leaf('one.example'));
  const chain = await call(client, 'CreateCert', { UseWay: 'https', Rsa: leaves.pop() });
  await call(client, 'BindCert', { ChainID: chain.ChainID, Domain: 'one.example', HTTPS: true });
  const times = [];
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
  for (const Rsa of leaves) {
    await call(client, 'CreateCert', { ChainID: chain.ChainID, UseWay: 'https', Rsa });
    const answered = performance.timeOrigin + performance.now();
    times.push(milliseconds((await receipt())[finished]) - answered);
  }
  times.sort((a, b) => a - b);
  return {
    kind: Kind.name.toLowerCase(), domains: count, updates: times.length, median_ms: quantile(times, 0.5), p90_ms: quantile(times, 0.9),
    p99_ms: quantile(times, 0.99), max_ms: times.at(-1), bind_all_s: (bound - begun) / 1000, serve_all_s: (all - begun) / 1000,
  };
}

mkdirSync(output, { recursive: true });
const directory = mkdtempSync(join(tmpdir(), 'livecert-delivery-'));
const authority = new Authority(join(directory, 'ca'));
const results = [];
for (const count of domainCounts) {
  for (const Kind of [Nginx, Haproxy, Files]) {
    const result = await measure(Kind, count, directory, authority);
    results.push(result);
    console.log(JSON.stringify(result));
  }
}
rmSync(directory, { recursive: true });
writeFileSync(join(output, 'delivery.json'), `${JSON.stringify(results, null, 2)}\n`);
const rows = results.map((r) => `| ${r.kind} | ${r.domains} | ${r.median_ms.toFixed(1)} | ${r.p90_ms.toFixed(1)} | ${r.p99_ms.toFixed(1)} | ${r.max_ms.toFixed(1)} | ${r.serve_all_s.toFixed(1)} |`);
writeFileSync(join(output, 'delivery.md'), `| kind | domains bound | median ms | p90 ms | p99 ms | max ms | all first served, s |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`);
