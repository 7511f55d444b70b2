/** Who looks at a sandbox now. Not part of the recording: it is true of this moment and this server only. */
import { z } from 'zod';
import { Role } from './identity.ts';
import { WallMs } from './ids.ts';

export const Viewer = z
  .object({
    id: z.string().describe('one browser session or one program; stable while it is here, in every sandbox'),
    name: z.string().describe("its token's name"),
    role: Role,
    kind: z.enum(['person', 'program']).describe('person: came with a browser session'),
    sinceMs: WallMs,
    windows: z.number().int().positive().describe('pages or connections it has open on this sandbox'),
    you: z.boolean(),
  })
  .meta({ id: 'Viewer' });
export type Viewer = z.infer<typeof Viewer>;
