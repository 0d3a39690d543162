// Requests in the shape that a given client sends them in: what it signs, and how it frames its body.
import { createHash, createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

// volc-sdk-golang, which Certimate uses: a chunked body, everything signed.
export const goShape = {
  chunked: true,
  signed: ['content-type', 'host', 'x-content-sha256', 'x-date'],
  headers: { 'User-Agent': 'volc-sdk-golang/v1.0.253', Accept: 'application/json', 'Accept-Encoding': 'gzip' },
  encode: JSON.stringify,
};

// dnsmgr, written in PHP by hand: no hash header, slashes escaped, no User-Agent.
export const dnsmgrShape = {
  chunked: false,
  signed: ['content-type', 'host', 'x-date'],
  headers: { Accept: '*/*' },
  encode: (body) => JSON.stringify(body).replaceAll('/', '\\/'),
};

export class SignedClient {
  // `origin`: http://host:port. `connection`: more options for the request, such as a CA or where a name leads to.
  constructor(shape, origin, credentials, connection = {}) {
    this.shape = shape;
    this.origin = new URL(origin);
    this.credentials = credentials;
    this.connection = connection;
  }

  // The parsed answer with its status and headers.
  call(action, body, version = '2023-01-01', service = 'live') {
    const text = this.shape.encode(body);
    const path = `/?Action=${action}&Version=${version}`;
    const headers = { ...this.shape.headers, ...this.sign(path, text, service) };
    if (!this.shape.chunked) headers['Content-Length'] = Buffer.byteLength(text);
    const transport = this.origin.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const request = transport.request(new URL(path, this.origin), { method: 'POST', headers, ...this.connection });
      request.on('error', reject);
      request.on('response', (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (piece) => (answer += piece));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, ...JSON.parse(answer) }));
      });
      request.end(text);
    });
  }

  sign(path, text, service = 'live') {
    const date = `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
    const values = {
      'content-type': 'application/json',
      host: this.origin.host,
      'x-content-sha256': sha256(text),
      'x-date': date,
    };
    const { signed } = this.shape;
    const canonical = ['POST', '/', path.slice(2), ...signed.map((name) => `${name}:${values[name]}`), '', signed.join(';'),
      values['x-content-sha256']].join('\n');
    const scope = `${date.slice(0, 8)}/cn-north-1/${service}/request`;
    const key = scope.split('/').reduce(hmac, this.credentials.SecretAccessKey);
    const signature = hmac(key, ['HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
    const headers = Object.fromEntries(signed.filter((name) => name !== 'host').map((name) => [name, values[name]]));
    headers.Authorization =
      `HMAC-SHA256 Credential=${this.credentials.AccessKeyId}/${scope}, SignedHeaders=${signed.join(';')}, Signature=${signature}`;
    return headers;
  }
}
