// What somebody dropped. A file stays a handle: it is read when it is sent, and its bytes are overwritten afterwards. The
// server says what is in it; nothing here does.
import { type Bytes, toHex } from '../api/bytes';
import { type Certificate, parseCertificate } from '../api/x509';
import { isZip, type Member, unpack } from './zip';

export interface Seen {
  certificate: Certificate;
  fingerprint: string; // SHA-256 of the certificate
  keyFingerprint: string; // SHA-256 of its public key
  origin: string; // the file that it is in; empty for one that is stored already
}

// What one call takes: files, and bytes of them all together, so that the body stays below the server's usual limit.
export const mostFiles = 64;
export const mostBytes = 1_400_000;

const sha256 = async (bytes: Uint8Array<ArrayBuffer>) => toHex(await crypto.subtle.digest('SHA-256', bytes));

export async function seen(der: Uint8Array<ArrayBuffer>, origin = ''): Promise<Seen | undefined> {
  const certificate = parseCertificate(der);
  return certificate && { certificate, fingerprint: await sha256(der), keyFingerprint: await sha256(certificate.publicKey), origin };
}

const usual = /\.(pem|crt|cer|cert|key|p7b|p7c|pfx|p12|jks|keystore|der|ca-bundle|bundle|chain|txt)$/i;

// The contents of the files, those of archives one by one. `isWhole` is false when there is more than one call takes: names
// that certificates usually have come first, and the rest is left out. The caller overwrites the bytes.
export async function contentsOf(files: readonly File[]): Promise<{ members: Member[]; isWhole: boolean }> {
  const all: Member[] = [];
  let isWhole = true;
  for (const file of files) {
    if (file.size > mostBytes) {
      isWhole = false;
      continue;
    }
    const bytes: Bytes = new Uint8Array(await file.arrayBuffer());
    if (!isZip(bytes)) {
      all.push({ name: file.name, bytes });
    } else {
      all.push(...await unpack(file.name, bytes));
      bytes.fill(0);
    }
  }
  all.sort((a, b) => Number(usual.test(b.name)) - Number(usual.test(a.name)));
  const members: Member[] = [];
  let room = mostBytes;
  for (const member of all) {
    const fits = members.length < mostFiles && member.bytes.length <= room;
    if (fits) {
      members.push(member);
      room -= member.bytes.length;
    } else {
      member.bytes.fill(0);
      isWhole &&= !usual.test(member.name);
    }
  }
  return { members, isWhole };
}

export const isCredentials = (file: File): boolean => /credentials.*\.json$/i.test(file.name);
