// The vendor's own Node.js SDK, unmodified, against a running livecert.
//   sdk_test.mjs LIVECERT_BINARY NODE_MODULES MAKE_RSA_CHAIN
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { LiveServer, assertSuccess, certificatesOf } from './live_server.mjs';

const [binary, nodeModules, makeRsaChain] = process.argv.slice(2).map((word) => resolve(word));
const { Service } = createRequire(join(nodeModules, 'sdk_test.cjs'))('@volcengine/openapi');
const server = new LiveServer(binary);

// The SDK's client, with everything but the endpoint as it is for the cloud.
function makeService(more = {}) {
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

function makeChain(name) {
  const folder = join(server.directory, name);
  mkdirSync(folder);
  execFileSync(makeRsaChain, [folder, `${name}.example.net`], { stdio: ['ignore', 'ignore', 'inherit'] });
  const read = (file) => readFileSync(join(folder, file), 'utf8');
  return { Rsa: { Pubkey: read('chain.pem'), Prikey: read('key.pem') }, UseWay: 'https' };
}

describe('the vendor\'s Node.js SDK', () => {
  let upload;
  let other;

  before(async () => {
    upload = makeChain('live');
    other = makeChain('other');
    await server.start();
  });
  after(() => server.remove());

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
    assert.deepEqual(described.Result.SSL.Chain.map((block) => block.trim()), certificatesOf(upload.Rsa.Pubkey));
    assert.ok(!JSON.stringify(described).includes('PRIVATE KEY'));

    await server.kill();
    await server.start();
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
    assert.equal(described.Result.SSL.Chain[0].trim(), certificatesOf(other.Rsa.Pubkey)[0]);
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
    const [leaf, intermediate] = certificatesOf(upload.Rsa.Pubkey);
    const [foreign] = certificatesOf(other.Rsa.Pubkey);
    // Two causes: a certificate that does not belong there, and a key of no certificate here.
    const { Prikey } = makeChain('third').Rsa;
    const answer = await makeService().createJSONAPI('CreateCert')({
      UseWay: 'https',
      Rsa: { Pubkey: [leaf, foreign, intermediate, intermediate].join('\n'), Prikey },
    });
    const { Code, Message } = answer.ResponseMetadata.Error;
    assert.equal(Code, 'InvalidParam');
    const findings = Message.match(/\[[a-z-]+\]/g) ?? [];
    assert.ok(new Set(findings).size >= 2, Message);
    assert.match(Message, /certificate 2|block 2/i);
    assert.match(Message, /key/i);
    assert.ok(!Message.includes(Prikey.split('\n')[5]));
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
