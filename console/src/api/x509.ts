// What a certificate says of itself, for showing it. Nothing is decided by it: the server judges.
import { toHex } from './bytes';

export interface Certificate {
  subject: string;
  issuer: string;
  commonName: string;
  serial: string;
  notBefore: number;
  notAfter: number;
  names: string[];
  key: string;
  publicKey: Uint8Array<ArrayBuffer>; // SubjectPublicKeyInfo, DER
  isSelfIssued: boolean;
}

interface Node {
  tag: number;
  content: Uint8Array;
  whole: Uint8Array; // with tag and length
}

class Der {
  #at = 0;
  constructor(readonly bytes: Uint8Array) {}

  get hasMore(): boolean {
    return this.#at < this.bytes.length;
  }
  next(): Node {
    const begin = this.#at;
    const tag = this.#byte();
    let size = this.#byte();
    if (size & 0x80) {
      let count = size & 0x7f;
      if (count === 0 || count > 3) throw new RangeError('length');
      for (size = 0; count > 0; count -= 1) size = (size << 8) | this.#byte();
    }
    if (this.#at + size > this.bytes.length) throw new RangeError('end');
    const content = this.bytes.subarray(this.#at, this.#at + size);
    this.#at += size;
    return { tag, content, whole: this.bytes.subarray(begin, this.#at) };
  }
  #byte(): number {
    const byte = this.bytes[this.#at++];
    if (byte === undefined) throw new RangeError('end');
    return byte;
  }
}

const children = (node: Node): Node[] => {
  const der = new Der(node.content);
  const list: Node[] = [];
  while (der.hasMore) list.push(der.next());
  return list;
};

const decoder = new TextDecoder();
const text = (node: Node | undefined): string => (node ? decoder.decode(node.content) : '');
const attributes: Record<string, string> = { '550403': 'CN', '55040a': 'O', '55040b': 'OU', '550406': 'C', '550407': 'L', '550408': 'ST' };

function nameOf(node: Node): [string, string][] {
  return children(node).flatMap(children).map((pair): [string, string] => {
    const [type, value] = children(pair);
    return [attributes[toHex(type!.content)] ?? toHex(type!.content), text(value)];
  });
}

const shown = (name: [string, string][]): string => name.map(([type, value]) => `${type}=${value}`).join(', ');

function timeOf(node: Node): number {
  const digits = text(node);
  const isShort = node.tag === 0x17;
  const year = isShort ? (Number(digits.slice(0, 2)) + 50) % 100 + 1950 : Number(digits.slice(0, 4));
  const rest = digits.slice(isShort ? 2 : 4);
  const part = (i: number) => Number(rest.slice(2 * i, 2 * i + 2));
  return Date.UTC(year, part(0) - 1, part(1), part(2), part(3), part(4));
}

const curves: Record<string, string> = { '2a8648ce3d030107': 'P-256', '2b81040022': 'P-384', '2b81040023': 'P-521' };

function keyOf(node: Node): string {
  const [algorithm, bits] = children(node);
  const [type, parameters] = children(algorithm!);
  if (toHex(type!.content) === '2a8648ce3d0201') return `ECDSA ${curves[toHex(parameters!.content)] ?? ''}`.trim();
  if (toHex(type!.content) !== '2a864886f70d010101') return toHex(type!.content);
  const modulus = children(new Der(bits!.content.subarray(1)).next())[0]!.content;
  return `RSA ${(modulus[0] === 0 ? modulus.length - 1 : modulus.length) * 8}`;
}

function dnsNames(extensions: Node | undefined): string[] {
  if (!extensions) return [];
  const found = children(children(extensions)[0]!).map(children).find(([id]) => toHex(id!.content) === '551d11');
  if (!found) return [];
  return children(new Der(found.at(-1)!.content).next()).filter(({ tag }) => tag === 0x82).map(text);
}

// undefined: these bytes are no certificate.
export function parseCertificate(der: Uint8Array): Certificate | undefined {
  try {
    const parts = children(children(new Der(der).next())[0]!);
    if (parts[0]!.tag === 0xa0) parts.shift();
    const [serial, , issuer, validity, subject, key, ...more] = parts;
    const [notBefore, notAfter] = children(validity!);
    const names = nameOf(subject!);
    return {
      subject: shown(names), issuer: shown(nameOf(issuer!)), serial: toHex(serial!.content),
      commonName: (names.find(([type]) => type === 'CN') ?? names.at(-1) ?? ['', ''])[1],
      notBefore: timeOf(notBefore!), notAfter: timeOf(notAfter!), key: keyOf(key!),
      publicKey: key!.whole.slice(), names: dnsNames(more.find(({ tag }) => tag === 0xa3)),
      isSelfIssued: toHex(subject!.content) === toHex(issuer!.content),
    };
  } catch {
    return undefined;
  }
}

// Whether a certificate with this name is good for the host.
export const covers = (name: string, host: string): boolean => {
  const [wanted, asked] = [name.toLowerCase(), host.toLowerCase()];
  if (!wanted.startsWith('*.')) return wanted === asked;
  return asked.slice(asked.indexOf('.')) === wanted.slice(1) && asked.indexOf('.') > 0;
};
