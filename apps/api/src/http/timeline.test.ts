import type { LogEvent, TimelinePage } from '@sandglass/protocol';
import { decodeTimelineRows, type TimelineRow, timelineRowOf } from '@sandglass/replay';
import { expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { sandboxA, sandboxB } from '../../test/stubServices.ts';

/** A log of calls that take a while, some of them failing, with terminal output in between. */
function fill(world: ServerWorld, calls: number): LogEvent[] {
  const log = world.stub.log(sandboxA);
  for (let index = 0; index < calls; index++) {
    const call = `cal_${'abcdefgh'[index % 8]}${'abcdefgh'[index >> 3]}aa` as never;
    const data = { call, door: 'native' as const, name: index % 2 ? 'exec' : 'write', summary: '', arguments: {} };
    log.append({ kind: 'call.asked', actor: 'agent', data });
    world.stub.print('some output');
    log.append({
      kind: 'call.ended',
      actor: 'agent',
      data: { call, ok: index % 3 !== 0, durationMs: 1.5, summary: '' },
    });
  }
  return log.events(1, 5_000);
}

async function ask(world: ServerWorld, query: string, token?: string): Promise<TimelinePage> {
  const answer = await world.ask(`/v1/sandboxes/${sandboxA}/timeline?${query}`, token === undefined ? {} : { token });
  expect(answer.status).toBe(200);
  return answer.json as TimelinePage;
}

const rowsOf = (events: readonly LogEvent[]): TimelineRow[] =>
  events.map(timelineRowOf).filter((row) => row !== undefined);

it('gives the whole log in pages, each event once, whatever their size', async () => {
  await using world = await ServerWorld.start();
  const events = fill(world, 12);
  for (const limit of [5, 12, 1_000]) {
    const rows: TimelineRow[] = [];
    let next: number | null = 0;
    while (next !== null) {
      const page: TimelinePage = await ask(world, `afterSeq=${next}&limit=${limit}`);
      rows.push(...decodeTimelineRows(page.columns));
      expect(page.throughSeq).toBeGreaterThanOrEqual(rows.at(-1)?.seq ?? 0);
      next = page.next;
    }
    expect(rows).toEqual(rowsOf(events));
  }
});

it('gives a stretch of time and nothing outside of it', async () => {
  await using world = await ServerWorld.start();
  const events = fill(world, 30);
  const fromUs = events[20]!.atUs;
  const toUs = events[40]!.atUs;
  const page = await ask(world, `fromUs=${fromUs}&toUs=${toUs}`);
  const wanted = rowsOf(events.filter((event) => event.atUs >= fromUs && event.atUs <= toUs));
  expect([...decodeTimelineRows(page.columns)]).toEqual(wanted);
  expect(page.next).toBeNull();
  expect(page.nowUs).toBeGreaterThanOrEqual(toUs);
});

it('refuses other scopes and what is no number, and says when there is no such sandbox', async () => {
  await using world = await ServerWorld.start();
  const { secret } = await world.token({ role: 'viewer', scope: { kind: 'sandbox', sandbox: sandboxB } });
  const refused = await world.ask(`/v1/sandboxes/${sandboxA}/timeline`, { token: secret });
  expect([refused.status, refused.problem.code]).toEqual([403, 'forbidden']);
  for (const query of ['fromUs=-1', 'toUs=soon', 'afterSeq=1.5', 'limit=0', 'limit=10001']) {
    const bad = await world.ask(`/v1/sandboxes/${sandboxA}/timeline?${query}`);
    expect([query, bad.status, bad.problem.code]).toEqual([query, 400, 'badRequest']);
  }
  const missing = await world.ask('/v1/sandboxes/sbx_nonenone/timeline');
  expect(missing.problem.code).toBe('notFound');
});
