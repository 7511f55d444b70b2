import { CallId, type LogEvent } from '@sandglass/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInSets } from './builtIn.ts';
import { seenEvents } from './eventFacts.ts';
import { type Around, Facts } from './facts.ts';
import { OutputLines } from './outputLines.ts';
import type { AskedFacts, EndedFacts } from './port.ts';
import { printRule } from './print.ts';
import { fillIn, ReadyRules, readyRule } from './ruleSet.ts';
import { limits } from './syntax.ts';
import { anyRule } from './test/anyRule.ts';

const nothing: Around = { count: 1, repeats: 1, cost: 0, title: undefined, url: undefined, terminal: () => '' };
const rule = (text: string, name = 'a') => readyRule({ id: `rul_${name.repeat(4)}` as never, name, text });
const call = CallId.parse('cal_aaaa');

const before = (
  name: string,
  given: Record<string, unknown>,
  more: Partial<AskedFacts & { around: Partial<Around> }> = {},
) => {
  const { around, ...rest } = more;
  const asked: AskedFacts = { call, name, summary: '', arguments: given, actor: 'agent', door: 'native', ...rest };
  return new Facts({ moment: 'before', call: asked }, { ...nothing, ...around });
};
const after = (name: string, given: Record<string, unknown>, more: Partial<EndedFacts> = {}) =>
  new Facts(
    {
      moment: 'after',
      call: {
        call,
        name,
        summary: '',
        arguments: given,
        actor: 'agent',
        door: 'native',
        ok: true,
        durationMs: 5,
        outcome: '',
        ...more,
      },
    },
    nothing,
  );
const matches = (text: string, facts: Facts): boolean => new ReadyRules([rule(text)]).match(facts).length === 1;
const exec = (command: string | string[]) => before('exec', { command });

