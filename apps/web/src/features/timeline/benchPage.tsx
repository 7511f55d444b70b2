/** The page of `npm run bench -- timeline`: the real timeline over a log that never was, without a server. */
import type { Sandglass } from '@sandglass/client';
import type { Sandbox } from '@sandglass/protocol';
import { TooltipProvider } from '@sandglass/ui';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import '@sandglass/ui/fonts.css';
import '@sandglass/ui/tokens.css';
import { ServerContext } from '../../platform/client.tsx';
import { ConnectionModel } from '../../platform/connection.ts';
import { tokenColor } from '../../platform/tokenColor.ts';
import { syntheticPages, syntheticRows } from './syntheticLog.ts';
import Timeline from './Timeline.tsx';

declare global {
  interface Window {
    /** Set when the whole log is in the page. */
    timelineLoadedMs?: number;
  }
}

const search = new URLSearchParams(window.location.search);
const numberOf = (name: string, usual: number) => Number(search.get(name) ?? usual);
const events = numberOf('events', 1_000_000);
const spanUs = numberOf('seconds', 86_400) * 1_000_000;
const hasScreen = search.get('screen') === '1';
const theme = search.get('theme');
if (theme !== null) document.documentElement.dataset['theme'] = theme;

const startedMs = performance.now();
const pages = syntheticPages(syntheticRows(events, spanUs), spanUs);
const answers: Record<string, (query: { fromUs: number; toUs: number; count: number }) => unknown> = {
  timeline: () => {
    const { value } = pages.next();
    if (value?.next === null) window.timelineLoadedMs = performance.now() - startedMs;
    // As it comes over the wire.
    return JSON.parse(JSON.stringify(value));
  },
  events: () => ({ items: [], lastSeq: 0 }),
  stills: ({ fromUs, toUs, count }) => ({
    items: Array.from({ length: count }, (_, at) => ({
      seq: at,
      atUs: Math.round(fromUs + ((toUs - fromUs) * at) / count),
      width: 320,
      height: 200,
    })),
    total: count,
    nowUs: spanUs,
  }),
  still: () => drawnStill(),
};
const client = {
  request: async (name: string, input: { query: { fromUs: number; toUs: number; count: number } }) => {
    await new Promise((resolve) => setTimeout(resolve));
    return answers[name]?.(input.query);
  },
  stream: {
    state: { phase: 'open' },
    onState: () => () => undefined,
    retryNow: () => undefined,
    subscribe: () => ({ close: () => undefined }),
  },
} as unknown as Sandglass;

async function drawnStill(): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(320, 200);
  const context = canvas.getContext('2d')!;
  context.fillStyle = tokenColor(Math.random() < 0.5 ? 'screen-from' : 'screen-to');
  context.fillRect(0, 0, 320, 200);
  context.fillStyle = tokenColor('text');
  context.fillRect(30, 30, 200 + 60 * Math.random(), 140);
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg' })).arrayBuffer());
}

const nowMs = Date.now();
const sandbox = {
  id: 'sbx_synthetic',
  name: 'synthetic',
  phase: 'running',
  createdAtMs: nowMs - spanUs / 1_000,
  endedAtMs: null,
  capabilities: { screen: hasScreen ? 'rfb' : 'none' },
} as unknown as Sandbox;

createRoot(document.getElementById('root')!).render(
  <ServerContext value={{ client, connection: new ConnectionModel(client.stream) }}>
    <QueryClientProvider client={new QueryClient()}>
      <TooltipProvider>
        <main style={{ display: 'flex', flexDirection: 'column', justifyContent: 'flex-end', height: '100vh' }}>
          <Timeline sandbox={sandbox} onOpen={() => undefined} />
        </main>
      </TooltipProvider>
    </QueryClientProvider>
  </ServerContext>,
);
