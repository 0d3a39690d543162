// Signs calls as the vendor's SDKs do, with WebCrypto. Keys cannot be read back out of what is kept here.
import { type Bytes, toBytes, toHex } from './bytes';

const region = 'cn-north-1';
const service = 'live';
const hmac = { name: 'HMAC', hash: 'SHA-256' } as const;

const importKey = (raw: Bytes) => crypto.subtle.importKey('raw', raw, hmac, false, ['sign']);

const digest = async (key: CryptoKey, text: string): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.sign(hmac, key, toBytes(text)));

const sha256 = async (bytes: Bytes) => toHex(await crypto.subtle.digest('SHA-256', bytes));

// 20261201T080000Z
const basicTime = (time: number) => new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, '');

export class Signer {
  #dayKey: { day: string; key: CryptoKey } | undefined;

  private constructor(
    readonly accessKeyId: string,
    readonly securityToken: string,
    private readonly root: CryptoKey,
  ) {}

  // Overwrites `secret`.
  static async make(accessKeyId: string, secret: Bytes, securityToken: string): Promise<Signer> {
    const root = await importKey(secret);
    secret.fill(0);
    return new Signer(accessKeyId, securityToken, root);
  }

  async #keyOf(day: string): Promise<CryptoKey> {
    if (this.#dayKey?.day === day) return this.#dayKey.key;
    let key = this.root;
    for (const part of [day, region, service, 'request']) {
      const raw = await digest(key, part);
      key = await importKey(raw);
      raw.fill(0);
    }
    this.#dayKey = { day, key };
    return key;
  }

  // The headers of a POST to `/?query` with this body at this time of the server. Host is not signed, so that a proxy
  // may rewrite it.
  async headers(query: string, body: Bytes, time: number): Promise<Record<string, string>> {
    const date = basicTime(time);
    const day = date.slice(0, 8);
    const hash = await sha256(body);
    const values: Record<string, string> = { 'content-type': 'application/json', 'x-content-sha256': hash, 'x-date': date };
    if (this.securityToken) values['x-security-token'] = this.securityToken;
    const names = Object.keys(values).join(';');
    const lines = Object.entries(values).map(([name, value]) => `${name}:${value}`);
    const canonical = ['POST', '/', query, ...lines, '', names, hash].join('\n');
    const scope = `${day}/${region}/${service}/request`;
    const text = ['HMAC-SHA256', date, scope, await sha256(toBytes(canonical))].join('\n');
    const signature = toHex(await digest(await this.#keyOf(day), text));
    const authorization = `HMAC-SHA256 Credential=${this.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return { ...values, Authorization: authorization };
  }
}
