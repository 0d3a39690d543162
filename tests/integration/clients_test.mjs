// What real clients do, call by call, against a running livecert.
//   clients_test.mjs LIVECERT_BINARY NODE_MODULES
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { Authority, LiveServer, assertSuccess, certificatesOf } from './live_server.mjs';
import { SignedClient, dnsmgrShape, goShape } from './signed_client.mjs';

const [binary, nodeModules] = process.argv.slice(2).map((word) => resolve(word));
const { Service } = createRequire(join(nodeModules, 'clients_test.cjs'))('@volcengine/openapi');

// One server a suite, so that each sees only its own certificates.
function withServer(options, run) {
  const server = new LiveServer(binary, options);
  let authority;
  before(async () => {
    await server.start();
    authority = new Authority(join(server.directory, 'authority'));
  });
  after(() => server.remove());
  run(server, () => authority);
}

// Nobody but an operator makes domains.
async function addDomain(server, Domain) {
  assertSuccess(await nodeSdk(server).createJSONAPI('CreateDomain')({ Domain, Type: 'pull-flv' }), 'CreateDomain');
}

const fastEnough = ['--rate-limit', '0'];

function nodeSdk(server, more = {}) {
  return new Service({
    protocol: 'http:',
    host: server.addresses.http,
    serviceName: 'live',
    defaultVersion: '2023-01-01',
    accessKeyId: server.credentials.AccessKeyId,
    secretKey: server.credentials.SecretAccessKey,
    ...more,
  });
}

describe('the vendor\'s Node.js SDK', () => {
  withServer(fastEnough, (server, authority) => {
    const call = async (action, body) => {
      const answer = await nodeSdk(server).createJSONAPI(action)(body);
      assertSuccess(answer, action);
      return answer.Result;
    };
    const detailOf = async (domain) => (await call('DescribeDomain', { DomainList: [domain] })).DomainList[0];
    const leafOf = async (ChainID) => (await call('DescribeCertDetailSecretV2', { ChainID })).SSL.Chain[0].trim();

    it('goes the whole way from a domain to a rollback and back to nothing', async () => {
      await call('CreateDomainV2', {
        Vhost: 'show',
        Domains: [
          { DomainName: 'push.example.net', Type: 'push', Region: 'cn' },
          { DomainName: 'pull.example.net', Type: 'pull-flv', Region: 'cn' },
        ],
        Tags: [{ Key: 'stage', Value: 'test' }],
      });
      const first = authority().leaf('*.example.net');
      const { ChainID } = await call('CreateCert', { CertName: 'show', Rsa: first, UseWay: 'https' });
      assert.equal(await call('BindCert', { ChainID, Domain: 'pull.example.net', HTTPS: true, HTTP2: true }), undefined);

      const pull = await detailOf('pull.example.net');
      assert.equal(pull.ChainID, ChainID);
      assert.equal(pull.CertDomain, '*.example.net');
      assert.equal(pull.HTTP2, true);
      assert.equal(pull.PushDomain, 'push.example.net');

      const second = authority().leaf('pull.example.net');
      const updated = await call('CreateCert', { ChainID, Rsa: second, UseWay: 'https' });
      assert.equal(updated.ChainID, ChainID);
      assert.equal(updated.Domain, 'pull.example.net');
      assert.equal(await leafOf(ChainID), certificatesOf(second.Pubkey)[0]);
      assert.equal((await detailOf('pull.example.net')).CertDomain, 'pull.example.net');

      const own = nodeSdk(server, { defaultVersion: '2026-12-01' });
      const versions = await own.createJSONAPI('ListCertVersions')({ ChainID });
      assert.equal(versions.Result.VersionList.length, 2);
      const back = await own.createJSONAPI('RollbackCert')({ ChainID });
      assertSuccess(back, 'RollbackCert');
      assert.equal(await leafOf(ChainID), certificatesOf(first.Pubkey)[0]);

      const refused = await nodeSdk(server).createJSONAPI('DeleteCert')({ ChainID });
      assert.equal(refused.ResponseMetadata.Error.Code, 'InvalidParam');
      assert.match(refused.ResponseMetadata.Error.Message, /pull\.example\.net/);
      await call('UnbindCert', { Domain: 'pull.example.net' });
      await call('DeleteCert', { ChainID });
      assert.equal((await call('ListCertV2', {})).Total, 0);
      await call('DisableDomain', { Domain: 'pull.example.net' });
      assert.equal((await detailOf('pull.example.net')).Status, 2);
      await call('EnableDomain', { Domain: 'pull.example.net' });
      for (const Domain of ['pull.example.net', 'push.example.net']) await call('DeleteDomain', { Domain });
      assert.equal((await call('ListDomainDetail', { PageNum: 1, PageSize: 10 })).Total, 0);
    });

    it('updates and lists with the two actions of older wrappers', async () => {
      const pair = authority().leaf('old.example.net');
      const { ChainID } = await call('CreateCert', { CertName: 'old', Rsa: pair, UseWay: 'https' });
      const next = authority().leaf('old.example.net');
      const { Pubkey: pubkey, Prikey: prikey } = next;
      await call('UpdateCert', { UseWay: 'https', ChainID, Rsa: { pubkey, prikey } });
      assert.equal(await leafOf(ChainID), certificatesOf(next.Pubkey)[0]);
      await call('UpdateCert', { UseWay: 'https', ChainID, CertName: 'renamed' });
      const { CertList } = await call('ListCert', { AccountID: '1' });
      assert.deepEqual(CertList.map((item) => [item.CertName, item.statuscode]), [['renamed', 0]]);
    });
  });
});

