// The body of an upload, made of bytes. Whoever sends it overwrites it afterwards.
import { type Bytes, concat, toBytes } from '../api/bytes';
import type { Taken } from './files';
import { blocksOf, isCertificate, isKey, toPem } from './pem';

const newline = '\n'.charCodeAt(0);
const carriageReturn = '\r'.charCodeAt(0);
const backslash = '\\'.charCodeAt(0);
const n = 'n'.charCodeAt(0);

// PEM as the inside of a JSON string: of all its characters only the ends of lines need another form.
function escaped(pem: Uint8Array): Bytes {
  const text = new Uint8Array(pem.length * 2 + 2);
  let size = 0;
  for (const byte of pem) {
    if (byte === carriageReturn) continue;
    if (byte === newline) text[size++] = backslash;
    text[size++] = byte === newline ? n : byte;
  }
  text[size++] = backslash;
  text[size++] = n;
  const whole = text.slice(0, size);
  text.fill(0);
  return whole;
}

async function partsOf(taken: Taken): Promise<{ certificates: Bytes[]; keys: Bytes[] }> {
  const bytes = new Uint8Array(await taken.file.arrayBuffer());
  try {
    const blocks = blocksOf(bytes);
    const pick = (is: (label: string) => boolean) => blocks.filter(({ label }) => is(label)).map((block) => escaped(block.bytes));
    const certificates = pick(isCertificate);
    if (blocks.length === 0 && taken.kind === 'certificates') certificates.push(escaped(toPem('CERTIFICATE', bytes)));
    return { certificates, keys: pick(isKey) };
  } finally {
    bytes.fill(0);
  }
}

// The members as JSON, with Rsa.Pubkey and Rsa.Prikey out of the files.
export async function uploadBody(members: object, files: readonly Taken[]): Promise<Bytes> {
  const parts = await Promise.all(files.map(partsOf));
  const certificates = parts.flatMap((part) => part.certificates);
  const keys = parts.flatMap((part) => part.keys);
  const head = JSON.stringify(members).slice(0, -1);
  const body = concat([
    toBytes(`${head}${head === '{' ? '' : ','}"Rsa":{"Pubkey":"`), ...certificates, toBytes('","Prikey":"'), ...keys, toBytes('"}}'),
  ]);
  for (const key of keys) key.fill(0);
  return body;
}
