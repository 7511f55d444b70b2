/** Private moments: a person stops the recording of a sandbox, works in it alone, and lets it go on. */
import { AppError } from '@sandglass/protocol';
import type { PrivacyService } from '../services.ts';
import { byCaller, bySystem, type SandboxEntry } from './entry.ts';
import { refusal } from './lifecycle.ts';
import type { SandboxRoom } from './room.ts';

export function createPrivacyService(room: SandboxRoom): PrivacyService & { close(): void } {
  const due = new Map<SandboxEntry, () => void>();
  const callOff = (entry: SandboxEntry): void => {
    due.get(entry)?.();
    due.delete(entry);
  };

  return {
    start: (caller, id, forMs) => {
      const entry = room.entry(id);
      if (entry.ended) throw refusal(entry.life, 'a private moment');
      if (caller.actor !== 'person')
        throw new AppError('forbidden', 'Private moments are for people; what an agent does is recorded.');
      const untilMs = room.clock.now() + forMs;
      entry.log.startPrivate(byCaller(caller), { untilMs });
      callOff(entry);
      due.set(
        entry,
        room.clock.at(untilMs, () => {
          due.delete(entry);
          if (!entry.ended) entry.log.endPrivate(bySystem, 'its time was over');
        }),
      );
      return entry.sandbox();
    },
    end: (caller, id) => {
      const entry = room.entry(id);
      const { capture } = entry.log;
      if (entry.ended || capture.phase !== 'private') return entry.sandbox();
      // Somebody else would show to everybody what this person is just doing.
      if (capture.by !== caller.token)
        throw new AppError('forbidden', 'Only who asked for the private moment can end it. It ends by itself in time.');
      callOff(entry);
      entry.log.endPrivate(byCaller(caller), 'it was ended');
      return entry.sandbox();
    },
    close() {
      for (const entry of [...due.keys()]) callOff(entry);
    },
  };
}
