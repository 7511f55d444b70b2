import { expect, it } from 'vitest';
import { ScreenMeter } from './screenMeter.ts';

it('counts the pictures and bytes of the last second, and the middle of the responses', () => {
  let nowMs = 0;
  const meter = new ScreenMeter(() => nowMs);
  for (let i = 0; i < 10; i++) {
    nowMs = i * 200;
    meter.handleBytes(100);
  }
  meter.tell();
  expect(meter.state).toEqual({ framesPerSecond: 5, bytesPerSecond: 500, responseMs: null });
  for (const tookMs of [10, 30, 20, 9_000]) {
    meter.handleInput();
    meter.handleInput();
    nowMs += tookMs;
    meter.handleDrawn();
    meter.handleDrawn();
  }
  meter.tell();
  expect(meter.state).toEqual({ framesPerSecond: 0, bytesPerSecond: 0, responseMs: 20 });
});
