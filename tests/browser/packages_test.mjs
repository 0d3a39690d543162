// tools/console-packages takes nothing but what the lock file names: node packages_test.mjs SOURCE.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const source = process.argv[2];
const room = mkdtempSync(join(tmpdir(), 'livecert-packages-'));
const asked = [];
let server;

before(async () => {
  server = http.createServer((request, response) => {
    asked.push(request.url);
    response.end('an archive that somebody exchanged');
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
});
after(() => {
  server.close();
  rmSync(room, { recursive: true });
});

const run = (folder) => new Promise((done) => {
  const tool = spawn(join(source, 'tools/console-packages'), [folder],
    { env: { ...process.env, npm_config_registry: `http://127.0.0.1:${server.address().port}/` } });
  let said = '';
  tool.stderr.on('data', (piece) => (said += piece));
  tool.on('exit', (code) => done({ code, said }));
});

test('an archive with another hash is refused, and nothing of it is unpacked', async () => {
  const folder = join(room, 'packages');
  const { code, said } = await run(folder);
  assert.equal(code, 1);
  assert.match(said, /the archive is not the one that package-lock\.json names; nothing of it was unpacked/);
  assert.equal(asked.length, 1);
  assert.ok(!existsSync(join(folder, 'node_modules')) && !existsSync(join(folder, 'unpacked')));
});

test('each package of the lock file has a hash, and no host stands in it', () => {
  const text = readFileSync(join(source, 'console/package-lock.json'), 'utf8');
  const packages = Object.entries(JSON.parse(text).packages).filter(([path]) => path);
  for (const [path, entry] of packages) assert.match(entry.integrity, /^sha512-/, path);
  assert.doesNotMatch(text, /"resolved"/);
});
