/** One method of the vendor's client, tried with the client itself. */
import type { Sandbox } from 'e2b';
import type { E2bWorld } from '../e2bWorld.ts';

export interface Tools {
  readonly world: E2bWorld;
  /** One sandbox for all that do no harm to it. */
  readonly sandbox: Sandbox;
  readonly Sandbox: typeof Sandbox;
  readonly hasDesktop: boolean;
  readonly hasCode: boolean;
  /** Another one, that goes away with the test. */
  readonly fresh: (options?: Parameters<typeof Sandbox.create>[1]) => Promise<Sandbox>;
}

export interface Case {
  readonly group: string;
  readonly method: string;
  readonly verdict: 'works' | 'differs' | 'absent';
  /** What is not as with the vendor. */
  readonly why?: string;
  readonly run: (tools: Tools) => Promise<void>;
}

export function group(name: string) {
  const of =
    (verdict: Case['verdict']) =>
    (method: string, run: Case['run'], why?: string): Case => ({
      group: name,
      method,
      verdict,
      ...(why === undefined ? {} : { why }),
      run,
    });
  const explained =
    (verdict: Case['verdict']) =>
    (method: string, why: string, run: Case['run']): Case =>
      of(verdict)(method, run, why);
  return { works: of('works'), differs: explained('differs'), absent: explained('absent') };
}
