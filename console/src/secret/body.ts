// The body of an upload, made of bytes. Whoever sends it overwrites it afterwards.
import { type Bytes, concat, toBytes } from '../api/bytes';
import type { Seen, Taken } from './files';
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

interface Parts {
  certificates: Map<number, Bytes>; // by block
  keys: Bytes[];
}

async function partsOf(taken: Taken): Promise<Parts> {
  const bytes = new Uint8Array(await taken.file.arrayBuffer());
  const parts: Parts = { certificates: new Map(), keys: [] };
  try {
    const blocks = blocksOf(bytes);
    for (const [i, block] of blocks.entries()) {
      if (isCertificate(block.label)) parts.certificates.set(i + 1, escaped(block.bytes));
      else if (isKey(block.label)) parts.keys.push(escaped(block.bytes));
    }
    if (blocks.length === 0 && taken.certificates.length > 0) parts.certificates.set(1, escaped(toPem('CERTIFICATE', bytes)));
    return parts;
  } finally {
    bytes.fill(0);
  }
}

// The members as JSON, with Rsa.Pubkey and Rsa.Prikey out of the files: the certificates in the order of `chain`.
export async function uploadBody(members: object, files: readonly Taken[], chain: readonly Seen[]): Promise<Bytes> {
  const read = await Promise.all(files.map(async (taken) => ({ name: taken.file.name, parts: await partsOf(taken) })));
  const certificates = chain.flatMap(({ file, block }) => read.find(({ name }) => name === file)?.parts.certificates.get(block) ?? []);
  const keys = read.flatMap(({ parts }) => parts.keys);
  const head = JSON.stringify(members).slice(0, -1);
  const body = concat([
    toBytes(`${head}${head === '{' ? '' : ','}"Rsa":{"Pubkey":"`), ...certificates, toBytes('","Prikey":"'), ...keys, toBytes('"}}'),
  ]);
  for (const key of keys) key.fill(0);
  return body;
}
