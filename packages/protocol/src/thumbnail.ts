/** Small pictures of a sandbox: live ones for a wall of many, kept ones (stills) for the past. All are made from the log. */
import { z } from 'zod';
import { AtUs, Seq, TerminalId } from './ids.ts';

/** Thumbnails and stills fit in this; wider screens are made smaller, narrower ones are left as they are. */
export const THUMBNAIL_SIDE = 320;
/** More rows or columns of a terminal are not shown. */
export const MINIATURE_ROWS = 40;
export const MINIATURE_COLUMNS = 132;

const Colour = z
  .number()
  .int()
  .min(0)
  .max(0x1ff_ffff)
  .describe('0–255: of the terminal’s palette; 16777216 + rgb: exactly that');

/** Neighbouring characters that look the same. Plain text: no escapes, no control or direction characters. */
export const MiniatureRun = z
  .object({
    text: z.string(),
    foreground: Colour.optional(),
    background: Colour.optional(),
    bold: z.literal(true).optional(),
    dim: z.literal(true).optional(),
    underline: z.literal(true).optional(),
    inverse: z.literal(true).optional(),
  })
  .meta({ id: 'MiniatureRun' });
export type MiniatureRun = z.infer<typeof MiniatureRun>;

/** A terminal as it shows now, for a sandbox without a screen. */
export const Miniature = z
  .object({
    terminal: TerminalId,
    name: z.string(),
    columns: z.number().int().describe('width of what is shown, in characters'),
    rows: z.number().int().describe('height of what is shown'),
    lines: z.array(z.array(MiniatureRun)).max(MINIATURE_ROWS).describe('from the top; empty ones at the end left out'),
    cursor: z.object({ column: z.number().int(), row: z.number().int() }).nullable(),
  })
  .meta({ id: 'Miniature' });
export type Miniature = z.infer<typeof Miniature>;

/** A kept picture of the screen. */
export const Still = z
  .object({
    seq: Seq.describe('the position that it shows'),
    atUs: AtUs,
    width: z.number().int().describe('of the picture, in pixels'),
    height: z.number().int(),
  })
  .meta({ id: 'Still' });
export type Still = z.infer<typeof Still>;
