import type { RouteBody, RunCost, RunOutcome, Run as RunResource, Say, StartRun } from '@sandglass/protocol';
import type { RequestOptions } from '../http/input.ts';
import type { Requester } from '../http/requester.ts';

export type RunStart = Omit<StartRun, 'range'>;

/** An agent's work from a goal to an outcome, as its program holds it. It ends once; what is said of it after that is dropped. */
export class Run {
  #info: RunResource;
  readonly #requester: Requester;
  #ended: Promise<RunResource> | undefined;

  constructor(info: RunResource, requester: Requester) {
    this.#info = info;
    this.#requester = requester;
  }

  get id(): RunResource['id'] {
    return this.#info.id;
  }

  /** As last heard from the server. */
  get info(): RunResource {
    return this.#info;
  }

  /** What the agent thinks or plans: shown in the activity, and found by its words. */
  async say(text: string, { sort, ...options }: Pick<Say, 'sort'> & RequestOptions = {}): Promise<void> {
    const body = { text, ...(sort === undefined ? {} : { sort }) };
    await this.#requester.request('sayOfRun', { params: this.#params, body, ...options });
  }

  /** What it has cost so far, in all. */
  async cost(cost: RunCost, options: RequestOptions = {}): Promise<void> {
    await this.update({ cost }, options);
  }

  async update(body: RouteBody<'updateRun'>, options: RequestOptions = {}): Promise<RunResource> {
    this.#info = await this.#requester.request('updateRun', { params: this.#params, body, ...options });
    return this.#info;
  }

  /** Ends it. Said again, the first counts. */
  end(outcome: RunOutcome, rest: { reason?: string; cost?: RunCost } & RequestOptions = {}): Promise<RunResource> {
    const { reason, cost, ...options } = rest;
    const body = { outcome, ...(reason === undefined ? {} : { reason }), ...(cost === undefined ? {} : { cost }) };
    this.#ended ??= this.#requester.request('endRun', { params: this.#params, body, ...options }).then((info) => {
      this.#info = info;
      return info;
    });
    return this.#ended;
  }

  get #params(): { sandbox: RunResource['sandbox']; run: RunResource['id'] } {
    return { sandbox: this.#info.sandbox, run: this.#info.id };
  }
}

const MOST_REASON = 2_000;

/** Does the work, and ends the run as it went: `failed` with what was thrown, else `succeeded`, unless the work has ended it. */
export async function workOn<T>(run: Run, work: (run: Run) => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work(run);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).trim().slice(0, MOST_REASON);
    // What went wrong first is what its caller hears of.
    await run.end('failed', reason === '' ? {} : { reason }).catch(() => undefined);
    throw error;
  }
  await run.end('succeeded');
  return result;
}
