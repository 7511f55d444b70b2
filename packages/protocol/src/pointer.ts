/** Where somebody has the pointer on a screen, and which keys they strike. X draws one pointer for all; this says whose it was. */
import { z } from 'zod';
import { Actor } from './machine.ts';

const Pixel = z.number().int().min(0).max(65_535);

export const PointerMark = z
  .object({
    actor: Actor,
    by: z.string().describe('which hand: one viewer or program; stable while it is there'),
    name: z.string().describe("its token's name"),
    x: Pixel,
    y: Pixel,
    buttons: z.number().int().min(0).max(255).describe('RFB button mask'),
    key: z
      .string()
      .min(1)
      .max(40)
      .optional()
      .describe(
        'a key was struck: Enter, Ctrl+C; • for a character, which is not kept. The pointer may never have moved',
      ),
  })
  .meta({ id: 'PointerMark' });
export type PointerMark = z.infer<typeof PointerMark>;

/** Payload of a frame of the track `pointer`. */
export const encodePointerMark = (mark: PointerMark): Uint8Array => new TextEncoder().encode(JSON.stringify(mark));

/** @throws ZodError, SyntaxError on what is no mark */
export const decodePointerMark = (payload: Uint8Array): PointerMark =>
  PointerMark.parse(JSON.parse(new TextDecoder().decode(payload)));
