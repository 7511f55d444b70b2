/** Screen messages that are to be seen as one: what a later one paints over is not decoded at all. */
import {
  decodeScreenMessage,
  encodeScreenMessage,
  recordKind,
  type ScreenMessage,
  type ScreenRecord,
  screenMessage,
} from '@sandglass/protocol';
import { Covered } from './covered.ts';

/** One bit each; of a larger screen everything is decoded. */
const MOST_PIXELS = 16_777_216;
/** A message counts its records in 16 bits. */
const MOST_RECORDS = 65_535;

/**
 * The same picture in fewer messages: one for those of the same size that follow each other. What scrolled for a minute is
 * hundreds of pictures of one place, of which only the last is seen.
 */
export function gatherMessages(messages: readonly Uint8Array[]): Uint8Array[] {
  if (messages.length < 2) return [...messages];
  const decoded = messages.map(decodeScreenMessage);
  if (decoded.reduce((sum, { records }) => sum + records.length, 0) > MOST_RECORDS) return [...messages];
  // What was before a whole picture is not seen any more.
  const from = Math.max(
    0,
    decoded.findLastIndex(({ type }) => type === screenMessage.liveSet),
  );
  const groups: ScreenMessage[][] = [];
  for (const message of decoded.slice(from)) {
    const last = groups.at(-1)?.at(-1);
    if (last?.width === message.width && last.height === message.height) groups.at(-1)!.push(message);
    else groups.push([message]);
  }
  return groups.map((group) =>
    encodeScreenMessage({
      ...group.at(-1)!,
      type: group[0]!.type,
      records: withoutCovered(
        group.flatMap(({ records }) => records),
        group[0]!,
      ),
    }),
  );
}

/** In their order; from the newest back, so that of each only what nothing later paints over counts. */
function withoutCovered(records: readonly ScreenRecord[], { width, height }: ScreenMessage): ScreenRecord[] {
  if (width * height > MOST_PIXELS) return [...records];
  const kept: ScreenRecord[] = [];
  const covered = new Covered(width, height);
  let hasCursor = false;
  for (let at = records.length - 1; at >= 0; at--) {
    const record = records[at]!;
    if (record.kind === recordKind.cursor) {
      if (!hasCursor) kept.push(record);
      hasCursor = true;
    } else if (covered.add(record)) kept.push(record);
  }
  return kept.reverse();
}
