import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RedactedStream } from './redactedStream.ts';
import { REMOVED, Redactor } from './redactor.ts';
import { lineKind, wellKnown } from './secretPatterns.ts';

const SECRETS = ['hunter2hunter2', 'hunter2', 'päss→wörd', 'aabaabaaab'];

function world(redactor: Redactor) {
  const out: Uint8Array[] = [];
  let sourceBytes = 0;
  let removed = 0;
  let due: { ms: number; call: () => void } | null = null;
  const stream = new RedactedStream({
    redactor,
    emit: (piece) => {
      out.push(piece.bytes);
      sourceBytes += piece.sourceBytes;
      removed += piece.removed;
    },
    after: (ms, call) => {
      due = { ms, call };
      return () => {
        due = null;
      };
    },
  });
  return {
    stream,
    get text() {
      return Buffer.concat(out).toString('utf8');
    },
    get bytes() {
      return Buffer.concat(out);
    },
    get sourceBytes() {
      return sourceBytes;
    },
    get removed() {
      return removed;
    },
    get dueMs() {
      return due?.ms;
    },
    wait: () => due?.call(),
  };
}

const knowing = (...values: string[]) => {
  const redactor = new Redactor({ kinds: [wellKnown] });
  for (const value of values) redactor.add(value);
  return redactor;
};

/** The bytes in pieces cut at these places. */
function* pieces(bytes: Uint8Array, cuts: readonly number[]): Generator<Uint8Array> {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let at = 0;
  for (const place of [...places, bytes.length]) {
    yield bytes.subarray(at, place);
    at = place;
  }
}

