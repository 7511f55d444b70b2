import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxId, TerminalId } from '@sandglass/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type SandboxLog, trackFrame } from './log.ts';
import { openLogStore } from './logStore.ts';
import { REMOVED, Redactor } from './redaction/redactor.ts';

const id = 'sbx_aaaaaaaaaa' as SandboxId;
const track = 'terminal:trm_aaaaaaaaaa' as `terminal:${TerminalId}`;
const SECRET = 'correct-horse-battery';

const said = (log: SandboxLog) => Buffer.concat([...log.frames(track, 0)].map(({ payload }) => payload)).toString();

it('a tail torn at any byte, or with anything behind it, costs that tail alone; the source is asked for it again', () => {
  const part = fc.oneof(fc.constant(SECRET), fc.stringMatching(/^[a-z ]{1,40}$/));
  const tear = fc.record({ cut: fc.nat({ max: 400 }), garbage: fc.uint8Array({ maxLength: 100 }) });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), tear, fc.nat(), (parts, { cut, garbage }, events) => {
      const directory = mkdtempSync(join(tmpdir(), 'sandglass-torn-'));
      try {
        const redactor = new Redactor();
        redactor.add(SECRET);
        const timers = { after: () => () => {} };
        const open = () => {
          const store = openLogStore({ directory, redactor, timers });
          return { store, log: store.open(id, { createdAtMs: Date.now() }) };
        };
        const source = parts.join('.');
        const whole = redactor.text(source).text;
        const before = open();
        for (const one of source.match(/[\s\S]{1,7}/g) ?? [])
          before.log.appendOutput(track, trackFrame.output, Buffer.from(one));
        before.log.flushOutput(track);
        for (let i = 0; i < events % 5; i++)
          before.log.append({ kind: 'sandbox.updated', actor: 'system', data: { changed: [String(i)] } });
        expect(said(before.log)).toBe(whole);

        // Killed: nothing is closed. The segment is torn; the events are acknowledged, so they are all there.
        const path = join(directory, id, 'terminal.trm_aaaaaaaaaa', '1.seg');
        truncateSync(path, Math.max(0, statSync(path).size - cut));
        appendFileSync(path, garbage);
        const after = open();
        const left = said(after.log);
        expect(whole.startsWith(left)).toBe(true);
        if (cut === 0) expect(left).toBe(whole);
        expect(after.log.events(0, 100)).toHaveLength(events % 5);

        // What is left of the source from where the log stands, as the guest sends it again, makes the whole.
        const have = after.log.outputBytes(track, trackFrame.output);
        expect(redactor.text(source.slice(0, have)).text).toBe(left);
        after.log.appendOutput(track, trackFrame.output, Buffer.from(source.slice(have)));
        after.log.flushOutput(track);
        expect(said(after.log)).toBe(whole);
        expect(said(after.log)).not.toContain(SECRET);
        expect(whole.split(REMOVED).length - 1).toBe(after.log.removed);
        after.store.close();
        before.store.close();
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: 60 },
  );
}, 30_000);
