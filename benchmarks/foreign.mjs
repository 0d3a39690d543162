// How soon livecert notices what somebody else does to a server or its files: node foreign.mjs LIVECERT OUTPUT. For each row
// of docs/edges.md, "How a foreign change is noticed", that the real nginx and HAProxy can show within seconds, it does the
// deed ROUNDS times (20), at any time between two of livecert's looks, and measures until the files or the server are right
// again, or until livecert says that they are not: noticing took no longer. Each edge has DOMAINS domains (1000), so that
// the turn of one domain comes after minutes. KINDS=nginx measures one kind. Writes OUTPUT/foreign.json and
// OUTPUT/foreign.md; starts nginx and HAProxy on loopback and stops them.
import assert from 'node:assert/strict';
import { X509Certificate, randomInt } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { Haproxy, Nginx, leafShown } from '../tests/integration/edge_servers.mjs';
import { Authority, LiveServer, assertSuccess, pause, until } from '../tests/integration/live_server.mjs';
import { SignedClient, goShape } from '../tests/integration/signed_client.mjs';

const [binary, output] = process.argv.slice(2);
const rounds = Number(process.env.ROUNDS ?? 20);
const count = Number(process.env.DOMAINS ?? 1000);
const asked = process.env.KINDS?.split(',');
const own = '2026-12-01';
const patience = 600_000;
// livecert looks every two seconds, so that a deed may come at any time in between.
const betweenLooks = 2000;
// After it has compared all that HAProxy has in its memory, livecert rests (docs/edges.md).
const restOfComparison = 11_000;

const directory = mkdtempSync(join(tmpdir(), 'livecert-foreign-'));
const authority = new Authority(join(directory, 'ca'));
const ca = readFileSync(authority.path('root.pem'));
const domain = (number) => `d${number}.many.example.net`;
const anyDomain = () => domain(randomInt(1, count + 1));
const fingerprint = (rsa) => new X509Certificate(rsa.Pubkey).fingerprint256.replaceAll(':', '').toLowerCase();

// Each row does its deed and returns what is true once livecert has noticed, and how to tidy up afterwards.
function rowsOf({ Kind, edge, leaf, foreign, isTold, isServed }) {
  const files = () => {
    const folder = Kind === Nginx ? join(edge.folder, '.versions') : edge.folder;
    return readdirSync(folder).filter((entry) => entry.endsWith('.pem')).map((entry) => join(folder, entry));
  };
  const configured = join(edge.home, Kind === Nginx ? 'nginx.conf' : 'haproxy.cfg');
  const rows = [{
    what: 'changes the mode of a file',
    deed: () => {
      const [file] = files();
      chmodSync(file, 0o444);
      return { isNoticed: () => (statSync(file, { throwIfNoEntry: false })?.mode & 0o777) === 0o400 };
    },
  }, {
    what: 'wipes the folder',
    deed: () => {
      for (const entry of readdirSync(edge.folder)) {
        if (entry.endsWith('.pem') || entry === '.versions') rmSync(join(edge.folder, entry), { recursive: true });
      }
      const isNoticed = () => {
        try {
          return files().length > 0;
        } catch {
          return false;
        }
      };
      return { isNoticed };
    },
  }, {
    what: 'stops the server',
    deed: async () => {
      await edge.kill();
      return { isNoticed: isTold, after: () => edge.start() };
    },
  }, {
    what: 'lets another process listen at the port',
    deed: async () => {
      const other = tls.createServer({ cert: foreign.Pubkey, key: foreign.Prikey }, (socket) => socket.end());
      other.on('tlsClientError', () => {});
      await edge.kill();
      await new Promise((done) => other.listen(edge.port, '127.0.0.1', done));
      const after = async () => {
        await new Promise((done) => other.close(done));
        await edge.start();
      };
      return { isNoticed: isTold, after };
    },
  }, {
    what: 'restarts the server with an old configuration',
    deed: async () => {
      const configuration = readFileSync(configured, 'utf8');
      writeFileSync(join(edge.home, 'old-list'), '');
      writeFileSync(configured, Kind === Nginx
        ? configuration.replace('server_name ~.;', 'server_name old.example.net;')
        : configuration.replace(`${edge.folder}/crt-list`, `${edge.home}/old-list`));
      await edge.kill();
      await edge.start();
      const after = async () => {
        writeFileSync(configured, configuration);
        await edge.kill();
        await edge.start();
      };
      return { isNoticed: isTold, after };
    },
  }];
  if (Kind === Nginx) {
    rows.push({
      what: 'replaces the link of one domain',
      deed: () => {
        const link = join(edge.folder, `${anyDomain()}.pem`);
        const target = readlinkSync(link);
        writeFileSync(`${link}.aside`, 'nothing');
        renameSync(`${link}.aside`, link);
        return { isNoticed: () => lstatSync(link).isSymbolicLink() && readlinkSync(link) === target };
      },
    });
    return rows;
  }
  rows.push({
    what: 'exchanges a certificate in the memory of HAProxy',
    rest: restOfComparison,
    deed: async () => {
      const [file] = files();
      // HAProxy locks its certificates while it commits one.
      const isTaken = async () => /Transaction created/.test(await edge.say(`set ssl cert ${file} <<\n${foreign.Prikey}${foreign.Pubkey}\n`));
      await until(isTaken, 'it takes the certificate', patience);
      assert.match(await edge.say(`commit ssl cert ${file}`), /Success!/);
      const name = anyDomain();
      return { isNoticed: async () => (await isServed(name)) === leaf };
    },
  }, {
    what: 'takes a line away in the memory of HAProxy',
    rest: restOfComparison,
    deed: async () => {
      const list = join(edge.folder, 'crt-list');
      const lines = (await edge.say(`show ssl crt-list -n ${list}`)).split('\n').filter((line) => line.startsWith(edge.folder));
      const [place, ...words] = lines[randomInt(lines.length)].split(' ');
      assert.match(await edge.say(`del ssl crt-list ${list} ${place}`), /deleted/);
      return { isNoticed: async () => (await isServed(words.at(-1))) === leaf };
    },
  });
  return rows;
}

