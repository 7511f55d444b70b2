import type { TerminalHandlers, TerminalSize } from '@sandglass/client';
import { AppError, type Terminal } from '@sandglass/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cleanTitle } from './cleanTitle.ts';
import { findSafeLink } from './safeLink.ts';
import { describeExit, TerminalModel, type TerminalScreen, type TerminalSource } from './terminalModel.ts';

const info = { id: 'trm_aaaa', columns: 80, rows: 24, exit: null } as unknown as Terminal;

class FakeSource implements TerminalSource {
  readonly info = info;
  handlers: TerminalHandlers = {};
  readonly typed: string[] = [];
  readonly sizes: TerminalSize[] = [];
  attach(handlers: TerminalHandlers): void {
    this.handlers = handlers;
  }
  detach(): void {
    this.handlers = {};
  }
  type(text: string): boolean {
    this.typed.push(text);
    return true;
  }
  async resize(size: TerminalSize): Promise<void> {
    this.sizes.push(size);
  }
}

class FakeScreen implements TerminalScreen {
  readonly calls: string[] = [];
  async write(bytes: Uint8Array): Promise<void> {
    this.calls.push(`write ${new TextDecoder().decode(bytes)}`);
  }
  async reset(drawing: Uint8Array, size: TerminalSize): Promise<void> {
    this.calls.push(`reset ${size.columns}x${size.rows} ${new TextDecoder().decode(drawing)}`);
  }
  resize(size: TerminalSize): void {
    this.calls.push(`resize ${size.columns}x${size.rows}`);
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);

function shown() {
  const source = new FakeSource();
  const screen = new FakeScreen();
  const model = new TerminalModel(source);
  const hide = model.show(screen);
  return { source, screen, model, hide };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('TerminalModel', () => {
  it('draws what comes, in order, and starts over on a snapshot', async () => {
    const { source, screen } = shown();
    await source.handlers.onReset?.(bytes('$ '), { columns: 100, rows: 30 });
    await source.handlers.onOutput?.(bytes('ls'));
    expect(screen.calls).toEqual(['resize 80x24', 'reset 100x30 $ ', 'write ls']);
  });

  it('types only while it is live and allowed, and counts what went nowhere', () => {
    const { source, model } = shown();
    model.type('a');
    source.handlers.onRights?.({ mayInput: true, sizing: true, sizedBy: 'me' });
    model.type('b');
    source.handlers.onLost?.();
    model.type('c');
    expect(source.typed).toEqual(['b']);
    expect(model.state).toMatchObject({ phase: 'lost', mayInput: false, refusedKeys: 2 });
  });

  it('says for a moment that the link came back', () => {
    const { source, model } = shown();
    const rights = { mayInput: true, sizing: true, sizedBy: 'me' };
    source.handlers.onRights?.(rights);
    expect(model.state.returned).toBe(false);
    source.handlers.onLost?.();
    source.handlers.onRights?.(rights);
    expect(model.state).toMatchObject({ phase: 'live', returned: true, sizedBy: 'me' });
    vi.runAllTimers();
    expect(model.state.returned).toBe(false);
  });

  it('asks for the last size of a drag once, and is not undone by its own echo', () => {
    const { source, screen, model } = shown();
    source.handlers.onRights?.({ mayInput: true, sizing: true, sizedBy: 'me' });
    for (const columns of [90, 95, 100]) model.fit({ columns, rows: 24 });
    vi.advanceTimersByTime(200);
    model.fit({ columns: 120, rows: 24 });
    vi.advanceTimersByTime(200);
    source.handlers.onResize?.({ columns: 100, rows: 24 });
    source.handlers.onResize?.({ columns: 120, rows: 24 });
    expect(source.sizes.map((size) => size.columns)).toEqual([100, 120]);
    expect(model.state.size.columns).toBe(120);
    source.handlers.onResize?.({ columns: 40, rows: 10 });
    expect(screen.calls.at(-1)).toBe('resize 40x10');
  });

  it('never resizes a terminal that somebody else sizes', () => {
    const { source, model } = shown();
    source.handlers.onRights?.({ mayInput: true, sizing: false, sizedBy: 'Ann' });
    model.fit({ columns: 200, rows: 60 });
    vi.advanceTimersByTime(1_000);
    expect(source.sizes).toEqual([]);
  });

  it('stays ended, and says how', () => {
    const { source, model } = shown();
    source.handlers.onRights?.({ mayInput: true, sizing: true, sizedBy: 'me' });
    source.handlers.onEnded?.({ reason: 'exited', exit: { code: 2, signal: null } });
    source.handlers.onRights?.({ mayInput: true, sizing: true, sizedBy: 'me' });
    expect(model.state).toMatchObject({ phase: 'ended', exit: { code: 2, signal: null } });
    expect(describeExit({ code: null, signal: 'SIGHUP' })).toBe('ended by SIGHUP');
  });

  it('tells a failure from an end', () => {
    const { source, model } = shown();
    source.handlers.onEnded?.({ reason: 'error', error: new AppError('forbidden', 'no') });
    expect(model.state.phase).toBe('failed');
  });
});

describe('hostile output', () => {
  it('cleans titles', () => {
    expect(cleanTitle('a\u202eb\u001b]0;x\u0007c')).toBe('ab]0;xc');
    expect(cleanTitle('x'.repeat(500))).toHaveLength(80);
  });

  it('offers only http and https links', () => {
    expect(findSafeLink('https://example.com/a')?.host).toBe('example.com');
    for (const text of ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'not a link'])
      expect(findSafeLink(text)).toBeUndefined();
  });
});
