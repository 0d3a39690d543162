// The vendor's own Node.js SDK, unmodified, against a running livecert.
//   sdk_test.mjs LIVECERT_BINARY NODE_MODULES MAKE_RSA_CHAIN
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';

const [binary, nodeModules, makeRsaChain] = process.argv.slice(2).map((word) => resolve(word));
const { Service } = createRequire(join(nodeModules, 'sdk_test.cjs'))('@volcengine/openapi');

const directory = mkdtempSync(join(tmpdir(), 'livecert-sdk-'));
const dataDirectory = join(directory, 'data');
let server;
let address;

async function until(condition) {
  for (const end = Date.now() + 60_000; !condition(); ) {
    assert.ok(Date.now() < end, 'livecert does not get on');
    await new Promise((wake) => setTimeout(wake, 5));
  }
}

async function start() {
  const addresses = join(dataDirectory, 'addresses.json');
  rmSync(addresses, { force: true });
  server = spawn(binary, ['serve', '--data-dir', dataDirectory, '--http', '127.0.0.1:0'], { stdio: ['ignore', 'ignore', 'inherit'] });
  await until(() => existsSync(addresses) || server.exitCode !== null);
  address = JSON.parse(readFileSync(addresses)).http;
}

async function kill() {
  const gone = new Promise((done) => server.once('exit', done));
  server.kill('SIGKILL');
  await gone;
}

// The SDK's client, with everything but the endpoint as it is for the cloud.
function makeService(more = {}) {
  const { AccessKeyId, SecretAccessKey } = JSON.parse(readFileSync(join(dataDirectory, 'credentials.json')));
  return new Service({
    protocol: 'http:',
    host: address,
    serviceName: 'live',
    defaultVersion: '2023-01-01',
    accessKeyId: AccessKeyId,
    secretKey: SecretAccessKey,
    ...more,
  });
}

const read = (name, file) => readFileSync(join(directory, name, file), 'utf8');
function makeChain(name) {
  execFileSync('mkdir', [join(directory, name)]);
  execFileSync(makeRsaChain, [join(directory, name), `${name}.example.net`], { stdio: ['ignore', 'ignore', 'inherit'] });
  return { Rsa: { Pubkey: read(name, 'chain.pem'), Prikey: read(name, 'key.pem') }, UseWay: 'https' };
}
const blocks = (pem) => pem.match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g);

function assertSuccess(answer, action) {
  assert.equal(answer.ResponseMetadata.Error, undefined, JSON.stringify(answer.ResponseMetadata));
  assert.equal(answer.ResponseMetadata.Action, action);
  assert.equal(answer.ResponseMetadata.Service, 'live');
  assert.ok(answer.ResponseMetadata.RequestId);
}

describe('the vendor\'s Node.js SDK', () => {
  let upload;
  let other;

  before(async () => {
    upload = makeChain('live');
    other = makeChain('other');
    await start();
  });
  after(async () => {
    await kill();
    rmSync(directory, { recursive: true });
  });

  it('uploads, lists and describes a certificate, and finds it the same after a kill', async () => {
    let service = makeService();
    const created = await service.createJSONAPI('CreateCert')({ ...upload, CertName: 'von Node' });
    assertSuccess(created, 'CreateCert');
    const { ChainID } = created.Result;
    assert.match(ChainID, /^[0-9a-f]{32}$/);

    const listed = await service.createJSONAPI('ListCertV2')({});
    assertSuccess(listed, 'ListCertV2');
    const [item] = listed.Result.CertList;
    assert.equal(listed.Result.Total, 1);
    assert.equal(item.ChainID, ChainID);
    assert.equal(item.CertName, 'von Node');
    assert.equal(item.Status, 'OK');

    const described = await service.createJSONAPI('DescribeCertDetailSecretV2')({ ChainID });
    assertSuccess(described, 'DescribeCertDetailSecretV2');
    assert.deepEqual(described.Result.SSL.Chain.map((block) => block.trim()), blocks(upload.Rsa.Pubkey));
    assert.ok(!JSON.stringify(described).includes('PRIVATE KEY'));

    await kill();
    await start();
    service = makeService();
    const again = await service.createJSONAPI('DescribeCertDetailSecretV2')({ ChainID });
    assert.deepEqual(again.Result, described.Result);
  });

  it('uploads with a GET that carries a JSON body, as one deployer does', async () => {
    const service = makeService();
    const created = await service.fetchOpenAPI({
      Action: 'CreateCert',
      method: 'GET',
      headers: { 'Content-Type': 'application/json' },
      data: other,
    });
    assertSuccess(created, 'CreateCert');
    const described = await service.createJSONAPI('DescribeCertDetailSecretV2')({ ChainID: created.Result.ChainID });
    assert.equal(described.Result.SSL.Chain[0].trim(), blocks(other.Rsa.Pubkey)[0]);
  });

  it('lists with a GET whose parameters stand in the query', async () => {
    const listed = await makeService().createAPI('ListCertV2')({ Available: true, PageNum: 1, PageSize: 10 });
    assertSuccess(listed, 'ListCertV2');
    assert.equal(listed.Result.CertList.length, 2);
  });

  it('converges when the same chain is uploaded again', async () => {
    const service = makeService();
    const first = await service.createJSONAPI('CreateCert')(upload);
    const second = await service.createJSONAPI('CreateCert')(upload);
    assertSuccess(second, 'CreateCert');
    assert.equal(second.Result.ChainID, first.Result.ChainID);
  });

  it('reads every finding about a bad upload in Error.Message', async () => {
    const [leaf, intermediate] = blocks(upload.Rsa.Pubkey);
    const [foreign] = blocks(other.Rsa.Pubkey);
    const answer = await makeService().createJSONAPI('CreateCert')({
      UseWay: 'https',
      Rsa: { Pubkey: [leaf, foreign, intermediate, intermediate].join('\n'), Prikey: other.Rsa.Prikey },
    });
    const { Code, Message } = answer.ResponseMetadata.Error;
    assert.equal(Code, 'InvalidParam');
    const findings = Message.match(/\[[a-z-]+\]/g) ?? [];
    assert.ok(new Set(findings).size >= 2, Message);
    assert.match(Message, /certificate 2|block 2/i);
    assert.match(Message, /key/i);
    assert.ok(!Message.includes(other.Rsa.Prikey.split('\n')[5]));
  });

  it('is told that its secret is wrong', async () => {
    const answer = await makeService({ secretKey: 'wrong' }).createJSONAPI('ListCertV2')({});
    assert.equal(answer.ResponseMetadata.Error.Code, 'SignatureDoesNotMatch');
    assert.equal(answer.ResponseMetadata.Error.CodeN, 100010);
  });

  it('signs with a temporary key that it made itself', async () => {
    const { AccessKeyId, SecretAccessKey, SessionToken } = makeService().signSts2();
    const temporary = makeService({ accessKeyId: AccessKeyId, secretKey: SecretAccessKey, sessionToken: SessionToken });
    assertSuccess(await temporary.createJSONAPI('ListCertV2')({}), 'ListCertV2');
  });

  it('tests its key with GetCallerIdentity', async () => {
    const sts = makeService({ serviceName: 'sts', defaultVersion: '2018-01-01' });
    const answer = await sts.createAPI('GetCallerIdentity')({});
    assert.equal(answer.ResponseMetadata.Error, undefined, JSON.stringify(answer));
    assert.match(String(answer.Result.AccountId), /^\d{10}$/);
  });
});
