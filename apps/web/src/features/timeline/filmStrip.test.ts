import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FilmStrip } from './filmStrip.ts';

const SECOND = 1_000_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server with a still every second, and what was asked of it. */
function world() {
  const asked: string[] = [];
  const aborted: string[] = [];
  const made: { closed: boolean }[] = [];
  const client = {
    request: (
      name: string,
      input: { query?: { fromUs: number; toUs: number }; params: { atUs?: number }; signal: AbortSignal },
    ) => {
      const key = name === 'stills' ? 'stills' : `still ${input.params.atUs}`;
      asked.push(key);
      return new Promise((resolve, reject) => {
        input.signal.addEventListener('abort', () => {
          aborted.push(key);
          reject(input.signal.reason);
        });
        const { fromUs = 0, toUs = 0 } = input.query ?? {};
        const items = Array.from({ length: 60 }, (_, at) => ({
          seq: at,
          atUs: fromUs + at * SECOND,
          width: 320,
          height: 200,
        }));
        setTimeout(
          () =>
            resolve(
              name === 'stills'
                ? { items: items.filter((item) => item.atUs <= toUs), total: 60, nowUs: 60 * SECOND }
                : new Uint8Array(1),
            ),
          20,
        );
      });
    },
  };
  const strip = new FilmStrip({
    client: client as never,
    sandbox: 'sbx_a' as never,
    onChange: () => {},
    makePicture: async () => {
      const picture = {
        closed: false,
        close() {
          this.closed = true;
        },
      };
      made.push(picture);
      return picture as never;
    },
  });
  const look = (fromUs: number, toUs: number) =>
    strip.slots({ mode: 'free', fromUs, toUs }, { slotShare: 0.1, nowUs: 60 * SECOND });
  return { strip, look, asked, aborted, made };
}

describe('the film strip', () => {
  it('asks for nothing while a hand moves', async () => {
    const { look, asked } = world();
    for (let step = 0; step < 20; step++) {
      look(step * SECOND * 2, step * SECOND * 2 + 10 * SECOND);
      await vi.advanceTimersByTimeAsync(40);
    }
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    expect(asked.length).toBeGreaterThan(1);
  });

  it('loads though frames come without a pause: a live strip is never at rest', async () => {
    const { look } = world();
    for (let frame = 0; frame < 60; frame++) {
      look(0, 10 * SECOND);
      await vi.advanceTimersByTimeAsync(16);
    }
    expect(look(0, 10 * SECOND).every((slot) => slot.picture !== null || slot.none)).toBe(true);
  });

  it('gives up what is out of view, and asks for nothing twice', async () => {
    const { look, asked, aborted } = world();
    look(0, 10 * SECOND);
    await vi.advanceTimersByTimeAsync(170);
    look(40 * SECOND, 50 * SECOND);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(aborted.length).toBeGreaterThan(0);
    const before = asked.length;
    look(40 * SECOND, 50 * SECOND);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked.length).toBe(before);
  });

  it('lets every picture go when it is closed', async () => {
    const { strip, look, made } = world();
    look(0, 10 * SECOND);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(made.length).toBeGreaterThan(0);
    strip.close();
    expect(made.every((picture) => picture.closed)).toBe(true);
  });
});