describe('bytes in pieces', () => {
  it('lose their secrets and nothing else, wherever they are cut', () => {
    const filler = fc.oneof(
      fc.constantFrom('hunter', 'aab', 'aabaab', 'p', 'ä', '\n', 'sk-', '→', 'h'),
      fc.string({ maxLength: 12 }).filter((text) => !text.includes(REMOVED)),
    );
    const part = fc.oneof(
      { weight: 2, arbitrary: filler.map((text) => ({ text, secret: false })) },
      { weight: 1, arbitrary: fc.constantFrom(...SECRETS).map((text) => ({ text, secret: true })) },
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 30 }), (parts, cuts) => {
        const redactor = knowing(...SECRETS);
        const source = parts.map(({ text }) => text).join('|');
        const bytes = Buffer.from(source);
        const seen = world(redactor);
        for (const piece of pieces(bytes, cuts)) if (piece.length > 0) seen.stream.push(piece);
        seen.stream.flush();
        expect(seen.sourceBytes).toBe(bytes.length);
        expect(seen.text).toBe(redactor.text(source).text);
        for (const secret of SECRETS) expect(seen.text).not.toContain(secret);
        for (const { text, secret } of parts)
          if (!secret) continue;
          else expect(seen.text).not.toContain(text);
      }),
      { numRuns: 500 },
    );
  });

  it('never show a whole secret, however long its parts take to come', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 6 }), fc.boolean())), (steps) => {
        const seen = world(knowing('correct-horse-battery'));
        const bytes = Buffer.from('$ echo correct-horse-battery\r\ndone, correct-horse-battery again');
        let at = 0;
        for (const [size, late] of steps) {
          seen.stream.push(bytes.subarray(at, at + size));
          at = Math.min(bytes.length, at + size);
          if (late) seen.wait();
        }
        seen.stream.push(bytes.subarray(at));
        seen.stream.flush();
        expect(seen.text).not.toContain('correct-horse-battery');
        expect(seen.text).toMatch(/^\$ echo (c|co)?/);
        expect(seen.text).toContain('\r\ndone, ');
        expect(seen.text.endsWith(' again')).toBe(true);
        expect(seen.removed).toBe(2);
        expect(seen.sourceBytes).toBe(bytes.length);
      }),
    );
  });

  it('go through untouched and at once where nothing begins', () => {
    const seen = world(knowing('hunter2hunter2'));
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    seen.stream.push(bytes);
    expect(seen.bytes).toEqual(Buffer.from(bytes));
    expect(seen.stream.heldBytes).toBe(0);
    expect(seen.dueMs).toBeUndefined();
  });

  it('wait shortly for what may begin, and longer for what likely has begun', () => {
    const seen = world(knowing('hunter2hunter2'));
    seen.stream.push(Buffer.from('say h'));
    expect(seen.text).toBe('say ');
    expect(seen.dueMs).toBeLessThanOrEqual(16);
    seen.stream.push(Buffer.from('unter2hu'));
    expect(seen.dueMs).toBeGreaterThan(100);
    seen.wait();
    expect(seen.text).toBe('say hunter2hu');
    seen.stream.push(Buffer.from('nter2!'));
    expect(seen.text).toBe(`say hunter2hu${REMOVED}!`);
  });

  it('lose tokens of known kinds, private keys, and what the owner describes', () => {
    const redactor = new Redactor({ kinds: [wellKnown, lineKind('internal-[0-9]{6}'), lineKind('Zü[a-z]+:\\s*\\S+')] });
    const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${'b3BlbnNzaC1rZXk\n'.repeat(30)}-----END OPENSSH PRIVATE KEY-----`;
    const secrets = [
      `sgt_${'a'.repeat(8)}_${'b'.repeat(32)}`,
      `sk-proj-${'x1'.repeat(20)}`,
      `ghp_${'A1b2'.repeat(9)}`,
      'AKIAIOSFODNN7EXAMPLE',
      key,
      'internal-123456',
      'Zürich: geheim',
    ];
    const source = `a ${secrets.join('\nb ')}\nend`;
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => {
        const seen = world(redactor);
        for (const piece of pieces(Buffer.from(source), cuts)) if (piece.length > 0) seen.stream.push(piece);
        seen.stream.flush();
        // The first letter of how a token begins, which everybody knows, may be gone out already.
        const marks = secrets.map((secret) => `${secret.startsWith('Z') ? '' : `${secret[0]}?`}${REMOVED}`);
        expect(seen.text).toMatch(new RegExp(`^a ${marks.join('\nb ')}\nend$`));
      }),
    );
    expect(redactor.text(source).removed).toBe(secrets.length);
  });

  it('leave words alone that only look like the beginning of a token', () => {
    const seen = world(knowing());
    const text =
      'task-runner-for-everybody-in-the-house risk-averse sk-learn npm_config AKIA eyJ -----BEGIN CERTIFICATE-----\n';
    seen.stream.push(Buffer.from(text));
    seen.stream.flush();
    expect(seen.text).toBe(text);
  });

  it('keep nothing back for long of a line that never ends', () => {
    const seen = world(new Redactor({ kinds: [wellKnown, lineKind('x{3}')] }));
    for (let i = 0; i < 50; i++) seen.stream.push(Buffer.alloc(65_536, 'a'));
    expect(seen.stream.heldBytes).toBeLessThanOrEqual(20_000);
  });
});

describe('values', () => {
  it('are found in every spelling, in keys too, and what has none is the same object', () => {
    const redactor = knowing('p@ss "word"\nline');
    const given = {
      url: 'https://x/?p=p%40ss%20%22word%22%0Aline',
      json: 'say "p@ss \\"word\\"\\nline"',
      basic: Buffer.from('p@ss "word"\nline').toString('base64'),
      'p@ss "word"\nline': [1, null, true],
      screen: 'p@ss "word"\r\nline',
    };
    const { value, removed } = redactor.value(given);
    expect(removed).toBe(5);
    expect(JSON.stringify(value)).not.toMatch(/word|cEBzcy/);
    const harmless = { a: ['b'], c: { d: 1 } };
    expect(redactor.value(harmless).value).toBe(harmless);
  });

  it('of the server hold for each sandbox, and those of a sandbox for it alone', () => {
    const server = new Redactor();
    const one = new Redactor({ parent: server });
    const other = new Redactor({ parent: server });
    expect(one.text('server-secret').removed).toBe(0);
    server.add('server-secret');
    one.add('own-secret');
    expect(one.text('server-secret own-secret').text).toBe(`${REMOVED} ${REMOVED}`);
    expect(other.text('server-secret own-secret').text).toBe(`${REMOVED} own-secret`);
    expect(one.add('short')).toBe(false);
    one.forget('own-secret');
    expect(one.text('own-secret').removed).toBe(0);
  });
});
