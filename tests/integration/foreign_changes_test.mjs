// What somebody else does to a server or its files is noticed: node foreign_changes_test.mjs LIVECERT. One test for each
// row of docs/edges.md, "How a foreign change is noticed", that the real nginx and HAProxy can show. It prints how long each
// took. The edges have so many domains that the next look at one of them may be more than a minute away.
import assert from 'node:assert/strict';
import { X509Certificate, randomInt } from 'node:crypto';
import { chmodSync, linkSync, lstatSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import tls from 'node:tls';
import { Haproxy, Nginx, leafShown } from './edge_servers.mjs';
import { Authority, LiveServer, assertSuccess, until } from './live_server.mjs';
import { SignedClient, goShape } from './signed_client.mjs';

const [binary] = process.argv.slice(2);
const own = '2026-12-01';
const count = 1000;
// A busy machine may take long; what it took is printed, and the documented bounds are in docs/edges.md.
const patience = 600_000;

const directory = mkdtempSync(join(tmpdir(), 'livecert-foreign-'));
const authority = new Authority(join(directory, 'ca'));
const ca = readFileSync(authority.path('root.pem'));
after(() => rmSync(directory, { recursive: true }));

const domain = (number) => `d${number}.many.example.net`;
const anyDomain = () => domain(randomInt(1, count + 1));
const fingerprint = (rsa) => new X509Certificate(rsa.Pubkey).fingerprint256.replaceAll(':', '').toLowerCase();

for (const Kind of [Nginx, Haproxy]) {
  describe(`${Kind.name}: somebody else`, { concurrency: false }, () => {
    const server = new LiveServer(binary, ['--rate-limit', '0', '--domains', 'auto', '--log-level', 'error']);
    const edge = new Kind(directory, `foreign-${Kind.name.toLowerCase()}`, 9);
    let client;
    let leaf;

    const call = async (action, body, version) => {
      const answer = await client.call(action, body, version);
      assertSuccess(answer, action);
      return answer.Result;
    };
    const status = async () => (await call('ListEdges', {}, own)).EdgeList[0];
    const allProved = () => until(async () => (await status()).Proved === count, 'all are proved', patience);
    const isServed = (name) => leafShown(edge.port, name, ca).then((shown) => shown === leaf, () => false);
    const within = async (what, isRight) => {
      const begun = performance.now();
      await until(isRight, what, patience);
      console.log(`${Kind.name}: ${what} after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    };
    const noticed = (what) => within(what, async () => {
      const { Failing, Failure } = await status();
      return Failing > 0 || Failure !== '';
    });
    const files = () => {
      const folder = Kind === Nginx ? join(edge.folder, '.versions') : edge.folder;
      return readdirSync(folder).filter((entry) => entry.endsWith('.pem')).map((entry) => join(folder, entry));
    };

    before(async () => {
      await edge.prepare();
      const configuration = join(server.directory, 'livecert.toml');
      writeFileSync(configuration, `proof_interval = 60\n${edge.table}`);
      server.options.push('--config', configuration);
      await server.start();
      await edge.start();
      client = new SignedClient(goShape, `http://${server.addresses.http}`, server.credentials);
      const Rsa = authority.leaf('*.many.example.net');
      leaf = fingerprint(Rsa);
      const chain = await call('CreateCert', { UseWay: 'https', Rsa });
      let next = 0;
      await Promise.all(Array.from({ length: 16 }, async () => {
        while (next < count) await call('BindCert', { ChainID: chain.ChainID, Domain: domain((next += 1)), HTTPS: true });
      }));
      await allProved();
    });
    after(async () => {
      await edge.kill();
      await server.remove();
    });

    test('changes the mode of a file', async () => {
      const [file] = files();
      chmodSync(file, 0o444);
      await within('the mode is right again', () => (statSync(file, { throwIfNoEntry: false })?.mode & 0o777) === 0o400);
      assert.ok(await isServed(anyDomain()));
    });

    if (Kind === Nginx) {
      test('replaces the link of one domain', async () => {
        const name = anyDomain();
        const link = join(edge.folder, `${name}.pem`);
        const target = readlinkSync(link);
        writeFileSync(`${link}.aside`, 'nothing');
        renameSync(`${link}.aside`, link);
        await within('the link is back', () => lstatSync(link).isSymbolicLink() && readlinkSync(link) === target);
        assert.ok(await isServed(name));
      });
    }

    test('wipes the folder', async () => {
      for (const entry of readdirSync(edge.folder)) {
        if (entry.endsWith('.pem') || entry === '.versions') rmSync(join(edge.folder, entry), { recursive: true });
      }
      const name = anyDomain();
      await within('the first files are back', () => {
        try {
          return files().length > 0;
        } catch {
          return false;
        }
      });
      await until(() => isServed(name), 'it is served', patience);
      await allProved();
    });

    test('writes through another hard link', async () => {
      const [file] = files();
      const other = join(edge.home, 'hard-link');
      linkSync(file, other);
      const text = readFileSync(file, 'utf8');
      writeFileSync(other, text.replaceAll('-----END', '#----END'));
      await within('the file is right again', () => files().length > 0 && readFileSync(files()[0], 'utf8') === text);
      rmSync(other);
    });

    if (Kind === Haproxy) {
      test('exchanges a certificate in its memory', async () => {
        const [file] = files();
        const foreign = authority.leaf('*.many.example.net');
        // HAProxy locks its certificates while it commits one.
        await until(async () => /Transaction created/.test(await edge.say(`set ssl cert ${file} <<\n${foreign.Prikey}${foreign.Pubkey}\n`)), 'it takes the certificate');
        assert.match(await edge.say(`commit ssl cert ${file}`), /Success!/);
        const name = anyDomain();
        await within('what was ordered is served', () => isServed(name));
      });

      test('takes a line away in its memory', async () => {
        const list = join(edge.folder, 'crt-list');
        const lines = (await edge.say(`show ssl crt-list -n ${list}`)).split('\n').filter((line) => line.startsWith(edge.folder));
        const [place, ...words] = lines[randomInt(lines.length)].split(' ');
        assert.match(await edge.say(`del ssl crt-list ${list} ${place}`), /deleted/);
        await within('the line is back', () => isServed(words.at(-1)));
      });
    }

    test('restarts it with an old configuration', async () => {
      await allProved();
      await edge.kill();
      const file = join(edge.home, Kind === Nginx ? 'nginx.conf' : 'haproxy.cfg');
      const configuration = readFileSync(file, 'utf8');
      writeFileSync(join(edge.home, 'old-list'), '');
      writeFileSync(file, Kind === Nginx
        ? configuration.replace('server_name ~.;', 'server_name old.example.net;')
        : configuration.replace(`${edge.folder}/crt-list`, `${edge.home}/old-list`));
      await edge.start();
      await noticed('it is told that domains are not served');
      await edge.kill();
      writeFileSync(file, configuration);
      await edge.start();
      await allProved();
    });

    test('stops it, and another process takes the port', async () => {
      await edge.kill();
      await noticed('it is told that the server is gone');
      const foreign = authority.leaf('*.many.example.net');
      const other = tls.createServer({ cert: foreign.Pubkey, key: foreign.Prikey }, (socket) => socket.end());
      other.on('tlsClientError', () => {});
      await new Promise((done) => other.listen(edge.port, '127.0.0.1', done));
      await within('it is told what the other process shows', async () => {
        const { Failing, Trouble } = await status();
        return Failing > 0 && /shows|runtime API/.test(Trouble);
      });
      await new Promise((done) => {
        other.close(done);
      });
      await edge.start();
      await allProved();
    });
  });
}
