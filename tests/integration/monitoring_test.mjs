// What watches livecert: node monitoring_test.mjs LIVECERT MONITORING. Debian's Prometheus reads the admin listener, and
// the queries of dashboards get answers.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort } from './edge_servers.mjs';
import { Authority, LiveServer, assertSuccess, until } from './live_server.mjs';
import { SignedClient, goShape } from './signed_client.mjs';

const [binary, monitoring] = process.argv.slice(2);
const name = 'live.example.net';

const server = new LiveServer(binary, ['--rate-limit', '0', '--domains', 'auto', '--log-level', 'warning', '--admin', '127.0.0.1:0']);
let admin;
let client;

const call = async (action, body) => {
  const answer = await client.call(action, body);
  assertSuccess(answer, action);
  return answer.Result;
};
const ask = (path, options) => fetch(`http://${admin}${path}`, options);
const metrics = async () => (await ask('/metrics')).text();

before(async () => {
  const folder = join(server.directory, 'edge');
  mkdirSync(folder, { mode: 0o700 });
  const configuration = join(server.directory, 'livecert.toml');
  writeFileSync(configuration, `proof_interval = 1\n[[edge]]\nname = "front"\nkind = "files"\ndirectory = "${folder}"\n`);
  server.options.push('--config', configuration);
  await server.start();
  admin = server.addresses.admin;
  client = new SignedClient(goShape, `http://${server.addresses.http}`, server.credentials);
  const authority = new Authority(join(server.directory, 'ca'));
  const { ChainID } = await call('CreateCert', { CertName: 'one', UseWay: 'https', Rsa: authority.leaf(name) });
  await call('BindCert', { ChainID, Domain: name, HTTPS: true });
});
after(() => server.remove());

describe('the admin listener', () => {
  test('tells health as the other listener does, and nothing else', async () => {
    assert.equal((await ask('/livez')).status, 200);
    const ready = await ask('/readyz');
    assert.equal(ready.status, 200);
    assert.equal((await ready.json()).Status, 'ready');
    assert.equal((await ask('/?Action=ListCertV2&Version=2023-01-01')).status, 404);
    assert.equal((await ask('/metrics', { method: 'POST', body: 'x' })).status, 405);
    assert.equal((await fetch(`http://${server.addresses.http}/metrics`)).status, 404, 'no metrics beside the API');
  });

  test('tells metrics that promtool has nothing to say against', async () => {
    const text = await until(async () => ((await metrics()).includes('source_name="served"') ? metrics() : null), 'it is served');
    execFileSync('promtool', ['check', 'metrics'], { input: text, stdio: ['pipe', 'pipe', 'pipe'] });
    assert.match(text, /^livecert_build_info\{version="[^"]+"\} 1$/m);
    assert.match(text, /^livecert_ready 1$/m);
    assert.match(text, /^livecert_edge_up\{edge="front",kind="files",origin="configuration"\} 1$/m);
    assert.match(text, /^livecert_edge_domains_ended\{edge="front",kind="files",origin="configuration"\} 0$/m);
    assert.match(text, /^livecert_edge_delivery_seconds_count\{edge="front",kind="files",origin="configuration"\} 1$/m);
    assert.match(text, /^livecert_certificate_end_timestamp_seconds\{.*source_name="served".*\} [1-9]/m);
    assert.match(text, /^livecert_request_duration_seconds_count\{action="BindCert",code="OK"\} 1$/m);
    assert.match(text, /^livecert_store_commit_seconds_count [1-9]/m);
    assert.match(text, /^livecert_certificates\{account="root",project="default",state="valid"\} 1$/m);
  });
});

test('the alert rules are in order, and tell what they should of short and long lifetimes', () => {
  execFileSync('promtool', ['check', 'rules', 'livecert.rules.yml'], { cwd: monitoring });
  execFileSync('promtool', ['test', 'rules', 'livecert.rules.test.yml'], { cwd: monitoring });
});

describe('a Prometheus that reads it', () => {
  let prometheus;
  let port;

  const query = async (text) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?${new URLSearchParams({ query: text })}`);
    const body = await answer.json();
    assert.equal(body.status, 'success', `${text}: ${JSON.stringify(body)}`);
    return body.data.result;
  };

  before(async () => {
    port = await freePort();
    const configuration = join(server.directory, 'prometheus.yml');
    writeFileSync(
      configuration,
      `global: {scrape_interval: 1s, scrape_timeout: 1s}
rule_files: [${join(monitoring, 'livecert.rules.yml')}]
scrape_configs:
  - job_name: livecert
    static_configs: [{targets: ['${admin}']}]
`,
    );
    prometheus = spawn(
      'prometheus',
      [`--config.file=${configuration}`, `--storage.tsdb.path=${join(server.directory, 'tsdb')}`, `--web.listen-address=127.0.0.1:${port}`],
      { stdio: 'ignore' },
    );
    const answers = async () => (await query('count(livecert_ready)')).length > 0;
    await until(() => answers().catch(() => false), 'Prometheus has read livecert');
  });
  after(() => prometheus.kill('SIGKILL'));

  // Of the dashboard that comes with x509-certificate-exporter, what it asks about files, and about all certificates.
  for (const [text, value] of [
    ['count(x509_cert_not_after)', 2],
    ['count(x509_cert_not_after{filepath!="",embedded_key=""})', 2],
    ['sum(((x509_cert_not_after - time()) / 86400) < bool 0)', 0],
    ['sum(0 < ((x509_cert_not_after - time()) / 86400) < bool 28)', 0],
    ['count(x509_source_errors_total)', 1],
    ['sum(x509_source_errors_total)', 0],
    ['sum(x509_read_errors)', 0],
  ]) {
    test(`answers ${text}`, async () => {
      assert.equal(Number((await query(text))[0].value[1]), value);
    });
  }
  test('answers with what a table of certificates shows', async () => {
    const [row] = await query('bottomk(1, (x509_cert_not_after{filepath!=""} - x509_cert_not_before) / 86400)');
    assert.equal(Math.round(Number(row.value[1])), 90);
    const rows = await query('sort(((x509_cert_not_after{filepath!=""} - time()) / 86400) < 100)');
    assert.deepEqual(rows.map((each) => each.metric.source_name).sort(), ['served', 'stored']);
    for (const each of rows) {
      assert.match(each.metric.filepath, /^root\/default\/[0-9a-f]{32}\/live\.example\.net$/);
      assert.equal(each.metric.subject_CN, name);
      assert.equal(each.metric.issuer_CN, 'Throwaway Intermediate');
    }
  });

  test('evaluates the alert rules without an error, and none of them fires', async () => {
    const evaluated = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/rules`);
      const rules = (await answer.json()).data.groups.flatMap((group) => group.rules);
      return rules.every((rule) => rule.health === 'ok') && rules;
    };
    const rules = await until(evaluated, 'all rules were evaluated');
    assert.deepEqual(rules.filter((rule) => rule.state === 'firing').map((rule) => rule.name), []);
  });

  test('answers every query of the dashboard', async () => {
    const dashboard = JSON.parse(readFileSync(join(monitoring, 'grafana-dashboard.json')));
    for (const panel of dashboard.panels) {
      for (const { expr } of panel.targets) {
        const text = expr.replaceAll('$instance', '.*').replaceAll('$job', '.*');
        // Rates need minutes, an edge of this kind proves nothing, nobody is told, and the rest is for troubles.
        const wanted = !/rate\(|notices|last_proof|== 0|<\s*1\/6/.test(text);
        const result = await query(text);
        if (wanted) assert.notEqual(result.length, 0, `${panel.title}: ${text}`);
      }
    }
  });
});
