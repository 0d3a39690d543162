// Real TLS servers as docs/edges.md has operators set them up, on loopback, and a client that looks at them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { until } from './live_server.mjs';

// Ports that one run has given out: each only once.
const given = new Set();

const isFree = (port) =>
  new Promise((resolve) => {
    const probe = net.createServer();
    probe.on('error', () => resolve(false));
    probe.listen(port, () => probe.close(() => resolve(true)));
  });

// A port for a server that starts later. It is below the ports that the system gives to outgoing connections (32768 and up
// by default), because a connection of any other program could take one of those before the server starts.
export async function freePort() {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

const accepts = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

// One full handshake that trusts only `ca`; the SHA-256 of the leaf. Rejects when it fails. `proxied`: behind a line of
// the PROXY protocol.
export const leafShown = (port, servername, ca, proxied = false) =>
  new Promise((resolve, reject) => {
    const connection = net.connect(port, '127.0.0.1');
    connection.on('error', reject);
    if (proxied) connection.write('PROXY TCP4 192.0.2.7 127.0.0.1 40000 443\r\n');
    const socket = tls.connect({ socket: connection, servername, ca }, () => {
      const leaf = socket.getPeerCertificate();
      socket.destroy();
      resolve(createHash('sha256').update(leaf.raw).digest('hex'));
    });
    socket.on('error', reject);
    socket.on('end', () => reject(new Error('closed during the handshake')));
  });

class EdgeServer {
  constructor(directory, name, upstreamPort) {
    this.home = join(directory, name);
    this.name = name;
    this.upstreamPort = upstreamPort;
    this.folder = join(this.home, 'certificates');
    mkdirSync(this.folder, { recursive: true });
    chmodSync(this.folder, 0o755);
  }

  async prepare() {
    this.port = await freePort();
    this.configure();
    return this;
  }

  // The table of the configuration file.
  get table() {
    return `[[edge]]\nname = "${this.name}"\nlisten = "127.0.0.1:${this.port}"\n${this.settings}`;
  }

  // Once livecert has written the file that the configuration includes, if it does: the server refuses to start without.
  async start() {
    if (this.included) await until(() => existsSync(join(this.folder, this.included)), `${this.name} has its ${this.included}`);
    this.process = spawn(this.command[0], this.command.slice(1), {
      stdio: ['ignore', 'ignore', 'inherit'], env: this.environment ?? process.env,
    });
    await until(() => this.gone || accepts(this.port), `${this.name} listens`);
    assert.ok(!this.gone, `${this.name} ended with code ${this.process.exitCode}`);
  }

  // Behind a load balancer, which says where each connection comes from.
  wantProxyProtocol() {
    this.isProxied = true;
    this.configure();
  }

  get gone() {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  async kill() {
    if (!this.process || this.gone) return;
    const gone = new Promise((done) => this.process.once('exit', done));
    this.process.kill('SIGKILL');
    await gone;
  }
}

export class Nginx extends EdgeServer {
  included = 'livecert.map.conf';

  get settings() {
    return `kind = "nginx"\ndirectory = "${this.folder}"\n`;
  }

  configure() {
    this.command = ['/usr/sbin/nginx', '-p', this.home, '-e', join(this.home, 'error.log'), '-c', join(this.home, 'nginx.conf')];
    writeFileSync(join(this.home, 'nginx.conf'), `
daemon off;
master_process off;
pid ${this.home}/nginx.pid;
error_log ${this.home}/error.log crit;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${this.home}/body;
  proxy_temp_path ${this.home}/proxy;
  fastcgi_temp_path ${this.home}/fastcgi;
  uwsgi_temp_path ${this.home}/uwsgi;
  scgi_temp_path ${this.home}/scgi;
  include ${this.folder}/${this.included};
  server {
    listen 127.0.0.1:${this.port} ssl default_server${this.isProxied ? ' proxy_protocol' : ''};
    ssl_reject_handshake on;
  }
  server {
    listen 127.0.0.1:${this.port} ssl${this.isProxied ? ' proxy_protocol' : ''};
    server_name ~.;
    ssl_certificate $livecert_certificate;
    ssl_certificate_key $livecert_certificate;
    root $livecert_link;
    location / {
      proxy_buffering off;
      proxy_pass http://127.0.0.1:${this.upstreamPort};
    }
  }
}
`);
  }
}

export class Haproxy extends EdgeServer {
  included = 'crt-list';

  get settings() {
    return `kind = "haproxy"\ndirectory = "${this.folder}"\nsocket = "${this.home}/api.sock"\n`;
  }

  // Sends one command to the runtime API, over a connection of its own, as an operator does.
  say(command) {
    return new Promise((resolve, reject) => {
      const socket = net.connect(join(this.home, 'api.sock'), () => socket.write(`${command}\n`));
      let answer = '';
      socket.setEncoding('utf8');
      socket.on('data', (piece) => (answer += piece));
      socket.on('end', () => resolve(answer));
      socket.on('error', reject);
    });
  }

  configure() {
    this.command = ['/usr/sbin/haproxy', '-db', '-f', join(this.home, 'haproxy.cfg')];
    writeFileSync(join(this.home, 'haproxy.cfg'), `
global
  stats socket ${this.home}/api.sock level admin
defaults
  mode http
  timeout connect 60s
  timeout client 60s
  timeout server 60s
frontend tls
  bind 127.0.0.1:${this.port} ssl strict-sni crt-list ${this.folder}/${this.included}${this.isProxied ? ' accept-proxy' : ''}
  default_backend origin
backend origin
  server origin 127.0.0.1:${this.upstreamPort}
`);
  }
}

// Asks livecert, so it can start only once it knows where.
export class Caddy extends EdgeServer {
  get settings() {
    return 'kind = "caddy"\n';
  }

  configure() {}

  startAsking(url) {
    const file = join(this.home, 'Caddyfile');
    this.command = ['caddy', 'run', '--config', file, '--adapter', 'caddyfile'];
    this.environment = { ...process.env, HOME: this.home, XDG_CONFIG_HOME: this.home, XDG_DATA_HOME: this.home };
    writeFileSync(file, `
{
  admin off
  auto_https disable_certs
  log {
    output discard
  }
}
https://live.example.net:${this.port} {
  bind 127.0.0.1
  tls {
    get_certificate http ${url}
  }
  respond "served"
}
`);
    return this.start();
  }
}

// What the edges stand in front of: a stream that goes on until it is told to end.
export class Origin {
  async start() {
    this.server = http.createServer((request, response) => {
      let count = 0;
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      const timer = setInterval(() => {
        response.write(`${(count += 1)}\n`);
        if (!this.ending) return;
        clearInterval(timer);
        response.end('end\n');
      }, 5);
    });
    await new Promise((ready) => this.server.listen(0, '127.0.0.1', ready));
    this.port = this.server.address().port;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
