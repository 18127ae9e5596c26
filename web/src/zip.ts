// ZIP archives whose entries are stored as they are: what the service writes of stems, and what "all" downloads.

export type Entry = { name: string; bytes: Uint8Array<ArrayBuffer> };

const LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50;

/** The entries of an archive. Raises `Error` for one that is compressed, or none. */
export function unzip(buffer: ArrayBuffer): Entry[] {
  const view = new DataView(buffer);
  let end = buffer.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end -= 1;
  if (end < 0) throw new Error("This is no archive of stems.");
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (view.getUint32(at, true) !== CENTRAL) throw new Error("The archive of stems is broken.");
    if (view.getUint16(at + 10, true) !== 0) throw new Error("The archive of stems is compressed.");
    const size = view.getUint32(at + 24, true);
    const [names, extra, remark] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const head = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(new Uint8Array(buffer, at + 46, names));
    const start = head + 30 + view.getUint16(head + 26, true) + view.getUint16(head + 28, true);
    entries.push({ name, bytes: new Uint8Array(buffer, start, size) });
    at += 46 + names + extra + remark;
  }
  return entries;
}

/** An archive of these entries. */
export function zip(entries: Entry[]): Blob {
  const parts: BlobPart[] = [];
  const centre: BlobPart[] = [];
  let at = 0, size = 0;
  for (const { name, bytes } of entries) {
    const label = new TextEncoder().encode(name);
    const facts = [20, 0x0800, 0, 0, 0x21]; // version, names are UTF-8, stored, no time: 1980-01-01
    const numbers = [crc32(bytes), bytes.length, bytes.length];
    const local = record([[4, LOCAL], ...facts.map(pair), ...numbers.map(quad), [2, label.length], [2, 0]]);
    const central = record([[4, CENTRAL], [2, 20], ...facts.map(pair), ...numbers.map(quad), [2, label.length],
      [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, at]]);
    parts.push(local, label, bytes);
    centre.push(central, label);
    at += local.length + label.length + bytes.length;
    size += central.length + label.length;
  }
  const count = entries.length;
  const end = record([[4, END], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, at], [2, 0]]);
  return new Blob([...parts, ...centre, end], { type: "application/zip" });
}

const pair = (value: number): [number, number] => [2, value];
const quad = (value: number): [number, number] => [4, value];

/** Numbers of 2 or 4 bytes, one after the other. */
function record(fields: [number, number][]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fields.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value >>> 0, true);
    at += width;
  }
  return bytes;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit += 1) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