describe('curl with a signature made by the command line', () => {
  withServer(fastEnough, (server, authority) => {
    it('uploads, binds and lists', () => {
      const body = join(server.directory, 'body.json');
      const curl = (action, document) => {
        writeFileSync(body, JSON.stringify(document));
        const line = server.command('sign', action, '--body', `@${body}`);
        assert.ok(!line.includes('PRIVATE KEY'));
        return JSON.parse(execFileSync('sh', ['-c', line], { encoding: 'utf8' }));
      };
      const domain = 'curl.example.net';
      assertSuccess(curl('CreateDomain', { Domain: domain, Type: 'pull-flv' }), 'CreateDomain');
      const created = curl('CreateCert', { Rsa: authority().leaf(domain), UseWay: 'https' });
      assertSuccess(created, 'CreateCert');
      assertSuccess(curl('BindCert', { Domain: domain, ChainID: created.Result.ChainID, HTTPS: true }), 'BindCert');
      const bindings = curl('ListBindings', {});
      assertSuccess(bindings, 'ListBindings');
      assert.equal(bindings.Result.BindingList[0].HTTPS, true);
    });
  });
});

describe('certd', () => {
  withServer([...fastEnough, '--https', '127.0.0.1:0'], (server, authority) => {
    // As it is: the fixed name of the vendor's gateway over HTTPS, with a name that leads here and a CA that is trusted.
    const certd = (serviceName, defaultVersion) => {
      const [address, port] = server.addresses.https.split(':');
      const agent = new https.Agent({
        ca: readFileSync(join(server.dataDirectory, 'ca.pem')),
        lookup: (_name, options, done) => (options.all ? done(null, [{ address, family: 4 }]) : done(null, address, 4)),
      });
      const service = nodeSdk(server, { protocol: 'https:', host: `open.volcengineapi.com:${port}`, serviceName, defaultVersion });
      return (Action, data) =>
        service.fetchOpenAPI({ Action, Version: defaultVersion, method: 'GET', headers: { 'Content-Type': 'application/json' }, data, httpsAgent: agent });
    };

    it('tests its key, picks a domain, uploads and binds, over HTTPS by name', async () => {
      const domain = 'live.example.com';
      await addDomain(server, domain);
      const identity = await certd('sts', '2018-01-01')('GetCallerIdentity', undefined);
      assert.equal(identity.ResponseMetadata.Error, undefined, JSON.stringify(identity));

      const call = certd('live', '2023-01-01');
      const renew = async () => {
        const listed = await call('ListDomainDetail', { PageNum: 1, PageSize: 100 });
        assertSuccess(listed, 'ListDomainDetail');
        const [picked] = listed.Result.DomainList;
        assert.deepEqual([picked.Domain, picked.Type], [domain, 'pull-flv']);
        const created = await call('CreateCert', { Rsa: authority().leaf(domain), UseWay: 'https' });
        assertSuccess(created, 'CreateCert');
        const { ChainID } = created.Result;
        assertSuccess(await call('BindCert', { Domain: domain, HTTPS: true, ChainID }), 'BindCert');
        return ChainID;
      };
      const first = await renew();
      const second = await renew();
      assert.notEqual(first, second);
      const superseded = await nodeSdk(server, { defaultVersion: '2026-12-01' }).createJSONAPI('ListCerts')({ Superseded: true });
      assert.deepEqual(superseded.Result.CertList.map((item) => [item.ChainID, item.SupersededBy]), [[first, second]]);
    });
  });
});

