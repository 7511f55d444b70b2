/**
 * Records what a real X server says, for tests without one: `npx tsx apps/api/test/recorder/captureFixture.ts`. The session
 * holds every kind of Tight rectangle X sends, a cursor, a resize, and ends exact.
 */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { recordKind } from '@sandglass/protocol';
import { capturePicture } from '../../src/recorder/screen/capture.ts';
import { RfbClient } from '../../src/recorder/screen/rfbClient.ts';
import { drawPattern, drawPhoto, drawRectangles } from './pictures.ts';
import { XClient } from './xClient.ts';
import { startXServer } from './xServer.ts';

async function capture(): Promise<void> {
  await using x = await startXServer({ width: 200, height: 150 });
  const draw = await XClient.connect(await x.openX());
  const stream = await x.openScreen();
  const bytes: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => bytes.push(chunk));
  const kinds = new Set<number>();
  const client = new RfbClient(stream, {
    ready() {},
    resized() {},
    pointerPut() {},
    clipboard() {},
    ended() {},
    update: (records) => {
      for (const { kind } of records) kinds.add(kind);
    },
  });
  const settle = async () => {
    await draw.sync();
    await new Promise((resolve) => setTimeout(resolve, 300));
  };
  await settle();
  drawRectangles(draw, { width: 200, height: 150 }, 5);
  await settle();
  drawPattern(draw, { x: 11, y: 7, width: 61, height: 40 }, 2);
  await settle();
  drawPattern(draw, { x: 80, y: 60, width: 63, height: 41 }, 9);
  await settle();
  client.resize(240, 160);
  await settle();
  drawPhoto(draw, { x: 30, y: 40, width: 150, height: 100 });
  await settle();
  client.refresh([{ x: 0, y: 0, width: 240, height: 160 }]);
  await settle();
  drawPhoto(draw, { x: 3, y: 2, width: 3, height: 1 });
  await settle();
  client.refresh([{ x: 0, y: 0, width: 240, height: 160 }]);
  await settle();
  client.close();
  const truth = await capturePicture(await x.openScreen(), AbortSignal.timeout(5_000));
  draw.close();
  const names = Object.entries(recordKind).filter(([, kind]) => kinds.has(kind));
  console.log(`kinds: ${names.map(([name]) => name).join(' ')}; ${truth.width}x${truth.height}`);
  const folder = new URL('./fixtures/', import.meta.url);
  writeFileSync(new URL('xtigervnc-1.12-session.bin.gz', folder), gzipSync(Buffer.concat(bytes), { level: 9 }));
  writeFileSync(new URL('xtigervnc-1.12-picture.rgb.gz', folder), gzipSync(truth.rgb, { level: 9 }));
}

await capture();
