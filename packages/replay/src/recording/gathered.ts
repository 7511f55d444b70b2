/** Screen messages that are to be seen as one: what a later one paints over is not decoded at all. */
import {
  decodeScreenMessage,
  encodeScreenMessage,
  recordKind,
  type ScreenMessage,
  type ScreenRecord,
  screenMessage,
} from '@sandglass/protocol';

/** Enough for windows and lines that are painted again and again; each record is held against all of them. */
const MOST_AREAS = 256;
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
      records: withoutCovered(group.flatMap(({ records }) => records)),
    }),
  );
}

/** In their order; from the newest back, so that each is held against what is painted after it. */
function withoutCovered(records: readonly ScreenRecord[]): ScreenRecord[] {
  const kept: ScreenRecord[] = [];
  const areas: ScreenRecord[] = [];
  let hasCursor = false;
  for (let at = records.length - 1; at >= 0; at--) {
    const record = records[at]!;
    if (record.kind === recordKind.cursor) {
      if (!hasCursor) kept.push(record);
      hasCursor = true;
      continue;
    }
    if (areas.some((area) => covers(area, record))) continue;
    kept.push(record);
    if (areas.length < MOST_AREAS) areas.push(record);
  }
  return kept.reverse();
}

const covers = (area: ScreenRecord, of: ScreenRecord): boolean =>
  area.x <= of.x &&
  area.y <= of.y &&
  area.x + area.width >= of.x + of.width &&
  area.y + area.height >= of.y + of.height;
