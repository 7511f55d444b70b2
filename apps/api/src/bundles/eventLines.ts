import type { SandboxLog } from '../recorder/log.ts';

const PAGE_EVENTS = 1_000;

/** The log up to now, one event a line. */
export function* eventLines(log: SandboxLog): Generator<string> {
  const { lastSeq } = log;
  let from = 1;
  while (from <= lastSeq) {
    const page = log.events(from, PAGE_EVENTS).filter(({ seq }) => seq <= lastSeq);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map((event) => `${JSON.stringify(event)}\n`).join('');
    from = last.seq + 1;
  }
}
