/**
 * What a hundred rules add to a call: gathering its facts and holding it against those that could be about it. Beside it the same
 * hundred all about this one call, which is what it would cost without looking them up by name.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Figure, quantile, round } from '../figure.ts';

const CALLS = 20_000;

/** As apps/api/src/gate/rules has them: bundled by esbuild, since the bench imports nothing of the server. */
interface RulesRoom {
  readyRule(ref: { id: string; name: string; text: string }): unknown;
  ReadyRules: new (rules: readonly unknown[]) => { match(facts: unknown): readonly unknown[] };
  Facts: new (subject: unknown, around: unknown) => unknown;
}

export async function* run(): AsyncIterable<Figure> {
  const { readyRule, ReadyRules, Facts } = await load();
  const around = { count: 7, repeats: 1, cost: 0.4, title: undefined, url: undefined, terminal: () => '' };
  const rulesOf = (texts: readonly string[]) =>
    new ReadyRules(texts.map((text, at) => readyRule({ id: `rul_${at}`, name: text, text })));
  const measure = (texts: readonly string[], command: string): number[] => {
    const rules = rulesOf(texts);
    const samples: number[] = [];
    for (let at = 0; at < CALLS; at++) {
      const call = {
        ...{ call: 'cal_aaaa', name: 'exec', actor: 'agent', door: 'native' },
        summary: command,
        arguments: { command: `${command} ${at}`, cwd: '/home/user/app' },
      };
      const from = performance.now();
      rules.match(new Facts({ moment: 'before', call }, around));
      if (at >= CALLS / 10) samples.push((performance.now() - from) * 1_000);
    }
    return samples;
  };
  const command = 'npm run test -- --reporter=dot tests/checkout.spec.ts && cat /home/user/app/report.json | jq .total';
  const mixed = measure(hundred(false), command);
  const all = measure(hundred(true), command);
  const aim = '≤ 50 µs';
  yield {
    name: 'rules.call.p50',
    value: round(quantile(mixed, 0.5)),
    unit: 'µs',
    against: 'all of them about it',
    ratio: round(quantile(mixed, 0.5) / quantile(all, 0.5)),
    aim,
  };
  yield {
    name: 'rules.call.p99',
    value: round(quantile(mixed, 0.99)),
    unit: 'µs',
    against: 'all of them about it',
    ratio: round(quantile(mixed, 0.99) / quantile(all, 0.99)),
  };
  yield { name: 'rules.all.p50', value: round(quantile(all, 0.5)), unit: 'µs with all 100 about the call', aim };
  yield { name: 'rules.all.p99', value: round(quantile(all, 0.99)), unit: 'µs with all 100 about the call' };
  yield* hostile(rulesOf, Facts, around);
}

/** An expression as costly as may be saved, and a text made for it: time grows with the text, up to where it is cut. */
function* hostile(
  rulesOf: (texts: readonly string[]) => { match(facts: unknown): unknown },
  Facts: RulesRoom['Facts'],
  around: unknown,
): Iterable<Figure> {
  const rules = rulesOf(['before exec matching /(a|b)*a(a|b){75}[cd]/ → hold']);
  const times = [2_048, 4_096, 131_072].map((length) => {
    const text = Array.from({ length }, () => (Math.random() < 0.5 ? 'a' : 'b')).join('');
    const call = {
      call: 'cal_aaaa',
      name: 'exec',
      actor: 'agent',
      door: 'native',
      summary: '',
      arguments: { command: text },
    };
    const from = performance.now();
    rules.match(new Facts({ moment: 'before', call }, around));
    return performance.now() - from;
  });
  const [short = 0, middle = 0, long = 0] = times;
  yield {
    name: 'rules.hostile.4k',
    value: round(middle),
    unit: 'ms',
    against: '2k of text',
    ratio: round(middle / short),
  };
  yield {
    name: 'rules.hostile.128k',
    value: round(long),
    unit: 'ms',
    against: '4k of text',
    ratio: round(long / middle),
  };
}

/** As people write them: a third about commands, the rest about files, the screen, hosts, and what came of a call. */
function hundred(allAboutIt: boolean): string[] {
  const conditions = [
    (n: number) => `matching "rm -rf /srv/${n}"`,
    (n: number) => `matching /git\\s+push\\s.*--force-${n}/`,
    (n: number) => `where path matching glob "/etc/**/${n}.conf"`,
    (n: number) => `where host in ("a${n}.example", "b${n}.example")`,
    (n: number) => `where argument.timeoutMs > ${n} and not (door is mcp or repeats >= 3)`,
  ];
  const others = ['before write or remove', 'after exec', 'before computer.*', 'before browser.navigate', 'after call'];
  return Array.from({ length: 100 }, (_, at) => {
    const about = allAboutIt || at % 3 === 0 ? 'before exec' : (others[at % others.length] as string);
    return `${about} ${conditions[at % conditions.length]?.(at)} → hold`;
  });
}

async function load(): Promise<RulesRoom> {
  const directory = await mkdtemp(join(tmpdir(), 'sandglass-bench-'));
  try {
    const outfile = join(directory, 'rules.mjs');
    await build({
      stdin: {
        contents: "export { readyRule, ReadyRules } from './ruleSet.ts'; export { Facts } from './facts.ts';",
        resolveDir: join(import.meta.dirname, '../../apps/api/src/gate/rules'),
      },
      ...{ bundle: true, format: 'esm', platform: 'node', logLevel: 'error', outfile },
    });
    return (await import(outfile)) as RulesRoom;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
