/** Every door of this server, made from the settings. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { DoorMemory } from '../sandboxes/doorMemory.ts';
import { version } from '../version.ts';
import { createCdpDoor } from './cdp/door.ts';
import { createComputerDoor } from './computer/door.ts';
import type { DoorAddress, DoorFacts } from './door.ts';
import { createE2bDoor } from './e2b/mount.ts';
import { createMcpDoor } from './mcp/door.ts';
import { createModelDoor } from './model/door.ts';
import { Prices } from './model/prices.ts';
import { providers } from './model/providers.ts';

export interface DoorMemories {
  readonly e2b: DoorMemory;
}

export function createDoors(
  config: Pick<Config, 'models' | 'modelPricesFile' | 'dataDir' | 'e2b'>,
  memories: DoorMemories,
): readonly DoorFacts[] {
  const { anthropic, openai } = config.models;
  return [
    createE2bDoor({
      memory: memories.e2b,
      now: Date.now,
      internet: config.e2b.internet,
      names: { ...config.e2b, certificate: readCertificate(config.e2b), directory: join(config.dataDir, 'server/e2b') },
    }),
    createMcpDoor({ version }),
    createComputerDoor(),
    createCdpDoor(),
    createModelDoor({
      upstreams: {
        anthropic: { url: plain(anthropic.url ?? providers.anthropic.defaultUrl), key: anthropic.key },
        openai: { url: plain(openai.url ?? providers.openai.defaultUrl), key: openai.key },
      },
      prices: readPrices(config.modelPricesFile),
      now: () => performance.now(),
    }),
  ];
}

export const describeDoors = (
  doors: readonly DoorFacts[],
  address: DoorAddress,
): Readonly<Record<string, Readonly<Record<string, string>>>> =>
  Object.fromEntries(doors.map((door) => [door.name, door.describe(address)]));

const plain = (url: string): string => url.replace(/\/+$/, '');

/** One that was given for the domain; without it the door makes its own. */
function readCertificate({ tls }: Config['e2b']): { certificate: string; key: string } | null {
  return tls && { certificate: readFileSync(tls.certificateFile, 'utf8'), key: readFileSync(tls.keyFile, 'utf8') };
}

/** @throws Error that says what is wrong with the file */
function readPrices(file: string | null): Prices {
  if (file === null) return {};
  try {
    return Prices.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(`SANDGLASS_MODEL_PRICES: ${file} does not hold prices: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