describe('certd with the two variables of the vendor\'s SDK alone', () => {
  withServer([], (server, authority) => {
    after(() => {
      delete process.env.VOLC_PROXY_HOST;
      delete process.env.VOLC_PROXY_PORT;
    });

    it('calls the fixed name of the gateway, and the SDK sends it here', async () => {
      [process.env.VOLC_PROXY_HOST, process.env.VOLC_PROXY_PORT] = server.addresses.http.split(':');
      const domain = 'live.example.com';
      const service = (serviceName, defaultVersion) => {
        const sdk = nodeSdk(server, { protocol: 'https:', host: 'open.volcengineapi.com', serviceName, defaultVersion });
        return (Action, data) =>
          sdk.fetchOpenAPI({ Action, Version: defaultVersion, method: 'GET', headers: { 'Content-Type': 'application/json' }, data });
      };
      const identity = await service('sts', '2018-01-01')('GetCallerIdentity', undefined);
      assert.equal(identity.ResponseMetadata.Error, undefined, JSON.stringify(identity));
      const call = service('live', '2023-01-01');
      assertSuccess(await call('CreateDomain', { Domain: domain, Type: 'pull-flv' }), 'CreateDomain');
      const created = await call('CreateCert', { Rsa: authority().leaf(domain), UseWay: 'https' });
      assertSuccess(created, 'CreateCert');
      assertSuccess(await call('BindCert', { Domain: domain, HTTPS: true, ChainID: created.Result.ChainID }), 'BindCert');
    });
  });
});

// What Certimate does for one certificate: look for it among all that are there, upload it if it is not, bind it.
// Errors of single looks are passed over, as it does.
async function certimate(client, pair, ...domains) {
  const leaf = certificatesOf(pair.Pubkey)[0];
  let calls = 0;
  const call = async (action, body) => {
    calls += 1;
    return client.call(action, body);
  };
  let found;
  for (let page = 1; !found; page += 1) {
    assert.ok(page < 50, 'the pages never end');
    const listed = await call('ListCertV2', { PageNum: page, PageSize: 10 });
    if (listed.ResponseMetadata.Error) return { error: listed.ResponseMetadata.Error.Code, calls };
    for (const { ChainID } of listed.Result.CertList) {
      const described = await call('DescribeCertDetailSecretV2', { ChainID });
      if (described.ResponseMetadata.Error) continue;
      if (certificatesOf(described.Result.SSL.Chain.join('\n\n'))[0] === leaf) found = ChainID;
    }
    if (listed.Result.CertList.length < 10) break;
  }
  if (!found) {
    const created = await call('CreateCert', { Rsa: pair, UseWay: 'https', CertName: `certimate-${Date.now()}` });
    if (created.ResponseMetadata.Error) return { error: created.ResponseMetadata.Error.Code, calls };
    found = created.Result.ChainID;
  }
  for (const Domain of domains) {
    const bound = await call('BindCert', { ChainID: found, Domain, HTTPS: true });
    if (bound.ResponseMetadata.Error) return { error: bound.ResponseMetadata.Error.Code, ChainID: found, calls };
  }
  return { ChainID: found, calls };
}

describe('Certimate', () => {
  withServer([], (server, authority) => {
    const client = () => new SignedClient(goShape, `http://${server.addresses.http}`, server.credentials);
    const total = async () => (await client().call('ListCertV2', { PageNum: 1, PageSize: 1 })).Result.Total;

    it('walks the pages over more than ten certificates, ends, and finds its own again', async () => {
      const domain = 'stream.example.net';
      await addDomain(server, domain);
      const pairs = [];
      for (let i = 0; i < 23; i += 1) pairs.push(authority().leaf(domain, `n${i}.example.net`));
      for (const pair of pairs) assertSuccess(await client().call('CreateCert', { Rsa: pair, UseWay: 'https' }), 'CreateCert');
      assert.equal(await total(), 23);
      // The first that was uploaded is the last that is looked at: 23 looks back to back, above ten a second.
      const again = await certimate(client(), pairs[0], domain);
      assert.equal(again.error, undefined);
      assert.ok(again.calls >= 23 + 3, `${again.calls} calls`);
      assert.equal(await total(), 23);
      const renewed = await certimate(client(), authority().leaf(domain), domain);
      assert.equal(renewed.error, undefined);
      assert.equal(await total(), 24);
      const matching = await client().call('ListDomainDetail', { DomainStatusList: [0], PageNum: 1, PageSize: 1000 });
      assert.equal(matching.Result.DomainList[0].ChainID, renewed.ChainID);
    });

    it('survives being told to slow down and leaves no duplicates', async () => {
      const before = await total();
      const domain = 'stream.example.net';
      const pairs = Array.from({ length: 4 }, () => authority().leaf(domain));
      // Other uploads use up what may be written in a second.
      const refused = new Set();
      const flood = authority().leaf('flood.example.net');
      const runs = pairs.map(async (pair) => {
        for (let attempt = 0; ; attempt += 1) {
          assert.ok(attempt < 40, 'it never gets through');
          const outcome = await certimate(client(), pair, domain);
          if (!outcome.error) return outcome.ChainID;
          refused.add(outcome.error);
        }
      });
      const floods = Array.from({ length: 80 }, () => client().call('CreateCert', { Rsa: flood, UseWay: 'https' }));
      const statuses = new Set((await Promise.all(floods)).map((answer) => answer.status));
      assert.ok(statuses.has(429), 'nothing was refused, so nothing was shown');
      const chains = await Promise.all(runs);
      assert.equal(new Set(chains).size, 4);
      assert.deepEqual([...refused].filter((code) => code !== 'FlowLimitExceeded'), []);
      assert.equal(await total(), before + 5);
    });
  });
});

