// Modules of the console without a browser, and what they are about. argv[2]: the packages that the console is built from.
import { execFileSync } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = resolve(process.argv[2]);
export const source = resolve(dirname(fileURLToPath(import.meta.url)), '../../console/src');
export const room = mkdtempSync(join(tmpdir(), 'livecert-console-'));
export const day = 86_400_000;
export const now = Date.parse('2026-12-01T00:00:00Z');
globalThis.crypto ??= webcrypto;

// Compiles modules as the build does, as one, so that they share what both import; and imports them.
export async function load(...paths) {
  const machine = { x64: 'x64', arm64: 'arm64' }[process.arch];
  const out = join(room, `${paths.join('+').replaceAll('/', '_')}.mjs`);
  execFileSync(join(packages, `node_modules/@esbuild/linux-${machine}/bin/esbuild`),
    ['--bundle', '--format=esm', '--jsx=automatic', '--loader=ts', '--loader:.css=empty', `--outfile=${out}`, '--log-level=warning'],
    { cwd: source, env: { NODE_PATH: join(packages, 'node_modules') }, input: paths.map((path) => `export * from './${path}';`).join('\n') });
  return import(out);
}

export const edge = (changes) => ({ Edge: 'front', State: 'proved', Shows: 'v1', Failure: '', LastSeen: '2026-11-30T23:59:56Z', AcknowledgedAt: 'x', ProvedAt: 'x', ...changes });
export const domain = (name, changes = {}) => ({
  Domain: name, ChainID: 'c', CertID: 'v1', CertName: 'n', CertDomain: name, Enabled: true, HTTPS: true, Ordered: true,
  NotBefore: new Date(now - 10 * day).toISOString(), EndsAt: new Date(now + 80 * day).toISOString(), Edges: [edge()], ...changes,
});
export const ending = (days) => ({ NotBefore: new Date(now - (90 - days) * day).toISOString(), EndsAt: new Date(now + days * day).toISOString() });
