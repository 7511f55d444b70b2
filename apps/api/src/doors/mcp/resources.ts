/** What hosts can attach without a tool: files, the screen now, and what happened so far. */
import {
  McpError,
  type ReadResourceResult,
  type Resource,
  type ResourceTemplate,
} from '@modelcontextprotocol/sdk/types.js';
import { SandboxId } from '@sandglass/protocol';
import type { Principal } from '../../identity/identity.ts';
import type { Caller, Services } from '../../services.ts';
import { TextFiles } from '../acts/textFiles.ts';
import type { Workplace } from './workplace.ts';

export interface ResourceFacts {
  readonly services: Services;
  readonly caller: Caller;
  readonly principal: Principal;
  readonly workplace: Workplace;
}

const MAX_BYTES = 4_194_304;
const LAST_EVENTS = 500;

export const resourceTemplates: ResourceTemplate[] = [
  {
    uriTemplate: 'sandglass://{sandbox}/files/{+path}',
    name: 'file',
    title: 'A file of a sandbox',
    description: 'Text as text, everything else as bytes; the path is absolute without its first slash',
  },
  {
    uriTemplate: 'sandglass://{sandbox}/screen.png',
    name: 'screen',
    title: 'The screen of a sandbox now',
    mimeType: 'image/png',
  },
  {
    uriTemplate: 'sandglass://{sandbox}/recording.ndjson',
    name: 'recording',
    title: 'What happened in a sandbox',
    description: `The last ${LAST_EVENTS} events of its recording, one JSON object a line`,
    mimeType: 'application/x-ndjson',
  },
];

/** Of the session's own sandbox; nothing is made for a list. */
export function listResources({ services, workplace }: ResourceFacts): { resources: Resource[] } {
  const { own } = workplace;
  if (own === null) return { resources: [] };
  const { name, screen } = services.sandboxes.get(own);
  return {
    resources: [
      ...(screen === null
        ? []
        : [
            {
              uri: `sandglass://${own}/screen.png`,
              name: 'screen',
              title: `The screen of ${name}`,
              mimeType: 'image/png',
            },
          ]),
      {
        uri: `sandglass://${own}/recording.ndjson`,
        name: 'recording',
        title: `What happened in ${name}`,
        mimeType: 'application/x-ndjson',
      },
    ],
  };
}

export async function readResource(
  uri: string,
  facts: ResourceFacts,
  signal: AbortSignal,
): Promise<ReadResourceResult> {
  const match = /^sandglass:\/\/(sbx_[a-z0-9]+)\/(?:(screen\.png)|(recording\.ndjson)|files\/(.+))$/.exec(uri);
  if (!match)
    throw new McpError(
      -32002,
      `There is no resource ${uri.slice(0, 200)}. resources/templates/list says how they are named.`,
    );
  const { services, caller, principal, workplace } = facts;
  const sandbox = await workplace.find(caller, principal, SandboxId.parse(match[1]));
  if (match[2]) {
    const png = await services.screens.png(sandbox);
    return { contents: [{ uri, mimeType: 'image/png', blob: Buffer.from(png).toString('base64') }] };
  }
  if (match[3]) {
    const log = services.sandboxes.log(sandbox);
    const events = log.events(Math.max(0, log.lastSeq - 20 * LAST_EVENTS), 20 * LAST_EVENTS + 1).slice(-LAST_EVENTS);
    const text = events.map((event) => JSON.stringify(event)).join('\n');
    return { contents: [{ uri, mimeType: 'application/x-ndjson', text }] };
  }
  const path = `/${decodeURIComponent(match[4] as string).replace(/^\/+/, '')}`;
  const files = new TextFiles({ services, caller, sandbox });
  const bytes = await files.readBytes(path, MAX_BYTES, { signal });
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { contents: [{ uri, mimeType: 'text/plain', text }] };
  } catch {
    return { contents: [{ uri, mimeType: 'application/octet-stream', blob: Buffer.from(bytes).toString('base64') }] };
  }
}