describe('dnsmgr', () => {
  withServer(fastEnough, (server, authority) => {
    it('uploads under the same name on every run and binds', async () => {
      const domain = 'live.example.org';
      await addDomain(server, domain);
      const client = new SignedClient(dnsmgrShape, `http://${server.addresses.http}`, server.credentials);
      const pair = authority().leaf(domain);
      const run = async () => {
        const created = await client.call('CreateCert', { CertName: `${domain}-1795488923`, Rsa: pair, UseWay: 'https', ProjectName: 'default' });
        assertSuccess(created, 'CreateCert');
        const { ChainID } = created.Result;
        assertSuccess(await client.call('BindCert', { ChainID, Domain: domain, HTTPS: true, HTTP2: true }), 'BindCert');
        return ChainID;
      };
      assert.equal(await run(), await run());
      const bindings = await client.call('ListBindings', { Domain: domain }, '2026-12-01');
      assert.deepEqual(
        bindings.Result.BindingList.map(({ HTTPS, HTTP2, MinTLSVersion, BoundBy }) => [HTTPS, HTTP2, MinTLSVersion, BoundBy]),
        [[true, true, 'TLSv1.2', server.credentials.AccessKeyId]],
      );
    });

    it('saves an account, for which it asks the CDN service whether the key works', async () => {
      const ask = (credentials) =>
        new SignedClient(dnsmgrShape, `http://${server.addresses.http}`, credentials).call(
          'ListCertInfo', { Source: 'volc_cert_center' }, '2021-03-01', 'cdn');
      const answer = await ask(server.credentials);
      assert.equal(answer.status, 200);
      assert.equal(answer.ResponseMetadata.Error, undefined);
      assert.deepEqual(answer.Result, { CertInfo: [], ExpiringCount: 0, PageNum: 1, PageSize: 10, Total: 0 });
      const wrong = await ask({ ...server.credentials, SecretAccessKey: 'not the secret' });
      assert.equal(wrong.status, 401);
      assert.ok(wrong.ResponseMetadata.Error.Message);
    });

    it('reads a reason when a domain is unknown', async () => {
      const client = new SignedClient(dnsmgrShape, `http://${server.addresses.http}`, server.credentials);
      const created = await client.call('CreateCert', { Rsa: authority().leaf('nobody.example.org'), UseWay: 'https' });
      const answer = await client.call('BindCert', { ChainID: created.Result.ChainID, Domain: 'nobody.example.org', HTTPS: true, HTTP2: true });
      assert.equal(answer.status, 404);
      assert.equal(answer.ResponseMetadata.Error.Code, 'ResourceNotFound');
      assert.match(answer.ResponseMetadata.Error.Message, /livecert domain add nobody\.example\.org/);
    });
  });
});

