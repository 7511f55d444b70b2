import type { BlobHash, LogEvent, MessageRef } from '@sandglass/protocol';
import { conversationKinds, decodeFileSteps } from '@sandglass/replay';
import type { SandboxLog } from '../log.ts';

/**
 * Drops versions of files that no moment of the recording names any more: for after a part of its track `files` was removed. A living
 * sandbox's newest tree must still be in it. @returns how many bytes became free
 */
export function dropUnnamed(log: SandboxLog): number {
  const named = new Set<BlobHash>();
  for (const frame of log.frames('files', 0)) for (const hash of hashesIn(frame.payload)) named.add(hash);
  for (const hash of messagesNamed(log)) named.add(hash);
  return log.blobs.keepOnly(named);
}

const EVENTS_AT_ONCE = 500;

/** Words of conversations lie there, too. */
export function* messagesNamed(log: SandboxLog): Generator<BlobHash> {
  for (let from = 1; ; ) {
    const events = log.eventsOf(conversationKinds, from, EVENTS_AT_ONCE);
    for (const event of events) for (const { hash } of refsIn(event)) if (hash !== null) yield hash;
    if (events.length < EVENTS_AT_ONCE) return;
    from = events.at(-1)!.seq + 1;
  }
}

function refsIn(event: LogEvent): readonly MessageRef[] {
  if (event.kind === 'conversation.replied') return [event.data.message];
  if (event.kind !== 'conversation.asked') return [];
  const { messages, system } = event.data;
  return system ? [...messages, system] : messages;
}

/** Versions that a frame of the track `files` names. */
export function* hashesIn(payload: Uint8Array): Generator<BlobHash> {
  for (const step of decodeFileSteps(payload)) {
    const content = step.do === 'file' || step.do === 'know' ? step.facts?.content : undefined;
    if (content?.from === 'blob') yield content.hash;
  }
}
