/** Which command or terminal a number or a tag of the vendor's API means. */
import { AppError, type ExecId, type SandboxId, type TerminalId } from '@sandglass/protocol';
import { z } from 'zod';
import type { Services } from '../../../services.ts';

export const Selector = z.object({ pid: z.number().int().optional(), tag: z.string().optional() });
export type Selector = z.infer<typeof Selector>;

export const ProcessConfig = z.object({
  cmd: z.string().min(1).max(131_072),
  args: z.array(z.string().max(131_072)).max(1_024).default([]),
  envs: z.record(z.string(), z.string()).default({}),
  cwd: z.string().max(4_096).optional(),
});
export type ProcessConfig = z.infer<typeof ProcessConfig>;

export type Program = { readonly exec: ExecId } | { readonly terminal: TerminalId };
type Known = {
  readonly program: Program;
  readonly config: ProcessConfig;
  readonly tag: string | undefined;
};

/** How long the end of a program can still be asked for, as with the vendor. */
const KEPT_MS = 30_000;
/** Above every number that a kernel gives: for a call that is held and has no process yet. */
const FIRST_UNBORN = 0x4000_0000;

export class Programs {
  readonly #services: Pick<Services, 'execs' | 'terminals'>;
  readonly #known = new Map<SandboxId, Map<number, Known>>();
  #unborn = FIRST_UNBORN;

  constructor(services: Pick<Services, 'execs' | 'terminals'>) {
    this.#services = services;
  }

  /** A number for a program that has not begun. */
  reserve(): number {
    return this.#unborn++;
  }

  add(sandbox: SandboxId, pid: number, known: Known): void {
    const all = this.#known.get(sandbox) ?? new Map<number, Known>();
    this.#known.set(sandbox, all);
    all.set(pid, known);
  }

  /** It has ended: who asks in the next moments still hears how. */
  ended(sandbox: SandboxId, pid: number): void {
    const ending = this.#known.get(sandbox)?.get(pid);
    setTimeout(() => {
      const all = this.#known.get(sandbox);
      if (all?.get(pid) !== ending) return;
      all?.delete(pid);
      if (all?.size === 0) this.#known.delete(sandbox);
    }, KEPT_MS).unref();
  }

  /** @throws AppError `notFound` */
  find(sandbox: SandboxId, { pid, tag }: Selector): { pid: number; program: Program } {
    const known = this.#known.get(sandbox);
    if (pid !== undefined) {
      const found = known?.get(pid);
      if (found) return { pid, program: found.program };
      const running = this.#running(sandbox).find((one) => one.pid === pid);
      if (running) return { pid, program: running.program };
    } else if (tag !== undefined) {
      for (const [number, one] of known ?? []) if (one.tag === tag) return { pid: number, program: one.program };
    }
    throw new AppError('notFound', `process with ${pid === undefined ? `tag ${tag}` : `pid ${pid}`} not found`);
  }

  list(sandbox: SandboxId): { pid: number; tag?: string; config: ProcessConfig }[] {
    const known = this.#known.get(sandbox);
    return this.#running(sandbox).map(({ pid, config }) => {
      const { tag, config: told = config } = known?.get(pid) ?? {};
      return { pid, ...(tag === undefined ? {} : { tag }), config: told };
    });
  }

  /** Also those that another door started, or this one before a restart. */
  #running(sandbox: SandboxId): { pid: number; program: Program; config: ProcessConfig }[] {
    const execs = this.#services.execs.running(sandbox).flatMap((exec) => {
      if (exec.pid === undefined) return [];
      const [cmd = '', ...args] = exec.command;
      const config = { cmd, args, envs: {}, ...(exec.cwd === null ? {} : { cwd: exec.cwd }) };
      return [{ pid: exec.pid, program: { exec: exec.id }, config }];
    });
    const terminals = this.#services.terminals.list(sandbox).flatMap((terminal) => {
      if (terminal.exit !== null || terminal.pid === undefined) return [];
      const config = { cmd: terminal.name, args: [], envs: {} };
      return [{ pid: terminal.pid, program: { terminal: terminal.id }, config }];
    });
    return [...execs, ...terminals];
  }
}
