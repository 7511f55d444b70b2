/** Every terminal that the recording has, also those that were hung up since or went with a restore. */
import type { LogEvent, SandboxId, Terminal } from '@sandglass/protocol';
import type { SandboxLog } from '../recorder/log.ts';

const MOST = 10_000;

export function recordedTerminals(log: SandboxLog, sandbox: SandboxId, listed: readonly Terminal[]): Terminal[] {
  const found = new Map<string, Terminal>();
  for (const event of log.eventsOf(['terminal.opened', 'terminal.renamed', 'terminal.exited'], 1, MOST))
    take(found, event, sandbox);
  for (const terminal of listed) found.set(terminal.id, terminal);
  return [...found.values()];
}

function take(found: Map<string, Terminal>, event: LogEvent, sandbox: SandboxId): void {
  if (event.kind === 'terminal.opened') {
    const { terminal: id, name, owner, columns, rows } = event.data;
    found.set(id, { id, sandbox, name, owner, columns, rows, createdAtMs: event.wallMs, exit: null, bytes: 0 });
  } else if (event.kind === 'terminal.renamed' || event.kind === 'terminal.exited') {
    const known = found.get(event.data.terminal);
    if (known === undefined) return;
    const changed = event.kind === 'terminal.renamed' ? { name: event.data.name } : { exit: event.data.exit };
    found.set(known.id, { ...known, ...changed });
  }
}
