/** What comes back with the memory of a checkpoint: terminals go on where they stood, in the sandbox they are now in. */
import type { Checkpoint, Terminal, TerminalId } from '@sandglass/protocol';
import { encodeStoredTerminal } from '@sandglass/replay';
import { trackFrame } from '../recorder/log.ts';
import type { Attachments } from './attachments.ts';
import type { SandboxEntry } from './entry.ts';
import type { SandboxRoom } from './room.ts';

/** A longer past stays with the parent: the fork's terminal begins empty and is drawn by what its programs say next. */
const MOST_INHERITED_BYTES = 1_048_576;

/** Before a fork is made: what its parent's terminals had said up to the checkpoint, so that they look as they did. */
export function inheritTerminals(entry: SandboxEntry, parent: SandboxEntry | undefined, checkpoint: Checkpoint): void {
  if (!parent || !checkpoint.holds.memory) return;
  for (const { id, createdAtMs, ...size } of parent.terminals.values()) {
    const track = `terminal:${id}` as const;
    if (createdAtMs > checkpoint.atMs || parent.log.trackBytes(track, trackFrame.output) > MOST_INHERITED_BYTES)
      continue;
    let begun = false;
    for (const { seq, kind, payload } of parent.log.frames(track, 0)) {
      if (seq > checkpoint.seq) break;
      if (!begun) entry.log.appendFrame(track, trackFrame.snapshot, emptyTerminal(entry.log.lastSeq, size));
      begun = true;
      if (kind === trackFrame.output || kind === trackFrame.resize) entry.log.appendFrame(track, kind, payload);
    }
  }
}

/** What is written again after it is not written below what the parent's past has of it. */
function emptyTerminal(seq: number, { columns, rows }: Pick<Terminal, 'columns' | 'rows'>): Uint8Array {
  return encodeStoredTerminal({ seq, bytes: 0, columns, rows, drawing: '' });
}

/**
 * After it runs again: terminals of the guest that the server does not hold for open are open again, with the name and size
 * they were last known by (in the sandbox, else in the one it was forked from).
 */
export async function reopenTerminals(
  entry: SandboxEntry,
  returned: readonly TerminalId[],
  options: {
    readonly room: SandboxRoom;
    readonly attachments: Attachments;
    readonly parent?: SandboxEntry | undefined;
  },
): Promise<void> {
  const { room, attachments, parent } = options;
  for (const id of returned) {
    const known = entry.terminals.get(id) ?? parent?.terminals.get(id) ?? unknownTerminal(id, room.clock.now());
    // Since the checkpoint it may have been given another size; a program draws for the one that it is told.
    await entry.handle?.resizeTerminal(id, known.columns, known.rows);
    if (entry.terminals.get(id)?.exit === null) continue;
    const terminal: Terminal = { ...known, sandbox: entry.id, exit: null };
    entry.terminals.set(id, terminal);
    const { name, owner, columns, rows } = terminal;
    entry.append({ kind: 'terminal.opened', actor: 'system', data: { terminal: id, name, owner, columns, rows } });
    attachments.terminalOpened(entry, id);
    await room.store.saveTerminal(terminal);
  }
}

function unknownTerminal(id: TerminalId, nowMs: number): Omit<Terminal, 'sandbox'> {
  return { id, name: 'shell', owner: 'agent', columns: 80, rows: 24, createdAtMs: nowMs, exit: null, bytes: 0 };
}
