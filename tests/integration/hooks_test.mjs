// The hooks in contrib/ with the tools that they are for: node hooks_test.mjs LIVECERT CONTRIB. A CA of its own (pebble) issues
// after real HTTP challenges, the tool calls the hook, and nginx shows the certificate when the tool is done. All of it is
// on loopback. LIVECERT_LONG=1 (./dev test --long) runs every tool, otherwise certbot alone.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Nginx, Origin, freePort, leafShown } from './edge_servers.mjs';
import { Authority, LiveServer, certificatesOf, until } from './live_server.mjs';

const [binary, contrib] = process.argv.slice(2);
const run = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), 'livecert-hooks-'));
const file = (...names) => join(directory, ...names);
const quick = !process.env.LIVECERT_LONG && 'LIVECERT_LONG runs it';
const fingerprint = (pem) => new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();

// An ACME server that finds every name at 127.0.0.1 and asks for its challenges at `httpPort`.
class Pebble {
  async start(authority) {
    Object.assign(this, { port: await freePort(), management: await freePort(), dns: await freePort(), httpPort: await freePort() });
    authority.issue('acme', 'leaf', '/CN=localhost', 'root', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1');
    this.ca = authority.path('root.pem');
    writeFileSync(file('pebble.json'), JSON.stringify({
      pebble: {
        listenAddress: `127.0.0.1:${this.port}`, managementListenAddress: `127.0.0.1:${this.management}`,
        certificate: authority.path('acme.pem'), privateKey: authority.path('acme.key'),
        httpPort: this.httpPort, tlsPort: await freePort(), ocspResponderURL: '', externalAccountBindingRequired: false,
      },
    }));
    const nothing = { stdio: ['ignore', 'ignore', 'ignore'] };
    this.processes = [
      spawn('pebble-challtestsrv', ['-dns01', `127.0.0.1:${this.dns}`, '-http01', '', '-https01', '', '-tlsalpn01', '',
        '-management', `127.0.0.1:${await freePort()}`, '-defaultIPv6', ''], nothing),
      spawn('pebble', ['-config', file('pebble.json'), '-dnsserver', `127.0.0.1:${this.dns}`],
        { ...nothing, env: { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' } }),
    ];
    this.root = await until(() => this.ask('/roots/0').catch(() => null), 'pebble answers');
  }

  get url() {
    return `https://localhost:${this.port}/dir`;
  }

  ask(path) {
    return new Promise((resolve, reject) => {
      https.get({ host: '127.0.0.1', servername: 'localhost', port: this.management, path, ca: readFileSync(this.ca) }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece) => (text += piece)).on('end', () => resolve(text));
      }).on('error', reject);
    });
  }

  async stop() {
    for (const child of this.processes ?? []) {
      const gone = new Promise((done) => child.once('exit', done));
      if (child.exitCode === null && child.kill('SIGKILL')) await gone;
    }
  }
}

const authority = new Authority(file('ca'));
const pebble = new Pebble();
const origin = new Origin();
const server = new LiveServer(binary, ['--log-level', 'warning']);
let nginx;
let environment;

before(async () => {
  await pebble.start(authority);
  await origin.start();
  nginx = await new Nginx(directory, 'nginx', origin.port).prepare();
  const configuration = join(server.directory, 'livecert.toml');
  writeFileSync(configuration, `proof_interval = 1\n${nginx.table}`);
  server.options.push('--config', configuration);
  await server.start();
  await nginx.start();

  // What README.md has an operator install.
  mkdirSync(file('bin'));
  symlinkSync(binary, file('bin', 'livecert'));
  writeFileSync(file('deploy.conf'), `LIVECERT_ENDPOINT=http://${server.addresses.http}\n` +
    `LIVECERT_CREDENTIALS=${join(server.dataDirectory, 'credentials.json')}\n`);
  environment = { HOME: directory, LC_ALL: 'C.UTF-8', PATH: `${file('bin')}:${process.env.PATH}:/usr/sbin`, LIVECERT_DEPLOY_CONF: file('deploy.conf') };
});

after(async () => {
  await nginx?.kill();
  if (server.process) await server.remove();
  await pebble.stop();
  if (origin.server) origin.stop();
  rmSync(directory, { recursive: true });
});

const tool = async (command, words, more = {}) => {
  try {
    return await run(command, words, { env: { ...environment, ...more }, cwd: directory });
  } catch (error) {
    throw new Error(`${command} ${words.join(' ')}\n${error.stdout}\n${error.stderr}`);
  }
};
const hook = (name) => join(contrib, name);
const certificates = () => JSON.parse(server.command('cert', 'list', '--json')).CertList;
const bound = () => JSON.parse(server.command('cert', 'bindings', '--json')).BindingList;

// nginx shows the domain the certificate that the tool has, and livecert has one certificate of that name, so often renewed.
// The hook waited for that, so it is true at once.
async function assertServed(domain, name, pem, versions, ca = pebble.root) {
  assert.equal(await leafShown(nginx.port, domain, ca), fingerprint(pem));
  const named = certificates().filter((each) => each.CertName === name);
  assert.equal(named.length, 1, JSON.stringify(named));
  assert.ok(bound().some((each) => each.Domain === domain && each.ChainID === named[0].ChainID && each.HTTPS));
  const list = JSON.parse(server.command('cert', 'versions', named[0].ChainID, '--json')).VersionList;
  assert.equal(list.length, versions);
}

// Issues and renews with a tool that leaves the certificate in a file; `work` gets true for a renewal.
async function issueAndRenew(domain, certificateFile, work) {
  await work(false);
  const first = readFileSync(certificateFile(), 'utf8');
  await assertServed(domain, domain, first, 1);
  await work(true);
  const second = readFileSync(certificateFile(), 'utf8');
  assert.notEqual(fingerprint(second), fingerprint(first));
  await assertServed(domain, domain, second, 2);
}

test('certbot', async () => {
  const domain = 'certbot.example.net';
  const places = ['--config-dir', file('certbot'), '--work-dir', file('certbot'), '--logs-dir', file('certbot')];
  const trust = { REQUESTS_CA_BUNDLE: pebble.ca };
  await issueAndRenew(domain, () => file('certbot', 'live', domain, 'cert.pem'), (isRenewal) =>
    isRenewal
      ? tool('certbot', ['renew', '--force-renewal', '--no-random-sleep-on-renew', ...places], trust)
      : tool('certbot', ['certonly', '--non-interactive', '--agree-tos', '--register-unsafely-without-email', '--standalone',
        '--http-01-port', String(pebble.httpPort), '--server', pebble.url, '-d', domain, '--deploy-hook', hook('certbot'), ...places], trust));
  const log = readFileSync(file('certbot', 'letsencrypt.log'), 'utf8');
  assert.ok(!log.includes(server.credentials.SecretAccessKey) && !log.includes('PRIVATE KEY'));
});

test('certbot with domains that the hook is told', async () => {
  const places = ['--config-dir', file('certbot'), '--work-dir', file('certbot'), '--logs-dir', file('certbot')];
  server.command('domain', 'add', 'told.example.net');
  await tool('certbot', ['certonly', '--non-interactive', '--standalone', '--http-01-port', String(pebble.httpPort), '--server', pebble.url,
    '--cert-name', 'several', '-d', 'told.example.net,untold.example.net', '--deploy-hook', `${hook('certbot')} --domain told.example.net --wait`, ...places],
  { REQUESTS_CA_BUNDLE: pebble.ca });
  await assertServed('told.example.net', 'several', readFileSync(file('certbot', 'live', 'several', 'cert.pem')), 1);
  assert.ok(!bound().some((each) => each.Domain === 'untold.example.net'));
});

test('lego 4', { skip: quick }, async () => {
  const domain = 'lego.example.net';
  const words = ['--accept-tos', '--email', 'nobody@example.net', '--server', pebble.url, '--path', file('lego'), '--http', '--http.port',
    `127.0.0.1:${pebble.httpPort}`, '--domains', domain];
  await issueAndRenew(domain, () => file('lego', 'certificates', `${domain}.crt`), (isRenewal) =>
    tool('lego', [...words, ...(isRenewal ? ['renew', '--days', '36500', '--no-random-sleep', '--renew-hook'] : ['run', '--run-hook']), hook('lego')],
      { LEGO_CA_CERTIFICATES: pebble.ca }));
});

test('dehydrated', { skip: quick }, async () => {
  const domain = 'dehydrated.example.net';
  mkdirSync(file('dehydrated', 'challenges'), { recursive: true });
  writeFileSync(file('dehydrated', 'config'), `CA=${pebble.url}\nBASEDIR=${file('dehydrated')}\nWELLKNOWN=${file('dehydrated', 'challenges')}\n` +
    `HOOK=${hook('dehydrated')}\nCURL_OPTS="--cacert ${pebble.ca}"\nKEY_ALGO=prime256v1\n`);
  const challenges = http.createServer((request, response) => {
    response.end(readFileSync(file('dehydrated', 'challenges', request.url.replace(/.*\//, ''))));
  });
  await new Promise((ready) => challenges.listen(pebble.httpPort, '127.0.0.1', ready));
  try {
    await tool('dehydrated', ['--config', file('dehydrated', 'config'), '--register', '--accept-terms']);
    await issueAndRenew(domain, () => file('dehydrated', 'certs', domain, 'cert.pem'), (isRenewal) =>
      tool('dehydrated', ['--config', file('dehydrated', 'config'), '--cron', '--domain', domain, ...(isRenewal ? ['--force'] : [])]));
  } finally {
    challenges.close();
  }
});

// Debian's Caddy has no handler that executes a program, so the test calls the hook as caddy-events-exec does, with what the
// event cert_obtained tells.
test('Caddy', { skip: quick }, async () => {
  const domain = 'caddy.example.net';
  const storage = file('caddy', 'caddy');
  const folder = () => {
    const issuers = existsSync(join(storage, 'certificates')) ? readdirSync(join(storage, 'certificates')) : [];
    return issuers.length === 0 ? null : join('certificates', issuers[0], domain);
  };
  const path = (ending) => join(folder() ?? '', `${domain}.${ending}`);
  mkdirSync(file('caddy'));
  writeFileSync(file('caddy', 'Caddyfile'), `
{
  admin off
  http_port ${pebble.httpPort}
  https_port ${await freePort()}
  acme_ca ${pebble.url}
  acme_ca_root ${pebble.ca}
  email nobody@example.net
}
${domain} {
  bind 127.0.0.1
  tls {
    issuer acme {
      dir ${pebble.url}
      trusted_roots ${pebble.ca}
      disable_tlsalpn_challenge
    }
  }
}
`);
  await issueAndRenew(domain, () => join(storage, path('crt')), async (isRenewal) => {
    if (isRenewal) rmSync(join(storage, folder()), { recursive: true });
    const caddy = spawn('caddy', ['run', '--config', file('caddy', 'Caddyfile'), '--adapter', 'caddyfile'],
      { stdio: 'ignore', env: { ...environment, XDG_DATA_HOME: file('caddy'), XDG_CONFIG_HOME: file('caddy') } });
    try {
      await until(() => folder() && existsSync(join(storage, path('json'))), 'Caddy has its certificate');
      await tool(hook('caddy'), [domain, path('crt'), path('key')], { CADDY_STORAGE: storage });
    } finally {
      const gone = new Promise((done) => caddy.once('exit', done));
      caddy.kill('SIGKILL');
      await gone;
    }
  });
});

// Tools that Debian does not have: the hook is called as their documentation says, with the files that they leave.
describe('a stand-in', () => {
  const root = () => readFileSync(authority.path('root.pem'));

  async function uploadTwice(domain, name, call) {
    for (const versions of [1, 2]) {
      const { Pubkey, Prikey } = authority.leaf(domain);
      const [leaf, ...issuers] = certificatesOf(Pubkey);
      await call({ leaf: `${leaf}\n`, issuers: `${issuers.join('\n')}\n`, fullchain: Pubkey, key: Prikey });
      await assertServed(domain, name, Pubkey, versions, root());
    }
  }

  test('of acme.sh reads the hook and calls its function with five files', () =>
    uploadTwice('acmesh.example.net', 'acmesh.example.net', async ({ leaf, issuers, fullchain, key }) => {
      const folder = file('.acme.sh', 'acmesh.example.net_ecc');
      mkdirSync(folder, { recursive: true });
      mkdirSync(file('.acme.sh', 'deploy'), { recursive: true });
      copyFileSync(hook('acme.sh'), file('.acme.sh', 'deploy', 'livecert.sh'));
      const contents = { 'acmesh.example.net.key': key, 'acmesh.example.net.cer': leaf, 'ca.cer': issuers, 'fullchain.cer': fullchain };
      for (const [name, text] of Object.entries(contents)) writeFileSync(join(folder, name), text);
      await tool('sh', ['-c', '. "$HOME/.acme.sh/deploy/livecert.sh" && livecert_deploy "$@"', 'acme.sh', 'acmesh.example.net',
        ...Object.keys(contents).map((name) => join(folder, name))]);
    }));

  test('of lego 5 sets its variables', () =>
    uploadTwice('lego5.example.net', 'lego5', async ({ fullchain, key }) => {
      writeFileSync(file('lego5.crt'), fullchain);
      writeFileSync(file('lego5.key'), key);
      await tool(hook('lego'), [], { LEGO_HOOK_CERT_NAME: 'lego5', LEGO_HOOK_CERT_PATH: file('lego5.crt'), LEGO_HOOK_CERT_KEY_PATH: file('lego5.key'),
        LIVECERT_DEPLOY_CONF: 'deploy.conf' });
    }));

  // A volume of a Secret has links to a hidden folder.
  test('of cert-manager mounts the folder of its Secret', () =>
    uploadTwice('manager.example.net', 'www', async ({ fullchain, key }) => {
      const volume = file('secret');
      rmSync(volume, { recursive: true, force: true });
      mkdirSync(join(volume, '..2026_11_30'), { recursive: true });
      symlinkSync('..2026_11_30', join(volume, '..data'));
      for (const [name, text] of Object.entries({ 'tls.crt': fullchain, 'tls.key': key, 'ca.crt': root() })) {
        writeFileSync(join(volume, '..data', name), text);
        symlinkSync(join('..data', name), join(volume, name));
      }
      const recipe = readFileSync(join(contrib, 'cert-manager.yaml'), 'utf8');
      const words = /command: \[(.*)\]/.exec(recipe)[1].split(', ').map((word) => (word === '/tls' ? volume : word));
      const variables = { LIVECERT_ENDPOINT: `http://${server.addresses.http}`, LIVECERT_CREDENTIALS: join(server.dataDirectory, 'credentials.json') };
      await tool(words[0], words.slice(1), variables);
      const again = await tool(words[0], words.slice(1), variables);
      assert.match(again.stdout, /^www holds this certificate already: nothing changed$/m);
    }));
});

test('a hook fails when nothing serves the certificate', async () => {
  const { Pubkey, Prikey } = authority.leaf('nobody.example.net');
  writeFileSync(file('nobody.crt'), Pubkey);
  writeFileSync(file('nobody.key'), Prikey);
  const variables = { LEGO_CERT_DOMAIN: 'nobody', LEGO_CERT_PATH: file('nobody.crt'), LEGO_CERT_KEY_PATH: file('nobody.key') };
  await assert.rejects(tool(hook('lego'), ['--wait'], variables), /no edge takes/);
  await assert.rejects(tool(hook('lego'), [], { ...variables, LIVECERT_DEPLOY_CONF: file('none.conf') }), /no credentials/);
});
