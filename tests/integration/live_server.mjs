// A livecert of a test's own and certificates to upload to it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class LiveServer {
  constructor(binary, options = []) {
    this.binary = binary;
    this.options = options;
    this.http = '127.0.0.1:0';
    this.directory = mkdtempSync(join(tmpdir(), 'livecert-clients-'));
    this.dataDirectory = join(this.directory, 'data');
  }

  async start() {
    const file = join(this.dataDirectory, 'addresses.json');
    rmSync(file, { force: true });
    this.process = spawn(
      this.binary,
      ['serve', '--data-dir', this.dataDirectory, '--http', this.http, ...this.options],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.process.stderr.setEncoding('utf8').on('data', (text) => {
      this.log = (this.log ?? '') + text;
      process.stderr.write(text);
    });
    await until(() => existsSync(file) || this.process.exitCode !== null, 'livecert serves');
    this.addresses = JSON.parse(readFileSync(file));
    this.credentials = JSON.parse(readFileSync(join(this.dataDirectory, 'credentials.json')));
  }

  async kill() {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = new Promise((done) => this.process.once('exit', done));
    this.process.kill('SIGKILL');
    await gone;
  }

  // Asks it to stop; returns the status that it ends with.
  async end() {
    const status = new Promise((done) => this.process.once('exit', done));
    this.process.kill('SIGTERM');
    return status;
  }

  async remove() {
    await this.kill();
    rmSync(this.directory, { recursive: true });
  }

  // The command line, as a user with this server's credentials; standard output.
  command(...words) {
    return execFileSync(this.binary, words, { encoding: 'utf8', env: this.commandEnvironment() });
  }

  commandEnvironment() {
    return {
      ...process.env,
      LIVECERT_ENDPOINT: `http://${this.addresses.http}`,
      VOLC_ACCESSKEY: this.credentials.AccessKeyId,
      VOLC_SECRETKEY: this.credentials.SecretAccessKey,
    };
  }
}

export const pause = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));

// Waits as long as a busy machine needs; the value that the condition came to.
export async function until(condition, what, patience = 120_000) {
  for (const end = Date.now() + patience; ; await pause(5)) {
    const value = await condition();
    if (value) return value;
    assert.ok(Date.now() < end, `it never came to: ${what}`);
  }
}

const configuration = `
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
`;

// A private authority with an intermediate, made with the openssl command; elliptic keys, since they are made at once.
export class Authority {
  constructor(directory) {
    this.directory = directory;
    mkdirSync(directory);
    writeFileSync(this.path('extensions.cnf'), configuration);
    this.issue('root', 'ca', '/CN=Throwaway Root');
    this.issue('intermediate', 'ca', '/CN=Throwaway Intermediate', 'root');
    this.count = 0;
  }

  path(name) {
    return join(this.directory, name);
  }

  issue(name, extensions, subject, issuer, ...more) {
    const by = issuer ? ['-CA', this.path(`${issuer}.pem`), '-CAkey', this.path(`${issuer}.key`)] : [];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90',
        '-config', this.path('extensions.cnf'), '-extensions', extensions, '-subj', subject, ...by,
        '-keyout', this.path(`${name}.key`), '-out', this.path(`${name}.pem`), ...more],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
  }

  // What an ACME client would hold for these names: leaf and intermediate, and the key.
  leaf(...names) {
    return this.leafBelow('intermediate', names);
  }

  leafBelow(issuer, names) {
    const file = `leaf-${(this.count += 1)}`;
    const alternatives = names.map((name) => `DNS:${name}`).join(',');
    this.issue(file, 'leaf', `/CN=${names[0]}`, issuer, '-addext', `subjectAltName=${alternatives}`);
    const read = (name) => readFileSync(this.path(name), 'utf8');
    return { Pubkey: read(`${file}.pem`) + read(`${issuer}.pem`), Prikey: read(`${file}.key`) };
  }

  // An intermediate of the same root that ends after that many seconds.
  intermediateEnding(name, seconds) {
    const end = new Date(Date.now() + seconds * 1000).toISOString().replace(/[-:T]/g, '').replace(/\.\d+Z/, 'Z');
    writeFileSync(this.path('index.txt'), '');
    writeFileSync(this.path('ca.cnf'), `[own]\ndatabase = ${this.path('index.txt')}\nnew_certs_dir = ${this.directory}\ndefault_md = sha256\nserial = ${this.path('serial')}\npolicy = any\n[any]\ncommonName = supplied\n`);
    const openssl = (...words) => execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] });
    openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', this.path('extensions.cnf'),
      '-subj', `/CN=${name}`, '-keyout', this.path(`${name}.key`), '-out', this.path(`${name}.csr`));
    openssl('ca', '-batch', '-config', this.path('ca.cnf'), '-name', 'own', '-in', this.path(`${name}.csr`), '-notext', '-create_serial',
      '-cert', this.path('root.pem'), '-keyfile', this.path('root.key'), '-enddate', end, '-extfile', this.path('extensions.cnf'),
      '-extensions', 'ca', '-out', this.path(`${name}.pem`));
  }
}

export const certificatesOf = (pem) => pem.match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g);

export function assertSuccess(answer, action) {
  assert.equal(answer.ResponseMetadata?.Error, undefined, JSON.stringify(answer));
  assert.equal(answer.ResponseMetadata.Action, action);
  assert.equal(answer.ResponseMetadata.Service, 'live');
  assert.ok(answer.ResponseMetadata.RequestId);
}
