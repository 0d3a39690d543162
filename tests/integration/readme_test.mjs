// Runs the commands of README.md, in both languages, as a reader would, against a livecert and an nginx of its own.
//   readme_test.mjs LIVECERT_BINARY NODE_MODULES README…
// It runs the blocks with the languages sh and js, and nginx reads the block with the language nginx. Blocks that are only
// indented change the machine (apt, users), and are left out.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate, createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { Nginx, leafShown } from './edge_servers.mjs';
import { Authority, LiveServer, until } from './live_server.mjs';

const [binary, nodeModules, ...pages] = process.argv.slice(2).map((word) => resolve(word));
const domain = 'live.example.net';
const packaged = '/var/lib/livecert';
const firstDigits = "\"$(livecert cert list --json --credentials deploy.json | sed -nE 's/.*\"ChainID\": \"(.{6}).*/\\1/p')\"";

// An nginx that reads its servers from the page.
class PageNginx extends Nginx {
  constructor(directory, servers) {
    super(directory, 'web', 0);
    this.servers = servers;
  }

  configure() {
    super.configure();
    const servers = this.servers
      .replaceAll(`${packaged}/edges/web`, this.folder)
      .replace('listen 443 ssl', `listen 127.0.0.1:${this.port} ssl`);
    assert.match(servers, new RegExp(`listen 127.0.0.1:${this.port} ssl`));
    const file = this.command.at(-1);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/ {2}include [^]*$/, `${servers}\n}\n`));
  }
}

for (const page of pages) {
  describe(basename(page), () => {
    const blocks = [...readFileSync(page, 'utf8').matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, kind, text]) => ({ kind, text }));
    const those = (kind) => blocks.filter((block) => block.kind === kind).map((block) => block.text);
    const server = new LiveServer(binary);
    const home = join(server.directory, 'home');
    let authority;
    let nginx;

    const keep = (folder, { Pubkey, Prikey }) => {
      mkdirSync(join(home, folder), { recursive: true });
      writeFileSync(join(home, folder, 'fullchain.pem'), Pubkey);
      writeFileSync(join(home, folder, 'privkey.pem'), Prikey);
    };
    const asHere = (text) =>
      text
        .replaceAll(`${packaged}/credentials.json`, join(server.dataDirectory, 'credentials.json'))
        .replaceAll(`${packaged}/edges/web`, nginx.folder)
        .replaceAll('127.0.0.1:443', `127.0.0.1:${nginx.port}`)
        .replaceAll('127.0.0.1:8080', server.addresses.http)
        .replaceAll(/\b06174e(?=.*--)/g, firstDigits);
    const run = (text) => {
      const { VOLC_ACCESSKEY, VOLC_SECRETKEY, ...environment } = server.commandEnvironment();
      const ran = spawnSync('bash', ['-euxo', 'pipefail', '-c', asHere(text)], {
        cwd: home,
        encoding: 'utf8',
        env: { ...environment, PATH: `${dirname(binary)}:${process.env.PATH}`, LC_ALL: 'C.UTF-8' },
      });
      assert.equal(ran.status, 0, `${ran.stdout}${ran.stderr}`);
      return ran.stdout;
    };

    before(async () => {
      authority = new Authority(join(server.directory, 'authority'));
      keep('.', authority.leaf(domain));
      keep('renewed', authority.leaf(domain));
      nginx = await new PageNginx(server.directory, those('nginx').join('')).prepare();
      server.options = ['--edge-roots', nginx.home];
      await server.start();
    });
    after(async () => {
      await nginx.kill();
      await server.remove();
    });

    it('makes a deploy key, uploads, and binds', () => {
      const [keys, upload] = those('sh');
      run(keys);
      assert.deepEqual(JSON.parse(readFileSync(join(home, 'deploy.json'))).Projects, ['default']);
      assert.match(run(upload), new RegExp(`${domain} uses `));
    });

    it("calls with the vendor's SDK", () => {
      const { AccessKeyId, SecretAccessKey } = JSON.parse(readFileSync(join(home, 'deploy.json')));
      symlinkSync(nodeModules, join(home, 'node_modules'));
      const [text] = those('js');
      writeFileSync(join(home, 'list.mjs'), asHere(text));
      const env = { ...process.env, VOLC_ACCESSKEY: AccessKeyId, VOLC_SECRETKEY: SecretAccessKey };
      const answer = JSON.parse(execFileSync(process.execPath, ['list.mjs'], { cwd: home, encoding: 'utf8', env }));
      assert.deepEqual(answer.Result.CertList.map((item) => item.CertName), ['www']);
    });

    it('serves it with nginx, updates it, and rolls back', async () => {
      const [, , edge, updates, ...others] = those('sh');
      assert.deepEqual(others, []);
      run(edge);
      await nginx.start();
      const told = run(updates);
      assert.match(told, /would update/);
      assert.equal(told.match(/proved/g).length, 2, told);
      const root = readFileSync(authority.path('root.pem'));
      const first = new X509Certificate(readFileSync(join(home, 'fullchain.pem')));
      const wanted = createHash('sha256').update(first.raw).digest('hex');
      await until(async () => (await leafShown(nginx.port, domain, root)) === wanted, 'nginx shows the first leaf again');
    });
  });
}
