/** For tests of the computer-use door: the door whole, over a screen that is a list of what was sent to it. */
import type { ComputerUse, ComputerUseResult } from '@sandglass/protocol';
import sharp from 'sharp';
import type { ScreenInput, Services } from '../../services.ts';
import { computerUseHandlers } from './handlers.ts';

export interface Passed {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

export const screen = { width: 1280, height: 800 };

/** @param execs what the shell's commands come to */
export async function openComputerWorld(execs: Partial<Services['execs']> = {}) {
  const passed: Passed[] = [];
  const sent: string[] = [];
  const waitedMs: number[] = [];
  const png = await sharp({ create: { ...screen, channels: 3, background: '#345' } })
    .png()
    .toBuffer();
  const input: ScreenInput = {
    pointer: (x, y, buttons) => void sent.push(`${x},${y} ${buttons}`),
    key: (keysym, down) => void sent.push(`${down ? '+' : '-'}${keysym.toString(16)}`),
    clipboard: () => {},
    resize: () => {},
    release: () => {},
  };
  const log = { eventsOf: () => [], onEvent: () => () => {}, onFrame: () => () => {}, appendFrame: () => {} };
  const services = {
    sandboxes: {
      get: () => ({ screen }),
      log: () => ({ ...log, segmentsOf: () => [], seenBy: () => log }),
      onChange: () => () => {},
    },
    screens: { input: async () => input, png: async () => png },
    execs,
    calls: {
      causes: { within: (_token: unknown, _use: unknown, work: () => Promise<unknown>) => work() },
      pass: async (
        _caller: unknown,
        _sandbox: unknown,
        asked: Passed & { schema: { parse(value: unknown): unknown } },
        work: (given: unknown) => Promise<unknown>,
      ) => {
        passed.push({ name: asked.name, arguments: asked.arguments });
        return await work(asked.schema.parse(asked.arguments));
      },
    },
  } as unknown as Services;
  const { computerUse } = computerUseHandlers(services, { pause: async (ms) => void waitedMs.push(ms) });
  return {
    passed,
    sent,
    waitedMs,
    ask: async (body: unknown, query: Record<string, unknown> = {}): Promise<ComputerUseResult[]> =>
      (await computerUse({
        params: { sandbox: 'sbx_a' },
        query,
        body: body as ComputerUse,
        caller: { token: 'tok_a', actor: 'agent', door: 'native' },
        signal: new AbortController().signal,
      } as never)) as ComputerUseResult[],
  };
}
