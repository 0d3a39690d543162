// What docs/edges.md and docs/edges.zh-CN.md tell operators to paste serves a certificate, and every message that they
// explain under "edge status" is one of livecert's.
//   edges_page_test.mjs LIVECERT_BINARY SOURCES PAGE…
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { X509Certificate, createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { basename, join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import tls from 'node:tls';

import { Caddy, Haproxy, Nginx, freePort, leafShown } from './edge_servers.mjs';
import { Authority, LiveServer, until } from './live_server.mjs';

const [binary, sources, ...pages] = process.argv.slice(2).map((word) => resolve(word));
const domain = 'live.example.net';
const folders = '/var/lib/livecert/edges';
const socket = '/run/haproxy/livecert.sock';

// The blocks of the page with the language, in their order.
const blocksOf = (page, language) =>
  [...page.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].filter(([, each]) => each === language).map(([, , text]) => text);
const only = (blocks) => {
  assert.equal(blocks.length, 1, blocks.join('\n'));
  return blocks[0];
};

// Lets a server of edge_servers.mjs read what the page has for it in place of its own configuration.
const withPage = (EdgeServer, write) =>
  class extends EdgeServer {
    configure() {
      super.configure();
      const file = this.command.at(-1);
      writeFileSync(file, write(readFileSync(file, 'utf8'), this));
    }
  };

// One port and one address family, which every machine has.
const here = (text, port) =>
  text.replace(/^ *(listen|bind) \[::\].*\n/gm, '').replace(/(listen|bind) :?443 /g, (_, word) => `${word} 127.0.0.1:${port} `);

const pageNginx = (page) =>
  withPage(Nginx, (own, edge) => {
    const text = only(blocksOf(page, 'nginx').filter((block) => block.includes('livecert.map.conf')));
    return own.replace(/ {2}include [^]*$/, `${here(text, edge.port).replaceAll(`${folders}/front`, edge.folder)}\n}\n`);
  });

const pageHaproxy = (page) =>
  withPage(Haproxy, (_, edge) => {
    const text = only(blocksOf(page, '').filter((block) => block.includes('stats socket')));
    const paths = here(text, edge.port).replaceAll(`${folders}/haproxy`, edge.folder).replaceAll(socket, `${edge.home}/api.sock`);
    return paths
      .replace(' user root group livecert mode 660', '')  // users that this machine may lack
      .replace('default_backend ...', 'default_backend origin')
      .replace('frontend', 'defaults\n  timeout connect 9s\n  timeout client 9s\n  timeout server 9s\nfrontend')
      .concat('backend origin\n  mode http\n');
  });

class PageCaddy extends Caddy {
  startAsking(url, text) {
    const file = join(this.home, 'Caddyfile');
    this.command = ['caddy', 'run', '--config', file, '--adapter', 'caddyfile'];
    this.environment = { ...process.env, HOME: this.home, XDG_CONFIG_HOME: this.home, XDG_DATA_HOME: this.home };
    const asked = text.replace(/http:\/\/127\.0\.0\.1:8080\/edges\/SECRET/, url);
    assert.notEqual(asked, text);
    writeFileSync(file, asked.replace('{\n', '{\n    admin off\n').replace(`${domain} {`, `https://${domain}:${this.port} {\n    bind 127.0.0.1`));
    return this.start();
  }
}

// A livecert with a certificate that is bound to the domain.
class Service {
  constructor() {
    this.server = new LiveServer(binary, ['--domains', 'auto', '--log-level', 'error']);
    this.directory = this.server.directory;
    this.authority = new Authority(join(this.directory, 'authority'));
    this.leaf = this.authority.leaf(domain);
  }

  async start(configuration) {
    const file = join(this.directory, 'livecert.toml');
    writeFileSync(file, configuration);
    this.server.options.push('--config', file);
    await this.server.start();
    const keep = (name, text) => {
      writeFileSync(join(this.directory, name), text);
      return join(this.directory, name);
    };
    const files = ['--cert', keep('fullchain.pem', this.leaf.Pubkey), '--key', keep('privkey.pem', this.leaf.Prikey)];
    this.chain = /[0-9a-f]{32}/.exec(this.server.command('cert', 'create', ...files))[0];
    this.server.command('cert', 'bind', this.chain, domain);
  }

  folder(name, mode = 0o755) {
    const path = join(this.directory, name);
    mkdirSync(path);
    chmodSync(path, mode);
    return path;
  }

  // {name: what is under TROUBLE}
  troubles() {
    const ran = spawnSync(binary, ['edge', 'status', '--json'], { encoding: 'utf8', env: this.server.commandEnvironment() });
    return Object.fromEntries(JSON.parse(ran.stdout).EdgeList.map(({ Name, Trouble }) => [Name, Trouble]));
  }

  deliveries() {
    const ran = spawnSync(binary, ['cert', 'delivery', this.chain, '--json'], { encoding: 'utf8', env: this.server.commandEnvironment() });
    return Object.fromEntries(JSON.parse(ran.stdout).DeliveryList.map(({ Edge, State }) => [Edge, State]));
  }
}

for (const path of pages) {
  describe(`${basename(path)}: what to paste`, () => {
    const page = readFileSync(path, 'utf8');
    const service = new Service();
    const edges = {};

    // The page's table for this kind, with the paths and the port of this test.
    const tableOf = (kind, place) => {
      const tables = blocksOf(page, 'toml').filter((block) => block.includes(`kind = "${kind}"`) && !block.includes('accounts'));
      return only(tables)
        .replace(/^name = .*$/m, `name = "${kind}"`)
        .replace(/^listen = .*$/m, `listen = "127.0.0.1:${place.port}"`)
        .replace(/^directory = .*$/m, `directory = "${place.folder}"`)
        .replace(/^file = .*$/m, `file = "${place.folder}/live.pem"`)
        .replace(/^socket = .*$/m, `socket = "${place.home}/api.sock"`)
        .replace('"/bin/systemctl"', `"${join(service.directory, 'reload')}"`);
    };

    before(async () => {
      edges.nginx = await new (pageNginx(page))(service.directory, 'nginx', 0).prepare();
      edges.haproxy = await new (pageHaproxy(page))(service.directory, 'haproxy', 0).prepare();
      edges.caddy = await new PageCaddy(service.directory, 'caddy', 0).prepare();
      // livecert's side alone: there is no SRS here, and the program of the page is not reloaded.
      edges.srs = { folder: service.folder('srs'), port: await freePort() };
      edges.files = { folder: service.folder('files'), port: await freePort() };
      writeFileSync(join(service.directory, 'reload'), `#!/bin/sh\necho "$@ $LIVECERT_DOMAINS" >> ${service.directory}/reloaded\n`, { mode: 0o755 });
      // Without an empty crt-list HAProxy does not start, and livecert is not there yet.
      writeFileSync(join(edges.haproxy.folder, 'crt-list'), '', { mode: 0o400 });
      await edges.haproxy.start();
      await service.start(Object.entries(edges).map(([kind, edge]) => tableOf(kind, edge)).join('\n'));
      const url = join(service.server.dataDirectory, 'edge-caddy.url');
      await until(() => existsSync(url), 'the address for Caddy');
      await edges.nginx.start();
      await edges.caddy.startAsking(readFileSync(url, 'utf8').trim(), only(blocksOf(page, 'caddyfile')));
    });
    after(async () => {
      for (const edge of Object.values(edges)) await edge.kill?.();
      await service.server.remove();
    });

    for (const kind of ['nginx', 'haproxy', 'caddy']) {
      it(`${kind} serves the certificate`, async () => {
        await until(() => service.deliveries()[kind] === 'proved', `${kind} is proved`);
        const wanted = createHash('sha256').update(new X509Certificate(service.leaf.Pubkey).raw).digest('hex');
        const root = readFileSync(service.authority.path('root.pem'));
        assert.equal(await leafShown(edges[kind].port, domain, root), wanted);
        assert.equal(service.troubles()[kind], '');
      });
    }

    it('a program finds its files, and its command runs', async () => {
      const file = join(edges.files.folder, `${domain}.pem`);
      await until(() => existsSync(join(service.directory, 'reloaded')), 'the command runs');
      assert.equal(readFileSync(file, 'utf8').split('-----BEGIN CERTIFICATE-----').length, 3);
      assert.equal(statSync(file).mode & 0o777, 0o640);
      assert.match(readFileSync(join(service.directory, 'reloaded'), 'utf8'), new RegExp(`^reload stunnel4 ${domain}\n`));
    });

    it('SRS gets no key that it cannot read', async () => {
      await until(() => service.troubles().srs.includes('SRS reads RSA keys only'), 'the reason');
      assert.ok(!existsSync(join(edges.srs.folder, 'live.pem')));
    });
  });
}

// Servers with one fault each, on ports of this machine.
class FaultyServers {
  constructor() {
    this.servers = [];
    this.sockets = new Set();
  }

  async listen(server) {
    this.servers.push(server);
    server.on('connection', (connection) => {
      this.sockets.add(connection);
      connection.on('error', () => {}).on('close', () => this.sockets.delete(connection));
    });
    server.on('tlsClientError', () => {});
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
    return server.address().port;
  }

  silent() {
    return this.listen(net.createServer());
  }

  closing() {
    return this.listen(net.createServer((connection) => connection.once('data', () => connection.end())));
  }

  plain() {
    return this.listen(net.createServer((connection) => connection.once('data', () => connection.end('HTTP/1.1 400 Bad Request\r\n\r\n'))));
  }

  tls({ Pubkey: cert, Prikey: key } = {}, options = {}) {
    return this.listen(tls.createServer({ cert, key, ...options }));
  }

  // Breaks off what does not begin with a line of the PROXY protocol.
  behindProxy({ Pubkey: cert, Prikey: key }) {
    const inner = tls.createServer({ cert, key }).on('tlsClientError', () => {});
    return this.listen(net.createServer((connection) => {
      connection.once('data', (begin) => {
        const end = begin.indexOf('\r\n') + 2;
        if (!begin.subarray(0, 5).equals(Buffer.from('PROXY'))) return connection.destroy();
        connection.pause();
        connection.unshift(begin.subarray(end));
        inner.emit('connection', connection);
      });
    }));
  }

  close() {
    for (const connection of this.sockets) connection.destroy();
    for (const server of this.servers) server.close();
  }
}

describe('what edge status says', () => {
  const service = new Service();
  const servers = new FaultyServers();
  const faults = {};  // name: [the message that the page explains, the rest of the edge's table]

  const files = (name, settings) => `kind = "files"\ndirectory = "${service.folder(name)}"\n${settings}`;
  const shown = async (name, message, port, settings = '') => {
    faults[name] = [message, files(name, `listen = "127.0.0.1:${await port}"\n${settings}`)];
  };

  before(async () => {
    const { authority, leaf } = service;
    const [alone] = leaf.Pubkey.match(/-----BEGIN[^]+?-----END CERTIFICATE-----\n/);
    const old = { minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    await shown('closed', 'connection refused', freePort());
    await shown('silent', 'no answer within 2000 ms', servers.silent());
    await shown('closing', 'the server closed the connection in the handshake', servers.closing());
    await shown('plain', 'the answer makes no sense in a TLS handshake', servers.plain());
    await shown('bare', 'the handshake ended with alert', servers.tls());
    await shown('other', 'the leaf', servers.tls(authority.leaf(domain)));
    await shown('short', 'the right leaf, but the chain has', servers.tls({ ...leaf, Pubkey: alone }));
    await shown('new', 'refuses TLSv1.2', servers.tls(leaf, { minVersion: 'TLSv1.3' }));
    await shown('old', 'offers TLSv1.1', servers.tls(leaf, old));
    await shown('proxied', 'wants the PROXY protocol', servers.behindProxy(leaf));
    await shown('unproxied', 'does not speak the PROXY protocol', servers.tls(leaf), 'proxy_protocol = true\n');
    faults.missing = ['cannot be opened: No such file or directory', `kind = "files"\ndirectory = "${service.directory}/none"\n`];
    faults.open = ['run: chmod go-w', `kind = "files"\ndirectory = "${service.folder('open', 0o777)}"\n`];
    faults.command = ['failed with status', files('command', 'command = ["/bin/false"]\n')];
    faults.claimed = ['belongs to another store of livecert', files('claimed', '')];
    writeFileSync(join(service.directory, 'claimed', '.livecert-store'), '1111111111111111\n');
    faults.haproxy = ["HAProxy's runtime API at", `kind = "haproxy"\ndirectory = "${service.folder('haproxy')}"\nsocket = "${service.directory}/none.sock"\n`];
    faults.srs = ['SRS reads RSA keys only', `kind = "srs"\nfile = "${service.folder('srs')}/live.pem"\ndomains = ["${domain}"]\n`];
    await service.start(Object.entries(faults).map(([name, [, table]]) => `[[edge]]\nname = "${name}"\n${table}`).join('\n'));
  });
  after(async () => {
    await service.server.remove();
    servers.close();
  });

  it('the reason of each fault', async () => {
    for (const [name, [message]] of Object.entries(faults)) {
      await until(() => service.troubles()[name].includes(message), `${name} says "${message}"`, 30_000).catch((failure) => {
        assert.fail(`${failure.message}; it says: ${service.troubles()[name]}`);
      });
    }
  });

  it('every message that a page explains is one of livecert’s', () => {
    const said = Object.values(faults).map(([message]) => message).concat(Object.values(service.troubles()));
    const texts = readdirSync(sources, { recursive: true })
      .filter((name) => name.endsWith('.cpp'))
      .map((name) => readFileSync(join(sources, name), 'utf8'));
    for (const path of pages) {
      const rows = readFileSync(path, 'utf8').match(/^\| (what TROUBLE says|故障一栏的内容) [^]*?\n\n/m)[0].trim().split('\n').slice(2);
      assert.ok(rows.length > 15, path);
      for (const [, cell] of rows.map((row) => row.split('|'))) {
        const messages = [...cell.matchAll(/`([^`]+)`/g)].map(([, message]) => message);
        assert.ok(messages.length > 0, cell);
        for (const message of messages) {
          const isSaid = said.some((text) => text.includes(message)) || texts.some((text) => text.includes(message));
          assert.ok(isSaid, `${basename(path)} explains "${message}", which livecert never says`);
        }
        for (const [, message] of cell.matchAll(/“([^”]+)”/g)) {
          const isSaid = texts.some((text) => text.replaceAll(/"\s*\n\s*"/g, '').includes(message));
          assert.ok(isSaid, `${basename(path)} explains “${message}”, which livecert never says`);
        }
      }
    }
  });
});
