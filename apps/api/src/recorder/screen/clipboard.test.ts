import { constants, deflateSync, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { RfbClipboard } from './clipboard.ts';

const [TEXT, CAPABILITIES, REQUEST, NOTIFY, PROVIDE] = [1, 1 << 24, 1 << 25, 1 << 27, 1 << 28];

function startClipboard() {
  const sent: Buffer[] = [];
  const texts: string[] = [];
  const clipboard = new RfbClipboard(
    (bytes) => void sent.push(Buffer.from(bytes)),
    (text) => void texts.push(text),
  );
  const hear = (flags: number, data: Uint8Array = new Uint8Array(0)) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(flags >>> 0);
    clipboard.handle('extended', Uint8Array.from(Buffer.concat([head, data])));
  };
  const flagsOf = (message: Buffer | undefined) => message?.readUInt32BE(8);
  return { clipboard, sent, texts, hear, flagsOf };
}

const packed = (text: string) => {
  const bytes = Buffer.from(`${text}\0`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  // As a real server does: flushed, not ended.
  return deflateSync(Buffer.concat([length, bytes]), { finishFlush: constants.Z_SYNC_FLUSH });
};

test('from the screen: announced, asked for, given', () => {
  const { sent, texts, hear, flagsOf } = startClipboard();
  hear(CAPABILITIES | TEXT | REQUEST | NOTIFY | PROVIDE);
  expect(flagsOf(sent[0])! & CAPABILITIES).not.toBe(0);
  hear(NOTIFY | TEXT);
  expect(flagsOf(sent[1])).toBe(REQUEST | TEXT);
  hear(PROVIDE | TEXT, packed('eins\r\nzwei 漢字 😀'));
  expect(texts).toEqual(['eins\nzwei 漢字 😀']);
});

test('to the screen: announced, given when asked', () => {
  const { clipboard, sent, hear, flagsOf } = startClipboard();
  hear(CAPABILITIES | TEXT);
  clipboard.offer('żółć\n漢');
  expect(flagsOf(sent[1])).toBe(NOTIFY | TEXT);
  hear(REQUEST | TEXT);
  expect(flagsOf(sent[2])).toBe(PROVIDE | TEXT);
  const data = inflateSync(sent[2]!.subarray(12));
  expect(data.subarray(4).toString()).toBe('żółć\r\n漢\0');
  expect(data.readUInt32BE(0)).toBe(data.length - 4);
});

test('a server of the old kind gets and gives Latin-1', () => {
  const { clipboard, sent, texts } = startClipboard();
  clipboard.offer('é漢');
  expect(sent[0]!.subarray(8).toString('latin1')).toBe('é?');
  clipboard.handle('plain', Uint8Array.from([0xe9]));
  expect(texts).toEqual(['é']);
});

test('rubbish and bombs are ignored', () => {
  const { clipboard, texts, hear } = startClipboard();
  clipboard.handle('extended', Uint8Array.of(1));
  hear(PROVIDE | TEXT, Buffer.from('not zlib'));
  hear(PROVIDE | TEXT, deflateSync(Buffer.alloc(50_000_000)));
  expect(texts).toEqual([]);
});