// With the limits that a server has when nobody says otherwise. LIVECERT_LONG=1 (./dev test --long) tries more domains
// than any one certificate names; at ten a second that takes half a minute for each tool.
describe('deployers that bind many domains with the default limits', () => {
  const counts = process.env.LIVECERT_LONG === '1' ? [15, 300] : [15];
  for (const count of counts) describe(`${count} domains`, () => {
    withServer([], (server, authority) => {
      const base = `n${count}.example.com`;
      const names = Array.from({ length: count }, (_, i) => `d${i}.${base}`);
      const shapes = { goShape, dnsmgrShape };
      const client = (shape, connection) =>
        new SignedClient(shapes[shape], `http://${server.addresses.http}`, server.credentials, connection);

      before(async () => {
        for (let first = 0; first < count; first += 10) {
          const Domains = names.slice(first, first + 10).map((DomainName) => ({ DomainName, Type: 'pull-flv', Region: 'cn' }));
          assertSuccess(await client('goShape').call('CreateDomainV2', { Vhost: `v${first}`, Domains }), 'CreateDomainV2');
        }
      });

      // Runs it, and looks that all is bound, that nobody was quicker than the limit lets him be, and that no answer was
      // kept back for as long as SDKs have patience.
      async function deploys(tool, run) {
        const began = Date.now();
        let longest = 0;
        let calls = 0;
        const timed = async (call) => {
          const sent = Date.now();
          const answer = await call();
          longest = Math.max(longest, Date.now() - sent);
          calls += 1;
          return answer;
        };
        const ChainID = await run(timed);
        const seconds = (Date.now() - began) / 1000;
        console.log(`# ${tool}, ${count} domains: ${calls} calls in ${seconds.toFixed(1)} s, the longest ${longest} ms`);
        const listed = await client('goShape').call('ListDomainDetail', { PageNum: 1, PageSize: 1000 });
        assert.deepEqual([...new Set(listed.Result.DomainList.map((domain) => domain.ChainID))], [ChainID]);
        assert.equal(listed.Result.Total, count);
        assert.ok(seconds >= Math.floor((count - 1) / 10), `${count} binds in ${seconds} s`);
        assert.ok(longest < 5000, `an answer took ${longest} ms`);
      }

      it(`Certimate, ${count} domains`, async () => {
        const go = client('goShape');
        const pair = authority().leaf(`*.${base}`);
        await deploys('Certimate', async (timed) => {
          const outcome = await certimate({ call: (...words) => timed(() => go.call(...words)) }, pair, ...names);
          assert.equal(outcome.error, undefined);
          return outcome.ChainID;
        });
      });

      it(`certd, ${count} domains`, async () => {
        const sdk = nodeSdk(server);
        const headers = { 'Content-Type': 'application/json' };
        const Rsa = authority().leaf(`*.${base}`);
        await deploys('certd', async (timed) => {
          const call = async (Action, data) => {
            const answer = await timed(() => sdk.fetchOpenAPI({ Action, Version: '2023-01-01', method: 'GET', headers, data }));
            assertSuccess(answer, Action);
            return answer.Result;
          };
          await call('ListDomainDetail', { PageNum: 1, PageSize: 100 });
          const { ChainID } = await call('CreateCert', { Rsa, UseWay: 'https' });
          for (const Domain of names) await call('BindCert', { Domain, HTTPS: true, ChainID });
          return ChainID;
        });
      });

      it(`dnsmgr, ${count} domains`, async () => {
        // A connection for each call, as PHP's curl has it.
        const php = client('dnsmgrShape', { agent: new http.Agent({ keepAlive: false }) });
        const Rsa = authority().leaf(`*.${base}`);
        await deploys('dnsmgr', async (timed) => {
          const call = async (action, body) => {
            const answer = await timed(() => php.call(action, body));
            assertSuccess(answer, action);
            return answer.Result;
          };
          const { ChainID } = await call('CreateCert', { CertName: `${base}-1795488923`, Rsa, UseWay: 'https' });
          for (const Domain of names) await call('BindCert', { ChainID, Domain, HTTPS: true, HTTP2: true });
          return ChainID;
        });
      });
    });
  });

  describe('many calls at once', () => withServer([], (server, authority) => {
    it('serves forty that come at once, and tells the others when to come again', async () => {
      const client = new SignedClient(goShape, `http://${server.addresses.http}`, server.credentials);
      const { ChainID } = (await client.call('CreateCert', { Rsa: authority().leaf('*.example.org'), UseWay: 'https' })).Result;
      const Domain = 'live.example.org';
      assertSuccess(await client.call('CreateDomain', { Domain, Type: 'pull-flv' }), 'CreateDomain');
      const bind = () => client.call('BindCert', { ChainID, Domain, HTTPS: true });
      const answers = await Promise.all(Array.from({ length: 80 }, bind));
      const served = answers.filter((answer) => answer.status === 200);
      const refused = answers.filter((answer) => answer.status === 429);
      assert.equal(served.length + refused.length, 80);
      assert.ok(served.length >= 40, `${served.length} were served`);
      assert.ok(refused.length > 0, 'nothing was refused, so nothing was shown');
      const seconds = refused.map((answer) => Number(answer.headers['retry-after']));
      assert.ok(seconds.every((number) => number >= 1 && number <= 4), `Retry-After: ${seconds}`);
      await new Promise((wake) => setTimeout(wake, 1000 * seconds[0]));
      assertSuccess(await bind(), 'BindCert');
    });
  }));
});
