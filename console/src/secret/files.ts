// What somebody dropped: what each file holds, as far as its shape tells. The server judges; nothing here does.
import { toHex } from '../api/bytes';
import { type Certificate, parseCertificate } from '../api/x509';
import { blocksOf, derOf, isCertificate, isKey } from './pem';

export type Kind = 'certificates' | 'key' | 'both' | 'request' | 'password' | 'credentials' | 'other';

export interface Seen {
  certificate: Certificate;
  fingerprint: string; // SHA-256 of the certificate
  keyFingerprint: string; // SHA-256 of its public key
  file: string;
  block: number; // of the file, from 1
}

export interface Taken {
  file: File;
  kind: Kind;
  certificates: Seen[];
  keys: number;
}

const most = 1 << 20;
const sequence = 0x30;

const sha256 = async (bytes: Uint8Array<ArrayBuffer>) => toHex(await crypto.subtle.digest('SHA-256', bytes));

// `file` and `block` are empty for a certificate that is stored already.
export async function seen(der: Uint8Array<ArrayBuffer>, file = '', block = 0): Promise<Seen | undefined> {
  const certificate = parseCertificate(der);
  return certificate && { certificate, fingerprint: await sha256(der), keyFingerprint: await sha256(certificate.publicKey), file, block };
}

function kindOf(labels: string[], certificates: number): Kind {
  const hasKey = labels.some(isKey);
  if (certificates > 0) return hasKey ? 'both' : 'certificates';
  if (hasKey) return 'key';
  return labels.some((label) => label.endsWith('CERTIFICATE REQUEST')) ? 'request' : 'other';
}

// Reads one file and forgets its bytes again. The File itself is a handle, and is read again when it is sent.
export async function look(file: File): Promise<Taken> {
  const nothing: Taken = { file, kind: 'other', certificates: [], keys: 0 };
  if (file.size > most) return nothing;
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    const blocks = blocksOf(bytes);
    const found: (Seen | undefined)[] = [];
    for (const [i, block] of blocks.entries()) {
      if (isCertificate(block.label)) found.push(await seen(derOf(block), file.name, i + 1));
    }
    if (blocks.length === 0 && bytes[0] === sequence) found.push(await seen(bytes.slice(), file.name, 1));
    const certificates = found.filter((one) => one !== undefined);
    const labels = blocks.map((block) => block.label);
    const isContainer = blocks.length === 0 && certificates.length === 0 && /\.(pfx|p12|jks|zip|p7b|p7c)$/i.test(file.name);
    const kind = isContainer ? 'password' : kindOf(labels, certificates.length);
    return { file, kind, certificates, keys: labels.filter(isKey).length };
  } finally {
    bytes.fill(0);
  }
}

export const isCredentials = (file: File): boolean => /credentials.*\.json$/i.test(file.name);
