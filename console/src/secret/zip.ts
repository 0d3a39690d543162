// Unpacks zip archives as authorities send them, with what the browser has (DecompressionStream): the server opens none.
// Every bound is checked before memory is taken. What cannot be unpacked is left out.
import type { Bytes } from '../api/bytes';

export interface Member {
  name: string;
  bytes: Bytes;
}

const most = { members: 1_000, bytes: 4 << 20, ofOne: 2 << 20, depth: 3 };
const ends = 0x06054b50;
const central = 0x02014b50;
const local = 0x04034b50;
const isEncrypted = 1;
const decoder = new TextDecoder();

export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

async function inflate(packed: Bytes, limit: number): Promise<Bytes | undefined> {
  const inflater = new DecompressionStream('deflate-raw');
  const writer = inflater.writable.getWriter();
  const fed = writer.write(packed).then(() => writer.close()).catch(() => undefined); // what is wrong with it, the reader hears too
  const reader = inflater.readable.getReader();
  const bytes = new Uint8Array(limit);
  let size = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const fits = size + piece.value.length <= limit;
    if (fits) bytes.set(piece.value, size);
    piece.value.fill(0);
    if (!fits) {
      bytes.fill(0);
      await reader.cancel();
      return undefined;
    }
    size += piece.value.length;
  }
  await fed;
  const exact = bytes.slice(0, size);
  bytes.fill(0);
  return exact;
}

interface Entry {
  name: string;
  method: number;
  packed: number;
  size: number;
  at: number;
}

// The list at the end of the archive (APPNOTE 4.3.12 and 4.3.16).
function entriesOf(bytes: Bytes): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== ends) end -= 1;
  if (end < 0) return [];
  const list: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let left = Math.min(view.getUint16(end + 10, true), most.members); left > 0 && at + 46 <= end; left -= 1) {
    if (view.getUint32(at, true) !== central) break;
    const [nameSize, extra, comment] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true)];
    const name = decoder.decode(bytes.subarray(at + 46, at + 46 + nameSize));
    const isClosed = (view.getUint16(at + 8, true) & isEncrypted) !== 0;
    const isWanted = !name.endsWith('/') && !name.startsWith('__MACOSX/') && !isClosed;
    if (isWanted) {
      list.push({ name, method: view.getUint16(at + 10, true), packed: view.getUint32(at + 20, true), size: view.getUint32(at + 24, true), at: view.getUint32(at + 42, true) });
    }
    at += 46 + nameSize + extra + comment;
  }
  return list;
}

async function contentOf(bytes: Bytes, { method, packed, size, at }: Entry): Promise<Bytes | undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (size > most.ofOne || at + 30 > bytes.length || view.getUint32(at, true) !== local) return undefined;
  const begin = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (begin + packed > bytes.length) return undefined;
  const content = bytes.slice(begin, begin + packed);
  if (method === 0) return content;
  if (method !== 8) return undefined;
  return inflate(content, size).catch(() => undefined).finally(() => content.fill(0));
}

// The files in an archive, also in archives in it, each named as the command line names it. The caller overwrites them.
export async function unpack(name: string, bytes: Bytes, room = { bytes: most.bytes }, depth = 1): Promise<Member[]> {
  const members: Member[] = [];
  for (const entry of entriesOf(bytes)) {
    if (entry.size > room.bytes) continue;
    const content = await contentOf(bytes, entry);
    if (!content) continue;
    room.bytes -= content.length;
    const full = `${name}: ${entry.name}`;
    if (!isZip(content)) {
      members.push({ name: full, bytes: content });
    } else if (depth < most.depth) {
      members.push(...await unpack(full, content, room, depth + 1));
      content.fill(0);
    }
  }
  return members;
}