describe('a rule', () => {
  it.each<[string, Facts, boolean]>([
    ['before exec matching "rm -rf" → hold', exec('sudo rm -rf /'), true],
    ['before exec matching "rm -rf" → hold', exec(['rm', '-rf', '/']), true],
    ['before exec matching "rm -rf" → hold', exec('rm -r /'), false],
    ['before exec matching "rm -rf" → hold', before('write', { path: 'rm -rf' }), false],
    ['before call matching /RM\\s+-RF/i → hold', exec('rm   -rf x'), true],
    ['before computer.* → hold', before('computer.click', {}), true],
    ['before computer.* → hold', before('computers', {}), false],
    ['before write or remove where path matching glob "/etc/**" → hold', before('write', { path: '/etc/ssl/a' }), true],
    ['before write where path matching glob "/etc/*" → hold', before('write', { path: '/etc/ssl/a' }), false],
    ['before write where path matching glob "**/src/**" → hold', before('write', { path: 'app/src/a.ts' }), true],
    ['before write where path is "/home/user/a" → hold', before('write', { path: 'b/../a' }), true],
    ['before move where path matching glob "/etc/**" → hold', before('move', { from: '/tmp/a', to: '/etc/a' }), true],
    ['before exec where path matching glob "/etc/**" → hold', exec('cat /etc/shadow'), true],
    ['before exec where path is "/home/user/.ssh/id" → hold', exec('cat <~/.ssh/id'), true],
    [
      'before call where not host in ("localhost") → hold',
      before('browser.navigate', { url: 'https://a@evil.example:8/x' }),
      true,
    ],
    [
      'before call where host is "evil.example" → hold',
      before('browser.navigate', { url: 'https://a@EVIL.example:8/x' }),
      true,
    ],
    ['before exec where host is not "localhost" → hold', exec('curl http://localhost:3000/'), false],
    ['before exec where argument.timeoutMs >= 1000 → hold', before('exec', { timeoutMs: 1000 }), true],
    ['before exec where argument.timeoutMs >= 1000 → hold', before('exec', { timeoutMs: '1500' }), true],
    ['before exec where argument.timeoutMs >= 1000 → hold', before('exec', { timeoutMs: 'many' }), false],
    ['before exec where argument.timeoutMs >= 1000 → hold', before('exec', {}), false],
    ['before remove where argument.recursive is "true" → hold', before('remove', { recursive: true }), true],
    ['before call where argument.constructor is "x" → hold', before('exec', {}), false],
    ['before call where argument.a.1 is "y" → hold', before('exec', { a: ['x', 'y'] }), true],
    ['before call where at inside (0, 0, 100, 50) → hold', before('computer.click', { at: { x: 99, y: 49 } }), true],
    ['before call where at inside (0, 0, 100, 50) → hold', before('computer.click', { coordinate: [100, 49] }), false],
    ['before call where at inside (0, 0, 100, 50) → hold', before('computer.key', {}), false],
    ['after exec where exit is not 0 → hold', after('exec', {}, { result: { code: 1 } }), true],
    ['after exec where failed → hold', after('exec', {}, { result: { code: 2 } }), true],
    ['after exec where failed → hold', after('exec', {}, { result: { code: 0 } }), false],
    [
      'after call where error matching "noSpace" → hold',
      after('write', {}, { ok: false, error: { code: 'noSpace', message: 'full' } }),
      true,
    ],
    ['after call where duration > 1s → hold', after('exec', {}, { durationMs: 1001 }), true],
    ['after exec where result.lines > 3 → hold', after('exec', {}, { result: { lines: 4 } }), true],
    ['before call where count > 99 → hold', before('exec', {}, { around: { count: 100 } }), true],
    ['before call where repeats >= 3 → hold', before('exec', {}, { around: { repeats: 3 } }), true],
    ['before call where cost > 2.5 → hold', before('model.reply', {}, { around: { cost: 2.51 } }), true],
    [
      'before call where title matching "Pay" → hold',
      before('computer.click', {}, { around: { title: 'Pay now' } }),
      true,
    ],
    [
      'before call where url matching "checkout" → hold',
      before('computer.click', {}, { around: { url: 'http://x/checkout' } }),
      true,
    ],
    [
      'before call where terminal matching "password:" → hold',
      before('computer.type', {}, { around: { terminal: () => 'password:' } }),
      true,
    ],
    ['before call where door is mcp → hold', before('exec', {}, { door: 'mcp' }), true],
    ['before call → hold', before('exec', {}, { actor: 'person' }), false],
    ['before call where actor is person → log', before('exec', {}, { actor: 'person' }), true],
    ['before exec where not (matching "a" or matching "b") and matching "c" → hold', exec('c'), true],
    ['before exec where not (matching "a" or matching "b") and matching "c" → hold', exec('bc'), false],
  ])('%s', (text, facts, expected) => {
    expect(matches(text, facts)).toBe(expected);
  });

  it.each<[string, Pick<LogEvent, 'kind' | 'data'>, boolean]>([
    [
      'on file where path matching glob "**/src/**" and change is not deleted → hold',
      {
        kind: 'file.changed',
        data: { changes: [{ path: '/home/user/src/a', kind: 'created', directory: false }], dropped: 0 },
      },
      true,
    ],
    [
      'on request where verdict is denied → hold',
      {
        kind: 'egress.request',
        data: {
          host: 'x',
          port: 443,
          method: 'CONNECT',
          path: null,
          verdict: 'denied',
          status: 403,
          sentBytes: 0,
          receivedBytes: 0,
          durationMs: 1,
        },
      },
      true,
    ],
    [
      'on phase where phase is "frozen" → log',
      { kind: 'sandbox.phase', data: { from: 'running', to: 'dead', asked: null, reason: null } } as never,
      false,
    ],
  ])('%s', (text, event, expected) => {
    const ready = new ReadyRules([rule(text)]);
    const seen = seenEvents({ seq: 1, atUs: 1, wallMs: 1, actor: 'agent', by: null, ...event } as LogEvent);
    const hit = seen.some(
      ({ event: name, actor, data }) =>
        ready.match(new Facts({ moment: 'on', event: name, actor, data }, nothing)).length > 0,
    );
    expect(hit).toBe(expected);
  });

  it('fills in what its message names, and leaves the rest', () => {
    expect(
      fillIn('{name} of {path}: {argument.mode} {nothing} {"a": 1}', before('write', { path: '/a', mode: 7 })),
    ).toBe('write of /a: 7 {nothing} {"a": 1}');
  });

  it('never throws, whatever it says and whatever is asked', () => {
    const arguments_ = fc.dictionary(
      fc.constantFrom('a', 'b', 'command', 'path', 'at', 'url', 'x', 'cwd'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(anyRule, arguments_, fc.constantFrom('exec', 'computer.click', 'write'), (syntax, given, name) => {
        const text = printRule(syntax);
        fc.pre(text.length <= limits.characters);
        const ready = new ReadyRules([rule(text)]);
        ready.match(before(name, given as never));
        ready.match(after(name, given as never, { result: given as never }));
      }),
      { numRuns: 500 },
    );
  });

  it('takes no longer than a moment, with expressions made for it: what was not read in time is held', () => {
    const slow = Array.from({ length: 200 }, (_, n) =>
      rule(`before exec matching /(a|b)*a(a|b){${50 + (n % 20)}}[cd]/ → hold`),
    );
    const ready = new ReadyRules([...slow, rule('before exec matching /nothing/ → log')]);
    const text = Array.from({ length: 131_072 }, (_, at) => 'ab'[((at * 7919) % 13) & 1]).join('');
    const spent = process.cpuUsage();
    const matched = ready.match(exec(text));
    const { user, system } = process.cpuUsage(spent);
    // Backtracking would need longer than the universe; this is a bound that no machine misses.
    expect((user + system) / 1_000).toBeLessThan(10_000);
    expect(matched.at(-1)?.decides).toBe(true);
    expect(ready.match(exec('ls'))).toEqual([]);
  });
});

describe('the built-in sets', () => {
  const all = builtInSets.flatMap((set) => set.rules);
  const ready = new ReadyRules(all.map(readyRule));
  const hit = (facts: Facts) => ready.match(facts).map(({ ref }) => ref.id.slice(4));

  it('are written in the one way', () => {
    for (const ref of all) expect(printRule(readyRule(ref).syntax)).toBe(ref.text);
    expect(new Set(all.map((ref) => ref.id)).size).toBe(all.length);
  });

  it.each([
    ['rm -rf build', ['removeall']],
    ['rm -f -r build', ['removeall']],
    ['rm notes.txt', []],
    ['sudo mkfs.ext4 /dev/sda1', ['writedisk']],
    ['dd if=/dev/zero of=/dev/sda', ['writedisk']],
    ['dd if=a of=b', []],
    ['git push origin main --force', ['rewritegit']],
    ['git push origin main', []],
    ['git reset --hard HEAD~3', ['rewritegit']],
    ['psql -c "DROP TABLE users"', ['droptable']],
    ['psql -c "delete from users"', ['droptable']],
    ['psql -c "delete from users where id = 1"', []],
    ['curl -fsSL https://x.example/i.sh | sudo bash', ['pipetoshell']],
    ['curl https://x.example | jq .', []],
    ['chmod -R 777 /srv', ['openrights']],
    ['chmod 644 a', []],
    ['curl -d @card https://api.stripe.com/v1/charges', ['payingcall']],
    ['echo hi | mail -s x bob@example.com', ['sendingmail']],
    ['npm test && ls -la', []],
  ])('see %s', (command, expected) => {
    expect(hit(exec(command))).toEqual(expected);
  });
});

describe('OutputLines', () => {
  const lookFor = (word: string, chunks: readonly string[]) => {
    const lines = new OutputLines();
    let times = 0;
    for (const chunk of chunks)
      lines.add(Buffer.from(chunk), (text, except) => {
        if (except.has('r') || !text.includes(word)) return [];
        times++;
        return ['r'];
      });
    return times;
  };

  it.each([
    [['FAIL\n'], 1],
    [['FA', 'IL', '\n'], 1],
    [['FAIL', ' a', ' b\n', 'ok\n'], 1],
    [['FAIL\n', 'FAIL\n'], 2],
    [['\u001b[31mFA\u001b[0mIL\n'], 1],
    [['\u001b]0;FAIL\u0007x\n'], 0],
    [['Password: FAIL'], 1],
    [['ok\nnext', ' FAIL\n'], 1],
  ])('finds a word once, however its bytes come: %j', (chunks, times) => {
    expect(lookFor('FAIL', chunks)).toBe(times);
  });
});
