import {
  decodeScreenMessage,
  RECORD_LOSSLESS,
  recordKind,
  type ScreenRecord,
  screenMessage,
} from '@sandglass/protocol';
import { describe, expect, test } from 'vitest';
import { LiveSet } from './liveSet.ts';
import { composeMessage, ViewerLink } from './viewerLink.ts';

const record = (payloadBytes: number, x = 0): ScreenRecord => ({
  x,
  y: 0,
  width: 16,
  height: 16,
  kind: recordKind.jpeg,
  flags: RECORD_LOSSLESS,
  payload: new Uint8Array(payloadBytes),
});

function startLink() {
  let live = new LiveSet(64, 16);
  let nowMs = 0;
  let seq = 0;
  const got: { seq: number; type: number; records: number; bytes: number }[] = [];
  const link = new ViewerLink(
    {
      onMessage: (encoded, position) => {
        const message = decodeScreenMessage(encoded);
        expect(message.seq).toBe(position.seq);
        got.push({ seq: message.seq, type: message.type, records: message.records.length, bytes: encoded.length });
      },
      onClipboard() {},
      onEnded() {},
    },
    () => nowMs,
  );
  return {
    link,
    got,
    pass: (ms: number) => {
      nowMs += ms;
    },
    update(payloadBytes: number, x = 0) {
      const added = record(payloadBytes, x);
      live.add(added, ++seq, seq);
      const { encoded } = composeMessage(live, [{ record: added, seq, atUs: seq }], false);
      link.offer(live, encoded, { seq, atUs: seq });
    },
    replace() {
      live = new LiveSet(32, 16);
      live.add(record(10), ++seq, seq);
      live.add(record(10, 16), ++seq, seq);
      link.replace(live);
    },
    ack: (value: number) => link.ack(value, live),
  };
}

describe('viewer link', () => {
  test('starts with the whole picture, then every update at once', () => {
    const { update, got, ack } = startLink();
    for (const x of [0, 16, 32]) update(100, x);
    ack(3);
    expect(got.map(({ seq, type }) => [seq, type])).toEqual([
      [1, screenMessage.liveSet],
      [2, screenMessage.update],
      [3, screenMessage.update],
    ]);
  });

  test('one that does not acknowledge gets no more than its window, and then only what still shows', () => {
    const { update, got, ack } = startLink();
    update(100_000);
    for (let i = 0; i < 20; i++) update(100_000);
    expect(got).toHaveLength(2);
    update(50, 16);
    ack(2);
    // Nineteen pictures of the same place and one of another: the last of each.
    expect(got.at(-1)).toMatchObject({ seq: 22, type: screenMessage.update, records: 2 });
    expect(got).toHaveLength(3);
    ack(22);
    update(60, 32);
    expect(got.at(-1)).toMatchObject({ seq: 23, records: 1 });
  });

  test('the window grows while acknowledgements come quickly and shrinks once per late round', () => {
    const { link, update, ack, pass } = startLink();
    const first = link.windowBytes;
    update(100_000);
    pass(20);
    ack(1);
    expect(link.windowBytes).toBeGreaterThan(first);
    const grown = link.windowBytes;
    update(50_000);
    update(50_000);
    pass(300);
    ack(2);
    ack(3);
    expect(link.windowBytes).toBe(grown * 0.6);
    for (let i = 4; i < 40; i++) {
      update(10_000);
      pass(300);
      ack(i);
    }
    expect(link.windowBytes).toBe(24 * 1024);
  });

  test('a message larger than the window is sent when nothing else is on its way', () => {
    const { update, got, ack } = startLink();
    update(1_000_000);
    expect(got).toHaveLength(1);
    update(1_000_000);
    expect(got).toHaveLength(1);
    ack(1);
    expect(got).toHaveLength(2);
  });

  test('a new picture replaces the old one whole, also for one that is behind', () => {
    const { update, got, ack, replace } = startLink();
    update(500_000);
    update(100_000);
    replace();
    expect(got).toHaveLength(1);
    ack(1);
    expect(got.at(-1)).toMatchObject({ type: screenMessage.liveSet, records: 2 });
    update(10);
    expect(got.at(-1)).toMatchObject({ type: screenMessage.update, records: 1 });
  });

  test('rubbish acknowledgements change nothing', () => {
    const { link, update, ack } = startLink();
    update(10);
    ack(-1);
    const windowBytes = link.windowBytes;
    ack(99);
    ack(99);
    expect(link.windowBytes).toBeGreaterThanOrEqual(windowBytes);
  });
});
