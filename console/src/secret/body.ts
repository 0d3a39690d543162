// The body of an upload, made of bytes. Whoever sends it overwrites it afterwards.
import { type Bytes, concat, toBytes } from '../api/bytes';
import type { Seen, Taken } from './files';
import { blocksOf, isCertificate, isKey, toPem } from './pem';

const carriageReturn = 0x0d;
const lineEnd = toBytes('\\n');

// What JSON wants instead of a byte inside a string (RFC 8259, section 7); undefined: the byte itself.
function otherForm(byte: number): Uint8Array | undefined {
  if (byte === 0x0a) return lineEnd;
  if (byte === 0x22 || byte === 0x5c) return Uint8Array.of(0x5c, byte);
  return byte < 0x20 ? toBytes(`\\u00${byte.toString(16).padStart(2, '0')}`) : undefined;
}

// A block as the inside of a JSON string. Anybody may have written the file, so nothing in it may end the string.
function escaped(pem: Uint8Array): Bytes {
  const text = new Uint8Array(pem.length * 6 + lineEnd.length);
  let size = 0;
  for (const byte of pem) {
    if (byte === carriageReturn) continue;
    const form = otherForm(byte);
    if (form) text.set(form, size);
    else text[size] = byte;
    size += form?.length ?? 1;
  }
  text.set(lineEnd, size);
  size += lineEnd.length;
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
