/** Where somebody has the pointer on a screen. X draws one pointer for all; this says whose it was. */
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
  })
  .meta({ id: 'PointerMark' });
export type PointerMark = z.infer<typeof PointerMark>;

/** Payload of a frame of the track `pointer`. */
export const encodePointerMark = (mark: PointerMark): Uint8Array => new TextEncoder().encode(JSON.stringify(mark));

/** @throws ZodError, SyntaxError on what is no mark */
export const decodePointerMark = (payload: Uint8Array): PointerMark =>
  PointerMark.parse(JSON.parse(new TextDecoder().decode(payload)));
