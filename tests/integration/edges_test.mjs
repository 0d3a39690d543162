// livecert in front of real TLS servers: node edges_test.mjs LIVECERT. What was uploaded is what nginx and HAProxy serve.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import tls from 'node:tls';
import { Caddy, Haproxy, Nginx, Origin, leafShown } from './edge_servers.mjs';
import { Authority, LiveServer, assertSuccess, pause, until } from './live_server.mjs';
import { SignedClient, goShape } from './signed_client.mjs';

const [binary] = process.argv.slice(2);
const own = '2026-12-01';
const name = 'live.example.net';
const fingerprint = (rsa) => new X509Certificate(rsa.Pubkey).fingerprint256.replaceAll(':', '').toLowerCase();

const directory = mkdtempSync(join(tmpdir(), 'livecert-edges-'));
const authority = new Authority(join(directory, 'ca'));
const ca = readFileSync(authority.path('root.pem'));
const origin = new Origin();
before(() => origin.start());
after(() => {
  origin.stop();
  rmSync(directory, { recursive: true });
});

// A livecert with edges of its own, and what a test says to it.
class Estate {
  // `interval`: the seconds between two proofs of a domain.
  constructor(edges, settings = '', interval = 1) {
    this.interval = interval;
    this.edges = edges;
    this.settings = settings;
    this.server = new LiveServer(binary, ['--rate-limit', '0', '--domains', 'auto', '--log-level', 'warning']);
    this.configuration = join(this.server.directory, 'livecert.toml');
    this.server.options.push('--config', this.configuration);
  }

  async start() {
    for (const edge of this.edges) await edge.prepare?.();
    writeFileSync(this.configuration, `proof_interval = ${this.interval}\n${this.settings}\n${this.edges.map((edge) => edge.table).join('\n')}`);
    await this.startLivecert();
    for (const edge of this.edges) {
      if (edge instanceof Caddy) continue;
      await edge.start?.();
    }
  }

  async startLivecert() {
    await this.server.start();
    this.client = new SignedClient(goShape, `http://${this.server.addresses.http}`, this.server.credentials);
  }

  async stop() {
    for (const edge of this.edges) await edge.kill?.();
    await this.server.remove();
  }

  async call(action, body, version) {
    const answer = await this.client.call(action, body, version);
    assertSuccess(answer, action);
    return answer.Result;
  }

  // A new leaf for the domain; its fingerprint.
  async upload(chain) {
    const Rsa = authority.leaf(name);
    const result = await this.call('CreateCert', { ChainID: chain, UseWay: 'https', Rsa });
    this.chain = result.ChainID;
    return fingerprint(Rsa);
  }

  async serve() {
    const leaf = await this.upload();
    await this.call('BindCert', { ChainID: this.chain, Domain: name, HTTPS: true });
    await this.proved();
    return leaf;
  }

  delivery() {
    return this.call('DescribeDelivery', { ChainID: this.chain }, own);
  }

  proved() {
    return until(async () => (await this.delivery()).State === 'proved', 'proved everywhere');
  }

  failing(pattern) {
    return until(async () => (await this.delivery()).DeliveryList.some((item) => pattern.test(item.Failure)), `failing: ${pattern}`);
  }
}

// Full handshakes one after the other, until it is stopped.
class Viewers {
  constructor(port, count) {
    this.failures = [];
    this.shown = new Set();
    this.handshakes = 0;
    this.loops = Array.from({ length: count }, async () => {
      while (!this.stopping) {
        try {
          this.shown.add(await leafShown(port, name, ca));
          this.handshakes += 1;
        } catch (error) {
          this.failures.push(error.message);
          await pause(1);
        }
      }
    });
  }

  async stop() {
    this.stopping = true;
    await Promise.all(this.loops);
  }
}

// One response that lasts; what it said.
const watch = (port) =>
  new Promise((resolve, reject) => {
    const request = https.get({ port, host: '127.0.0.1', servername: name, ca, agent: false, path: '/stream' }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece) => (text += piece));
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    request.on('error', reject);
  });

