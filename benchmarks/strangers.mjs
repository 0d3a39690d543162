// Whether a client that connects anew is served while a stranger takes all it can: node strangers.mjs LIVECERT OUTPUT
// [SECONDS]. The stranger is a process of its own that holds more connections than there may be and opens a new one for
// each that it loses; client and stranger have addresses of 127.0.0.0/8. Writes OUTPUT/strangers.json and strangers.md.
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Authority, LiveServer, assertSuccess, pause } from '../tests/integration/live_server.mjs';
import { SignedClient, goShape } from '../tests/integration/signed_client.mjs';

const own = fileURLToPath(import.meta.url);
const attempts = 4600; // connections that a stranger keeps trying to hold; 4096 may be open
const client = '127.0.0.9';
const one = ['127.0.0.2'];
const sixteen = Array.from({ length: 16 }, (_, i) => `127.0.2.${i + 1}`);
const body = 2 * 1024 * 1024;
const date = () => new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
const head = (lines) => `POST /?Action=ListCertV2&Version=2023-01-01 HTTP/1.1\r\nHost: x\r\nContent-Length: ${body}\r\n${lines}\r\n`;
const forged = () => {
  const now = date();
  return `X-Date: ${now}\r\nAuthorization: HMAC-SHA256 Credential=AKLTx/${now.slice(0, 8)}/cn-north-1/live/request, ` +
    `SignedHeaders=host;x-date, Signature=${'0'.repeat(64)}\r\n`;
};

// What a stranger does with a connection: bytes at once, then `drip` bytes a second.
const ways = {
  silent: { connections: attempts, first: () => '', drip: 0 },
  'half a head': { connections: attempts, first: () => 'POST / HTTP/1.1\r\nHost: x\r\nX-A: ', drip: 1 },
  'bodies that drip': { connections: 400, first: () => head('') + 'a'.repeat(body / 2 + 1), drip: 8192 },
  'bodies that are promised': { connections: attempts, first: () => head('Expect: 100-continue\r\n'), drip: 0 },
  'forged signatures, 2 MiB': { connections: 32, first: () => head(forged()) + 'a'.repeat(body), drip: 0, again: true },
};

function actAsStranger(way, port, addresses) {
  const { connections, first, drip, again } = ways[way];
  const alive = new Set();
  let opened = 0;
  const open = (address) => {
    opened += 1;
    const socket = connect({ host: '127.0.0.1', port, localAddress: address });
    alive.add(socket);
    socket.on('connect', () => socket.write(first()));
    socket.on('data', () => again && socket.write(first()));
    socket.on('error', () => {});
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      alive.delete(socket);
      setImmediate(open, address);
    });
  };
  for (let i = 0; i < connections; i += 1) open(addresses[i % addresses.length]);
  if (drip) {
    const more = 'a'.repeat(drip);
    setInterval(() => alive.forEach((socket) => socket.writable && !socket.writableLength && socket.write(more)), 1000);
  }
  process.on('message', () => process.send({ opened, held: alive.size }));
}

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

async function load(server, leaves, address, seconds) {
  const caller = new SignedClient(goShape, `http://${server.addresses.http}`, server.credentials,
    { agent: false, localAddress: address });
  const times = [];
  const refused = {};
  for (let i = 0, end = Date.now() + seconds * 1000; Date.now() < end; i += 1) {
    const begin = performance.now();
    try {
      const answer = await caller.call('CreateCert', { UseWay: 'https', Rsa: leaves[i % leaves.length] });
      assertSuccess(answer, 'CreateCert');
      times.push(performance.now() - begin);
    } catch (error) {
      const why = error.code ?? error.message.slice(0, 120);
      refused[why] = (refused[why] ?? 0) + 1;
    }
    await pause(10);
  }
  times.sort((a, b) => a - b);
  return { requests: times.length + Object.values(refused).reduce((a, b) => a + b, 0), served: times.length, refused,
    p50_ms: quantile(times, 0.5), p99_ms: quantile(times, 0.99),
    max_ms: times.at(-1) ?? NaN };
}

const resident = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;

async function measure(binary, leaves, seconds, way, addresses) {
  const server = new LiveServer(binary, ['--rate-limit', '0', '--log-level', 'error']);
  await server.start();
  let stranger;
  try {
    await load(server, leaves, client, 1);
    if (way) {
      const port = server.addresses.http.split(':')[1];
      stranger = fork(own, ['stranger', way, port, ...addresses]);
      await pause(3000);
    }
    const result = await load(server, leaves, client, seconds);
    if (stranger) {
      stranger.send('count');
      Object.assign(result, await new Promise((told) => stranger.once('message', told)));
    }
    return { way: way ?? 'nobody', addresses: addresses?.length ?? 0, ...result, resident_mib: resident(server.process.pid) };
  } finally {
    stranger?.kill('SIGKILL');
    await server.remove();
  }
}

async function main(binary, output, seconds) {
  mkdirSync(output, { recursive: true });
  const directory = mkdtempSync(join(tmpdir(), 'livecert-strangers-'));
  const authority = new Authority(join(directory, 'ca'));
  const leaves = Array.from({ length: 100 }, (_, i) => authority.leaf(`s${i}.example`));
  const results = [await measure(binary, leaves, seconds)];
  console.log(JSON.stringify(results[0]));
  for (const way of Object.keys(ways)) {
    for (const addresses of [one, sixteen]) {
      const result = await measure(binary, leaves, seconds, way, addresses);
      results.push(result);
      console.log(JSON.stringify(result));
    }
  }
  rmSync(directory, { recursive: true });
  writeFileSync(join(output, 'strangers.json'), `${JSON.stringify(results, null, 2)}\n`);
  const rows = results.map((r) => `| ${r.way} | ${r.addresses} | ${r.held ?? 0} | ${r.opened ?? 0} | ${r.requests} | ` +
    `${r.requests - r.served} | ${r.p50_ms.toFixed(1)} | ${r.p99_ms.toFixed(1)} | ${r.max_ms.toFixed(1)} | ${r.resident_mib.toFixed(0)} |`);
  writeFileSync(join(output, 'strangers.md'), `| strangers' connections | addresses | held | opened | client's requests | refused | p50 ms | p99 ms | max ms | server MiB |
|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`);
  const bad = results.filter((r) => r.served < 0.99 * r.requests || !(r.p99_ms <= 500));
  if (bad.length > 0) {
    console.error(`more than 1 in 100 refused, or p99 over 500 ms: ${bad.map((r) => r.way).join(', ')}`);
    process.exitCode = 1;
  }
}

const [first, second, third, ...rest] = process.argv.slice(2);
if (first === 'stranger') {
  actAsStranger(second, Number(third), rest);
} else {
  await main(first, second, Number(third ?? 10));
}
