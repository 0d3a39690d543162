// Finds PEM blocks in bytes. The content of a key is never a string: only the label of a block is read as text.
import { type Bytes, concat, fromBase64, indexOf, toBase64, toBytes } from '../api/bytes';

export interface Block {
  label: string;
  bytes: Uint8Array; // the whole block, with its first and last line
  inside: Uint8Array;
}

const begin = toBytes('-----BEGIN ');
const dashes = toBytes('-----');
const decoder = new TextDecoder();
const longestLabel = 64;

export function blocksOf(bytes: Uint8Array): Block[] {
  const blocks: Block[] = [];
  for (let at = indexOf(bytes, begin); at >= 0; ) {
    const labelEnd = indexOf(bytes, dashes, at + begin.length);
    if (labelEnd < 0 || labelEnd - at > longestLabel) return blocks;
    const label = decoder.decode(bytes.subarray(at + begin.length, labelEnd));
    const last = toBytes(`-----END ${label}-----`);
    const end = indexOf(bytes, last, labelEnd);
    if (end < 0) return blocks;
    blocks.push({ label, bytes: bytes.subarray(at, end + last.length), inside: bytes.subarray(labelEnd + dashes.length, end) });
    at = indexOf(bytes, begin, end);
  }
  return blocks;
}

export const isKey = (label: string): boolean => label.endsWith('PRIVATE KEY');
export const isCertificate = (label: string): boolean => /^(X509 |TRUSTED )?CERTIFICATE$/.test(label);
export const derOf = (block: Block): Bytes => fromBase64(block.inside);

// A certificate in DER as a block.
export function toPem(label: string, der: Uint8Array): Bytes {
  const text = toBase64(der);
  const lines: Uint8Array[] = [toBytes(`-----BEGIN ${label}-----\n`)];
  for (let at = 0; at < text.length; at += 64) lines.push(text.subarray(at, at + 64), toBytes('\n'));
  return concat([...lines, toBytes(`-----END ${label}-----\n`)]);
}