async function measure(Kind) {
  const server = new LiveServer(binary, ['--rate-limit', '0', '--domains', 'auto', '--log-level', 'error']);
  const edge = new Kind(directory, `foreign-${Kind.name.toLowerCase()}`, 9);
  await edge.prepare();
  const configuration = join(server.directory, 'livecert.toml');
  writeFileSync(configuration, edge.table);
  server.options.push('--config', configuration);
  await server.start();
  try {
    await edge.start();
    const client = new SignedClient(goShape, `http://${server.addresses.http}`, server.credentials);
    const call = async (action, body, version) => {
      const answer = await client.call(action, body, version);
      assertSuccess(answer, action);
      return answer.Result;
    };
    const Rsa = authority.leaf('*.many.example.net');
    const { ChainID } = await call('CreateCert', { UseWay: 'https', Rsa });
    for (let number = 1; number <= count; number += 1) await call('BindCert', { ChainID, Domain: domain(number), HTTPS: true });
    const status = async () => (await call('ListEdges', {}, own)).EdgeList[0];
    const allProved = () => until(async () => {
      const { Proved, Failing, Failure } = await status();
      if (Proved === count && Failing === 0 && Failure === '') return true;
      await pause(20);
      return false;
    }, 'all are proved', patience);
    const isTold = async () => {
      const { Failing, Failure } = await status();
      return Failing > 0 || Failure !== '';
    };
    const isServed = (name) => leafShown(edge.port, name, ca).catch(() => undefined);
    const surroundings = { Kind, edge, leaf: fingerprint(Rsa), foreign: authority.leaf('*.many.example.net'), isTold, isServed };
    const results = [];
    for (const { what, deed, rest = 0 } of rowsOf(surroundings)) {
      const times = [];
      for (let round = 0; round < rounds; round += 1) {
        await allProved();
        await pause(rest + randomInt(betweenLooks));
        const begun = performance.now();
        const { isNoticed, after } = await deed();
        await until(isNoticed, what, patience);
        times.push((performance.now() - begun) / 1000);
        await after?.();
      }
      times.sort((a, b) => a - b);
      const quantile = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
      const result = { kind: Kind.name.toLowerCase(), what, rounds, median_s: quantile(0.5), p99_s: quantile(0.99), max_s: times.at(-1) };
      console.log(JSON.stringify(result));
      results.push(result);
    }
    return results;
  } finally {
    await edge.kill();
    await server.remove();
  }
}

mkdirSync(output, { recursive: true });
const results = [];
for (const Kind of [Nginx, Haproxy]) {
  if (asked?.includes(Kind.name.toLowerCase()) ?? true) results.push(...(await measure(Kind)));
}
rmSync(directory, { recursive: true });
writeFileSync(join(output, 'foreign.json'), `${JSON.stringify(results, null, 2)}\n`);
const line = (cells) => `| ${cells.join(' | ')} |`;
const heads = ['kind', 'what somebody else does', 'times', 'noticed after, median s', 'p99', 'max'];
const rows = results.map((r) => [r.kind, r.what, r.rounds, ...[r.median_s, r.p99_s, r.max_s].map((time) => time.toFixed(2))]);
writeFileSync(join(output, 'foreign.md'), `${[line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')}\n`);
