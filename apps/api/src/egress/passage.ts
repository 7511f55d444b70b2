import type { LogEvent } from '@sandglass/protocol';

export type EgressRequest = Extract<LogEvent, { kind: 'egress.request' }>['data'];

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** One request on its way, for the report at its end. */
export class Passage {
  readonly target: Target;
  readonly method: string;
  readonly path: string | null;
  readonly #report: (request: EgressRequest) => void;
  readonly #nowMs: () => number;
  readonly #startedMs: number;
  sentBytes = 0;
  receivedBytes = 0;
  #open = true;

  constructor(
    of: { target: Target; method: string; path: string | null },
    options: { report: (request: EgressRequest) => void; nowMs: () => number },
  ) {
    this.target = of.target;
    this.method = of.method;
    this.path = of.path;
    this.#report = options.report;
    this.#nowMs = options.nowMs;
    this.#startedMs = options.nowMs();
  }

  end(verdict: EgressRequest['verdict'], status: number | null): void {
    if (!this.#open) return;
    this.#open = false;
    const { method, path, sentBytes, receivedBytes } = this;
    this.#report({
      host: this.target.host.slice(0, 253),
      port: this.target.port,
      method: method.slice(0, 32),
      path: path === null ? null : path.slice(0, 1024),
      verdict,
      status,
      sentBytes,
      receivedBytes,
      durationMs: Math.round((this.#nowMs() - this.#startedMs) * 100) / 100,
    });
  }
}