for (const Kind of [Nginx, Haproxy]) {
  describe(`${Kind.name}`, () => {
    let estate;
    let edge;
    let leaf;
    const make = () => {
      edge = new Kind(directory, `${Kind.name.toLowerCase()}-${Math.random().toString(36).slice(2)}`, origin.port);
      return edge;
    };

    before(async () => {
      estate = new Estate([make()]);
      await estate.start();
      leaf = await estate.serve();
    });
    after(() => estate.stop());

    test('serves what was uploaded', async () => {
      assert.equal(await leafShown(edge.port, name, ca), leaf);
    });

    test('serves nothing for a name that is not bound', async () => {
      await assert.rejects(leafShown(edge.port, 'other.example.net', ca));
      await assert.rejects(leafShown(edge.port, '../../../etc/passwd', ca));
    });

    test('updates under load: no failed handshake, no dropped stream, nothing stale after the receipt', async () => {
      const stream = watch(edge.port);
      const viewers = new Viewers(edge.port, 4);
      const all = new Set([leaf]);
      for (let i = 0; i < 20; i += 1) {
        leaf = await estate.upload(estate.chain);
        all.add(leaf);
        await estate.proved();
        assert.equal(await leafShown(edge.port, name, ca), leaf);
      }
      await viewers.stop();
      origin.ending = true;
      const said = (await stream).split('\n').filter(Boolean);
      origin.ending = false;
      assert.deepEqual(viewers.failures, []);
      assert.ok(viewers.handshakes > 20, `${viewers.handshakes} handshakes`);
      assert.deepEqual([...viewers.shown].filter((shown) => !all.has(shown)), []);
      assert.equal(said.pop(), 'end');
      said.forEach((line, index) => assert.equal(line, String(index + 1)));
    });

    test('goes back at once', async () => {
      const former = leaf;
      leaf = await estate.upload(estate.chain);
      await estate.proved();
      await estate.call('RollbackCert', { ChainID: estate.chain }, own);
      await estate.proved();
      assert.equal(await leafShown(edge.port, name, ca), former);
      leaf = former;
    });

    test('a restart of livecert delivers nothing that is served', async () => {
      const files = () => readdirSync(edge.folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
        .map((file) => [file, statSync(file, { throwIfNoEntry: false })])
        .filter(([, found]) => found)  // gone since the folder was read
        .map(([file, found]) => [file, found.ino, found.ctimeMs])
        .sort();
      // Each look is a new time.
      const receiptNow = async () => ({ ...(await estate.delivery()).DeliveryList[0], LastSeen: '' });
      const receipt = await receiptNow();
      // Former versions go a while after the exchange.
      await until(() => files().filter(([file]) => file.endsWith('.pem')).length === 1, 'one version is left');
      const before_ = files();
      await estate.server.kill();
      await estate.startLivecert();
      await until(async () => (await estate.call('ListEdges', {}, own)).EdgeList[0].Proved === 1, 'looked at again');
      assert.deepEqual(files(), before_);
      assert.deepEqual(await receiptNow(), receipt);
    });

    test('an edge that was killed and missed an update is brought up to date', async () => {
      await edge.kill();
      leaf = await estate.upload(estate.chain);
      await until(async () => (await estate.call('ListEdges', {}, own)).EdgeList[0].Failure !== '', 'the edge is missed');
      await edge.start();
      await estate.proved();
      assert.equal(await leafShown(edge.port, name, ca), leaf);
    });

    test('an edge whose folder was wiped is brought back', async () => {
      for (const entry of readdirSync(edge.folder)) {
        if (entry.endsWith('.pem') || entry === '.versions') rmSync(join(edge.folder, entry), { recursive: true });
      }
      const is_back = () => readdirSync(edge.folder).some((entry) => entry.endsWith('.pem'));
      await until(is_back, 'the files are back');
      await until(async () => (await leafShown(edge.port, name, ca).catch(() => '')) === leaf, 'served again');
    });

    test('livecert killed at any moment ends with what is current', async () => {
      for (let round = 0; round < 8; round += 1) {
        const Rsa = authority.leaf(name);
        const call = estate.client.call('CreateCert', { ChainID: estate.chain, UseWay: 'https', Rsa }).catch(() => null);
        await pause(round * 4);
        await estate.server.kill();
        await call;
        await estate.startLivecert();
        await estate.proved();
        const { SSL } = await estate.call('DescribeCertDetailSecretV2', { ChainID: estate.chain });
        leaf = fingerprint({ Pubkey: SSL.Chain[0] });
        assert.equal(await leafShown(edge.port, name, ca), leaf);
      }
    });

    test('a folder that others may write is refused, and served again once that is mended', async () => {
      chmodSync(edge.folder, 0o777);
      leaf = await estate.upload(estate.chain);
      await estate.failing(/writ/);
      chmodSync(edge.folder, 0o755);
      await estate.proved();
      assert.equal(await leafShown(edge.port, name, ca), leaf);
    });

    test('what is unbound disappears', async () => {
      await estate.call('UnbindCert', { Domain: name });
      await until(async () => leafShown(edge.port, name, ca).then(() => false, () => true), 'not served any more');
      await until(() => readdirSync(edge.folder, { recursive: true }).every((file) => !file.endsWith('.pem')), 'no key is left');
    });
  });
}

for (const Kind of [Nginx, Haproxy]) {
  test(`${Kind.name} behind the PROXY protocol is proved with the setting, and without it the setting is named`, async () => {
    const edge = new Kind(directory, `proxied-${Kind.name.toLowerCase()}`, origin.port);
    edge.isProxied = true;
    const estate = new Estate([edge]);
    await estate.start();
    const trouble = async () => (await estate.call('ListEdges', {}, own)).EdgeList[0].Trouble;
    try {
      const leaf = await estate.upload();
      await estate.call('BindCert', { ChainID: estate.chain, Domain: name, HTTPS: true });
      await until(async () => /wants the PROXY protocol: set proxy_protocol = true/.test(await trouble()), 'the setting is named');
      assert.equal(await leafShown(edge.port, name, ca, true), leaf, 'what is delivered is served all the same');
      await estate.server.kill();
      const configuration = readFileSync(estate.configuration, 'utf8');
      writeFileSync(estate.configuration, configuration.replace('listen =', 'proxy_protocol = true\nlisten ='));
      await estate.startLivecert();
      await estate.proved();
      const renewed = await estate.upload(estate.chain);
      await estate.proved();
      assert.equal(await leafShown(edge.port, name, ca, true), renewed);
      // The other way round.
      await edge.kill();
      edge.isProxied = false;
      edge.configure();
      await edge.start();
      await until(async () => /does not speak the PROXY protocol: remove proxy_protocol/.test(await trouble()), 'it is told');
    } finally {
      await estate.stop();
    }
  });
}

test('An edge whose folder is missing says so before anything is bound', async () => {
  const folder = join(directory, 'to-come', 'certificates');
  const estate = new Estate([{ table: `[[edge]]\nname = "tocome"\nkind = "nginx"\ndirectory = "${folder}"\n` }]);
  await estate.start();
  const status = (...more) => spawnSync(binary, ['edge', 'status', ...more], { encoding: 'utf8', env: estate.server.commandEnvironment() });
  try {
    await until(() => status().status === 2, 'the folder is missed', 8000);
    assert.match(status('--failing').stdout, new RegExp(`tocome .*${folder}`));
    mkdirSync(folder, { recursive: true });
    await until(() => status().status === 0, 'it is found', 20_000);
  } finally {
    await estate.stop();
  }
});

// Each domain is proved once a minute, so only what watches the files can notice that soon.
test('What a foreign hand does to an edge\'s files is undone within seconds, however rarely domains are proved', async () => {
  const edge = new Nginx(directory, 'touched', origin.port);
  const estate = new Estate([edge], '', 60);
  try {
    await estate.start();
    const leaf = await estate.serve();
    const link = join(edge.folder, `${name}.pem`);
    const version = readdirSync(join(edge.folder, '.versions')).find((entry) => entry.endsWith('.pem'));
    const touch = {
      'the link removed': () => rmSync(link),
      'the link replaced by a file': () => {
        rmSync(link);
        writeFileSync(link, 'garbage');
      },
      'the version overwritten': () => writeFileSync(join(edge.folder, '.versions', version), 'garbage'),
      'the mode changed': () => chmodSync(join(edge.folder, '.versions', version), 0o000),
    };
    for (const [what, hand] of Object.entries(touch)) {
      hand();
      const begun = Date.now();
      await until(async () => (await leafShown(edge.port, name, ca).catch(() => '')) === leaf, `served again after: ${what}`);
      // Far below the minute of the next proof, and far above what a busy machine needs.
      assert.ok(Date.now() - begun < 20_000, `${what}: mended after ${Date.now() - begun} ms`);
      await estate.proved();
    }
  } finally {
    await estate.stop();
  }
});

test('A copy of the store on the same machine leaves production\'s edge alone until it takes it over', async () => {
  const edge = new Nginx(directory, 'shared', origin.port);
  const estate = new Estate([edge]);
  await estate.start();
  const copy = new LiveServer(binary, [...estate.server.options]);
  const trouble = async () => {
    const client = new SignedClient(goShape, `http://${copy.addresses.http}`, copy.credentials);
    return (await client.call('ListEdges', {}, own)).Result.EdgeList[0].Trouble;
  };
  try {
    await estate.serve();
    await estate.server.kill();
    for (const file of ['data', 'data.master-key']) {
      cpSync(join(estate.server.directory, file), join(copy.directory, file), { recursive: true });
    }
    await estate.startLivecert();
    const renewed = await estate.upload(estate.chain);
    await estate.proved();
    await copy.start();
    await until(async () => /belongs to another store of livecert.*take it over: rm .*\.livecert-store/.test(await trouble()), 'it says whose folder it is');
    await pause(3000);
    assert.equal(await leafShown(edge.port, name, ca), renewed, 'the copy has an older version');
    assert.equal((await estate.delivery()).State, 'proved');
    await estate.server.kill();
    rmSync(join(edge.folder, '.livecert-store'));
    await until(async () => (await leafShown(edge.port, name, ca)) !== renewed, 'the copy has taken it over');
    await copy.kill();
    copy.options.push('--no-delivery');
    await copy.start();
    await until(async () => /no_delivery is set/.test(await trouble()), 'it delivers to nobody');
  } finally {
    await copy.remove();
    await edge.kill();
    rmSync(estate.server.directory, { recursive: true });
  }
});

describe('What ends while it is served', () => {
  test('is told at once, with edge and domain, by everything that an operator asks', async () => {
    const edge = new Nginx(directory, 'ending', origin.port);
    const estate = new Estate([edge]);
    await estate.start();
    const run = (...words) => {
      const command = spawnSync(binary, words, { encoding: 'utf8', env: estate.server.commandEnvironment() });
      return { status: command.status, text: command.stdout + command.stderr };
    };
    try {
      assert.equal(run('cert', 'list', '--expiring', '30d').status, 0);
      const end = Date.now() + 12_000;
      authority.intermediateEnding('early', 12);
      const Rsa = authority.leafBelow('early', [name]);
      const { ChainID, Warnings } = await estate.call('CreateCert', { UseWay: 'https', Rsa });
      estate.chain = ChainID;
      assert.ok(Warnings.some((line) => line.includes('[issuer-ends-first]')));
      await estate.call('BindCert', { ChainID, Domain: name, HTTPS: true });
      await estate.proved();
      assert.equal(run('cert', 'wait', ChainID).status, 0);
      const soon = run('cert', 'list', '--expiring', '30d');
      assert.equal(soon.status, 1, soon.text);
      assert.match(soon.text, /ending +live\.example\.net/);
      assert.equal(run('edge', 'status').status, 0);
      assert.match(run('cert', 'list', '--expired').text, /certificates: 0/);

      await until(async () => (await estate.delivery()).State === 'failing', 'it fails');
      assert.ok(Date.now() - end < 4000, `it is told ${Date.now() - end} ms after the end`);
      const wait = run('cert', 'wait', ChainID, '--timeout', '60');
      assert.equal(wait.status, 2);
      assert.match(wait.text, /it ended at .* and clients refuse it/);
      const status = run('edge', 'status', '--failing');
      assert.equal(status.status, 2);
      assert.match(status.text, new RegExp(`ending .*${name}, chain ${ChainID}: it ended at`));
      assert.equal(run('cert', 'delivery', ChainID).status, 2);
      const ended = run('cert', 'list', '--expiring', '30d', '--bound', '--all-accounts');
      assert.equal(ended.status, 2, ended.text);
      assert.match(ended.text, /ending +live\.example\.net/);
      // Only an issuer has ended, and clients refuse the chain all the same.
      assert.match(run('cert', 'list', '--expired').text, new RegExp(`${ChainID.slice(0, 8)}[^]*certificates: 1`));
      const told = () => estate.server.log.split('\n').filter((line) => line.includes(`edge ending: ${name} version`) && line.includes('ended at'));
      await until(() => told().length === 1, 'one line of the log');
      await pause(2500);
      assert.equal(told().length, 1, told().join('\n'));
      assert.match(told()[0], /error/);

      await estate.upload(ChainID);
      await estate.proved();
      assert.equal(run('edge', 'status').status, 0);
      assert.equal(run('cert', 'list', '--expiring', '30d').status, 0);
    } finally {
      await estate.stop();
    }
  });
});

describe('Several edges', () => {
  test('an edge that is stuck fails alone, and the first keeps the new version', async () => {
    const first = new Nginx(directory, 'first', origin.port);
    // Shows one certificate for ever, whatever lies in its folder.
    const stubborn = { folder: join(directory, 'stubborn') };
    mkdirSync(stubborn.folder);
    const good = authority.leaf(name);
    const server = tls.createServer({ cert: good.Pubkey, key: good.Prikey }, (socket) => socket.on('error', () => {}).resume());
    server.on('tlsClientError', () => {});
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
    stubborn.table = `[[edge]]\nname = "second"\nkind = "files"\ndirectory = "${stubborn.folder}"\nsettle = 1\nlisten = "127.0.0.1:${server.address().port}"\n`;
    const estate = new Estate([first, stubborn]);
    await estate.start();
    try {
      const { ChainID } = await estate.call('CreateCert', { UseWay: 'https', Rsa: good });
      estate.chain = ChainID;
      await estate.call('BindCert', { ChainID, Domain: name, HTTPS: true });
      await estate.proved();
      const leaf = await estate.upload(ChainID);
      await estate.failing(/shows/);
      assert.equal(await leafShown(first.port, name, ca), leaf);
      const { EdgeList } = await estate.call('ListEdges', {}, own);
      assert.equal(EdgeList[0].Proved, 1);
      assert.equal(EdgeList[1].Failing, 1);
      assert.match(EdgeList[1].Trouble, new RegExp(`${name}, chain ${ChainID}: .*shows`));
    } finally {
      server.close();
      await estate.stop();
    }
  });

  test('are added, waited for, shown and deleted on the command line', async () => {
    const edge = await new Nginx(directory, 'added', origin.port).prepare();
    const estate = new Estate([], `edge_roots = [${JSON.stringify(edge.home)}]`);
    await estate.start();
    const run = (...words) => estate.server.command(...words);
    try {
      assert.throws(() => run('edge', 'add', 'web', 'nginx', '--directory', '/etc'), /directory must be below/);
      run('edge', 'add', 'web', 'nginx', '--directory', edge.folder, '--listen', `127.0.0.1:${edge.port}`, '--domain', '*.example.net');
      await edge.start();
      await estate.upload();
      run('cert', 'bind', estate.chain, name);
      assert.match(run('cert', 'wait', estate.chain, '--timeout', '60'), /live\.example\.net +web +proved/);
      assert.match(run('edge', 'status'), /web +nginx +127\.0\.0\.1:\d+ +1 +1 +0/);
      assert.match(run('cert', 'delivery', estate.chain), /proved/);
      run('edge', 'delete', 'web');
      await until(async () => (await estate.call('ListEdges', {}, own)).EdgeList.length === 0, 'deleted');
      assert.ok(await leafShown(edge.port, name, ca), 'what it serves stays');
      assert.deepEqual((await estate.delivery()).DeliveryList, [], 'no receipt of it is left');
      run('edge', 'add', 'web', 'nginx', '--directory', edge.folder, '--listen', `127.0.0.1:${edge.port}`);
      await estate.proved();
      run('edge', 'delete', 'web', '--withdraw');
      await until(() => leafShown(edge.port, name, ca).then(() => false, () => true), 'it is taken back');
      await until(() => readdirSync(edge.folder, { recursive: true }).every((file) => !file.endsWith('.pem')), 'no key is left');
      assert.throws(() => run('cert', 'wait', estate.chain), (error) => error.status === 3);
    } finally {
      await edge.kill();
      await estate.stop();
    }
  });
});

test('The files of an edge of the configuration file that moved are told of, and an added one does not move', async () => {
  const home = mkdtempSync(join(directory, 'moved-'));
  const folder = (each) => {
    const made = join(home, each);
    mkdirSync(made, { mode: 0o755 });
    return made;
  };
  const table = (at) => `[[edge]]\nname = "front"\nkind = "files"\ndirectory = ${JSON.stringify(at)}\n`;
  const [first, second, web, elsewhere] = ['first', 'second', 'web', 'elsewhere'].map(folder);
  const roots = `edge_roots = [${JSON.stringify(home)}]`;
  const estate = new Estate([{ table: table(first) }], roots);
  await estate.start();
  const log = () => estate.server.log ?? '';
  try {
    await estate.call('CreateEdge', { Name: 'web', Kind: 'files', Directory: web }, own);
    await estate.upload();
    await estate.call('BindCert', { ChainID: estate.chain, Domain: name, HTTPS: true });
    const holds = (at) => until(() => existsSync(join(at, `${name}.pem`)), `the key is in ${at}`);
    await holds(first);
    await holds(web);
    const answer = await estate.client.call('CreateEdge', { Name: 'web', Kind: 'files', Directory: elsewhere }, own);
    assert.match(answer.ResponseMetadata.Error.Message, /has its files in .*web, .*livecert edge delete web --withdraw/);
    await until(async () => (await estate.delivery()).State === 'acknowledged', 'acknowledged');
    await pause(300);
    writeFileSync(estate.configuration, `proof_interval = 1\n${roots}\n${table(second)}`);
    estate.server.process.kill('SIGHUP');
    await holds(second);
    assert.ok(log().includes(`what was written to ${first} before its configuration changed stays there`));
    await until(async () => (await estate.delivery()).State === 'acknowledged', 'acknowledged at the new place');
    await pause(300);
    const told = log().split('stays there').length;
    estate.server.process.kill('SIGHUP');
    await estate.call('DeleteEdge', { Name: 'web', Withdraw: true }, own);
    await until(async () => (await estate.call('ListEdges', {}, own)).EdgeList.length === 1, 'deleted');
    assert.equal(log().split('stays there').length, told, 'it is told until the new place has what it needs');
    assert.ok(!existsSync(join(web, `${name}.pem`)), 'no key is left');
  } finally {
    await estate.stop();
  }
});

describe('A delivery that is interrupted', () => {
  // What the files hold each time when the edge's command begins, which takes a while.
  const begin = async (interruption, runsAgain = true) => {
    const home = mkdtempSync(join(directory, 'interrupted-'));
    const [folder, runs, beside] = ['files', 'runs', 'beside'].map((each) => join(home, each));
    for (const each of [folder, runs, beside]) mkdirSync(each, { mode: 0o755 });
    const command = join(home, 'reload');
    writeFileSync(command, `#!/bin/sh\ncp '${folder}/${name}.pem' "${runs}/$(date +%s%N).pem"\nsleep 1\n`, { mode: 0o755 });
    const table = `[[edge]]\nname = "front"\nkind = "files"\ndirectory = ${JSON.stringify(folder)}\ncommand = [${JSON.stringify(command)}]\n`;
    const estate = new Estate([{ table }], `edge_roots = [${JSON.stringify(home)}]`);
    const acknowledged = () => until(async () => (await estate.delivery()).State === 'acknowledged', 'acknowledged');
    // One that is still being copied is not whole.
    const loaded = () =>
      readdirSync(runs).sort().map((file) => readFileSync(join(runs, file), 'utf8')).filter((text) => /END CERTIFICATE/.test(text))
        .map((Pubkey) => fingerprint({ Pubkey }));
    await estate.start();
    try {
      const former = await estate.upload();
      await estate.call('BindCert', { ChainID: estate.chain, Domain: name, HTTPS: true });
      await acknowledged();
      await pause(300);
      const leaf = await estate.upload(estate.chain);
      await until(() => loaded().includes(leaf), 'the command runs for the new version');
      await interruption(estate, beside);
      await acknowledged();
      const all = loaded();
      assert.deepEqual(all.slice(all.indexOf(leaf)).filter((each) => each === former), [], 'the former version does not come back');
      assert.equal(all.lastIndexOf(leaf) > all.indexOf(leaf), runsAgain, 'the command runs once more after an interruption');
    } finally {
      await estate.stop();
    }
  };
  const known = (estate, edge) =>
    until(async () => (await estate.call('ListEdges', {}, own)).EdgeList.some(({ Name }) => Name === edge), `${edge} is known`);

  test('is not interrupted by another edge that is added', () =>
    begin(async (estate, beside) => {
      await estate.call('CreateEdge', { Name: 'other', Kind: 'files', Directory: beside }, own);
      await known(estate, 'other');
    }, false));

  test('is not interrupted by a reload that adds another edge', () =>
    begin(async (estate, beside) => {
      const other = `[[edge]]\nname = "other"\nkind = "files"\ndirectory = ${JSON.stringify(beside)}\n`;
      writeFileSync(estate.configuration, `${readFileSync(estate.configuration, 'utf8')}\n${other}`);
      estate.server.process.kill('SIGHUP');
      await known(estate, 'other');
    }, false));

  test('that a reload which changes its edge interrupts goes on', () =>
    begin(async (estate) => {
      const text = readFileSync(estate.configuration, 'utf8').replace('name = "front"\n', 'name = "front"\nsettle = 3\n');
      writeFileSync(estate.configuration, text);
      estate.server.process.kill('SIGHUP');
      await until(async () => (await estate.call('ListEdges', {}, own)).EdgeList[0].Settle.toString() === '3', 'the edge has changed');
    }));

  test('by a stop goes on', () =>
    begin(async (estate) => {
      const gone = new Promise((done) => estate.server.process.once('exit', done));
      estate.server.process.kill('SIGTERM');
      await gone;
      await estate.startLivecert();
    }));

  test('by a crash goes on', () =>
    begin(async (estate) => {
      await estate.server.kill();
      await estate.startLivecert();
    }));
});

describe('A Caddy edge', () => {
  const get = (url) =>
    new Promise((resolve, reject) => {
      http.get(url, (response) => {
        let body = '';
        response.on('data', (piece) => (body += piece));
        response.on('end', () => resolve({ status: response.statusCode, body }));
      }).on('error', reject);
    });

  test('asks by a secret address and gets chain and key of what it is to serve', async () => {
    const estate = new Estate([{ table: '[[edge]]\nname = "front"\nkind = "caddy"\n' }]);
    await estate.start();
    try {
      const file = join(estate.server.dataDirectory, 'edge-front.url');
      const url = (await until(() => existsSync(file) && readFileSync(file, 'utf8'), 'an address')).trim();
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.equal((await get(`${url}?server_name=${name}`)).status, 204);
      const leaf = await estate.upload();
      await estate.call('BindCert', { ChainID: estate.chain, Domain: name, HTTPS: true });
      await until(async () => (await estate.delivery()).State === 'acknowledged', 'acknowledged');
      const { status, body } = await get(`${url}?server_name=${name.toUpperCase()}`);
      assert.equal(status, 200);
      assert.match(body, /BEGIN PRIVATE KEY/);
      assert.equal(fingerprint({ Pubkey: body }), leaf);
      assert.notEqual((await get(`${url.slice(0, -1)}?server_name=${name}`)).status, 200);
      await estate.server.kill();
      await estate.startLivecert();
      const again = await until(() => {
        const address = readFileSync(file, 'utf8').trim();
        return new URL(address).host === estate.server.addresses.http && address;
      }, 'the new address');
      assert.equal(new URL(again).pathname, new URL(url).pathname, 'the secret stays');
      await until(async () => (await get(`${again}?server_name=${name}`)).status === 200, 'served after a restart');
    } finally {
      await estate.stop();
    }
  });

  test('gets its certificates whatever happens to other edges, and after a restart', async () => {
    const table = '[[edge]]\nname = "front"\nkind = "caddy"\n';
    const roots = `edge_roots = [${JSON.stringify(directory)}]`;
    const estate = new Estate([{ table }], roots);
    await estate.start();
    const names = Array.from({ length: 40 }, (_, number) => `d${number}.example.net`);
    const known = async (edge) => (await estate.call('ListEdges', {}, own)).EdgeList.some(({ Name }) => Name === edge);
    const folder = (edge) => {
      const made = join(directory, `beside-caddy-${edge}`);
      mkdirSync(made, { mode: 0o755 });
      return made;
    };
    try {
      const file = join(estate.server.dataDirectory, 'edge-front.url');
      const secret = new URL((await until(() => existsSync(file) && readFileSync(file, 'utf8'), 'an address')).trim()).pathname;
      const ask = async (asked) => (await get(`http://${estate.server.addresses.http}${secret}?server_name=${asked}`)).status;
      const Rsa = authority.leaf('*.example.net');
      const { ChainID } = await estate.call('CreateCert', { UseWay: 'https', Rsa });
      for (const Domain of names) await estate.call('BindCert', { ChainID, Domain, HTTPS: true });
      await until(async () => (await estate.call('DescribeDelivery', { ChainID }, own)).State === 'acknowledged', 'acknowledged');
      const refused = [];
      let isOver = false;
      const asking = (async () => {
        for (let turn = 0; !isOver; turn += 1) {
          const status = await ask(names[turn % names.length]);
          if (status !== 200) refused.push(`${status} for ${names[turn % names.length]}`);
        }
      })();
      await estate.call('CreateEdge', { Name: 'added', Kind: 'files', Directory: folder('added') }, own);
      await until(() => known('added'), 'added');
      const configured = `[[edge]]\nname = "configured"\nkind = "files"\ndirectory = ${JSON.stringify(folder('configured'))}\n`;
      writeFileSync(estate.configuration, `proof_interval = 2\n${roots}\n${table}${configured}`);
      estate.server.process.kill('SIGHUP');
      await until(() => known('configured'), 'reloaded');
      await estate.call('DeleteEdge', { Name: 'added' }, own);
      await until(async () => !(await known('added')), 'deleted');
      isOver = true;
      await asking;
      assert.deepEqual(refused, []);

      const gone = new Promise((done) => estate.server.process.once('exit', done));
      estate.server.process.kill('SIGTERM');
      await gone;
      await estate.startLivecert();
      for (const asked of names) assert.equal(await ask(asked), 200, `${asked} after a restart`);
    } finally {
      await estate.stop();
    }
  });

  test('is a real Caddy, which serves it and its updates', async () => {
    const edge = new Caddy(directory, 'caddy', origin.port);
    const estate = new Estate([edge]);
    await estate.start();
    try {
      const file = join(estate.server.dataDirectory, 'edge-caddy.url');
      await edge.startAsking((await until(() => existsSync(file) && readFileSync(file, 'utf8'), 'an address')).trim());
      assert.equal(await leafShown(edge.port, name, ca).catch(() => 'nothing'), 'nothing');
      let leaf = await estate.serve();
      assert.equal(await leafShown(edge.port, name, ca), leaf);
      leaf = await estate.upload(estate.chain);
      await estate.proved();
      assert.equal(await leafShown(edge.port, name, ca), leaf);
      await estate.call('UnbindCert', { Domain: name });
      await until(() => leafShown(edge.port, name, ca).then(() => false, () => true), 'not served any more');
    } finally {
      await estate.stop();
    }
  });
});
