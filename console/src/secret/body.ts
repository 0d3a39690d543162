// The body of a call that holds files, made of bytes. Whoever sends it overwrites it afterwards.
import { type Bytes, concat, toBase64, toBytes } from '../api/bytes';
import type { Member } from './zip';

// The text of a password as the inside of JSON. It was a string of the field that it was typed in; from here on it is bytes.
export const toPassword = (text: string): Bytes => toBytes(JSON.stringify(text));

// `members` as JSON, with those secrets that are there. A secret was the string of its field; from here on it is bytes.
export function secretsBody(members: object, secrets: Record<string, string | undefined>): Bytes {
  const parts: Bytes[] = [toBytes(JSON.stringify(members).slice(0, -1))];
  for (const [name, value] of Object.entries(secrets)) {
    if (value) parts.push(toBytes(`,"${name}":${JSON.stringify(value)}`));
  }
  const body = concat([...parts, toBytes('}')]);
  for (const part of parts) part.fill(0);
  return body;
}

// `members` as JSON, with Files, and with Password where there is one. Overwrites the contents of the files.
export function filesBody(members: object, files: readonly Member[], password?: Bytes): Bytes {
  const parts: Uint8Array[] = [];
  const head = JSON.stringify(members).slice(0, -1);
  parts.push(toBytes(`${head}${head === '{' ? '' : ','}`));
  if (password) parts.push(toBytes('"Password":'), password, toBytes(','));
  parts.push(toBytes('"Files":['));
  const encoded: Uint8Array[] = [];
  for (const [i, { name, bytes }] of files.entries()) {
    const data = toBase64(bytes);
    bytes.fill(0);
    encoded.push(data);
    parts.push(toBytes(`${i > 0 ? ',' : ''}{"Name":${JSON.stringify([...name].slice(-255).join(''))},"Data":"`), data, toBytes('"}'));
  }
  parts.push(toBytes(']}'));
  const body = concat(parts);
  for (const data of encoded) data.fill(0);
  return body;
}
