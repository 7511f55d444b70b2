/** What the server keeps open for a sandbox that lives: its way out, the recording of its screen and of its terminals. */
import { type SandboxId, type TerminalId, zeroMsOf } from '@sandglass/protocol';
import { createEgressProxy, type EgressProxy } from '../egress/proxy.ts';
import type { FileRecording } from '../recorder/files/service.ts';
import type { SandboxLog } from '../recorder/log.ts';
import type { PageRecorder } from '../recorder/pages/service.ts';
import type { ScreenRecorder } from '../recorder/screenService.ts';
import type { TerminalRecorder } from '../recorder/terminalRecorder.ts';
import type { SearchRecorder } from '../search/service.ts';
import { PROXY_PORT } from './birth.ts';
import type { SandboxEntry } from './entry.ts';
import type { RoomLogger } from './room.ts';
import type { EndedFacts } from './store.ts';

/** A browser that somebody starts is found within this; a door that starts one says so. */
const LOOK_MS = 2_000;
/** Where there is no screen, few start one. */
const LOOK_SELDOM_MS = 5_000;

export interface Attachments {
  /** It runs, or was taken over after a restart. */
  attach(entry: SandboxEntry): Promise<void>;
  /** It was put back: what reached into the old one is opened again. */
  reattach(entry: SandboxEntry): Promise<void>;
  /** It is about to end. May be repeated. */
  detach(entry: SandboxEntry, reason: string): void;
  /** What ended is found to its last word, also when the server was killed before it had read that. */
  catchUp(ended: readonly EndedFacts[], logOf: (sandbox: SandboxId) => SandboxLog | undefined): Promise<void>;
  policyChanged(entry: SandboxEntry): void;
  terminalOpened(entry: SandboxEntry, terminal: TerminalId): void;
  terminalEnded(entry: SandboxEntry, terminal: TerminalId): void;
  close(): void;
}

export interface AttachmentOptions {
  readonly screens: ScreenRecorder;
  readonly terminals: TerminalRecorder;
  readonly search: SearchRecorder;
  readonly files: FileRecording;
  readonly pages: PageRecorder;
  /** The one whose past it shares, as long as that is known. */
  readonly parentOf: (entry: SandboxEntry) => SandboxEntry | undefined;
  readonly logger: RoomLogger;
}

export function createAttachments(options: AttachmentOptions): Attachments {
  const { screens, terminals, search, files, pages, logger } = options;
  const proxies = new Map<SandboxEntry, EgressProxy>();
  /** A fork that came with memory has terminals of the same ids. */
  const keyOf = (entry: SandboxEntry, id: TerminalId) => `${entry.id}/${id}`;
  const follows = new Map<string, () => void>();
  let closed = false;
  const searches = new Map<SandboxEntry, () => void>();

  const fileRecordings = new Map<SandboxEntry, ReturnType<FileRecording['follow']>>();

  const followFiles = (entry: SandboxEntry): void => {
    const { parent } = entry.facts;
    const from = parent === null ? undefined : options.parentOf(entry);
    const recorded = {
      log: entry.log,
      zeroMs: entry.zeroMs,
      reach: () => entry.awake('read files').files,
      parent: parent !== null && from !== undefined ? { log: from.log, seq: parent.seq } : undefined,
    };
    fileRecordings.set(entry, files.follow(recorded, entry.life.phase === 'running'));
  };
  const endFiles = (entry: SandboxEntry, ended: boolean): void => {
    fileRecordings.get(entry)?.({ ended });
    fileRecordings.delete(entry);
  };

  const endSearch = (entry: SandboxEntry): void => {
    searches.get(entry)?.();
    searches.delete(entry);
  };

  const openProxy = async (entry: SandboxEntry): Promise<void> => {
    proxies.get(entry)?.close();
    proxies.delete(entry);
    if (entry.facts.capabilities.egress === 'none') return;
    const proxy = createEgressProxy({
      sandbox: entry.id,
      policy: () => entry.facts.egress,
      onRequest: (data) => {
        entry.network.sentBytes += data.sentBytes;
        entry.network.receivedBytes += data.receivedBytes;
        if (!entry.ended) entry.append({ kind: 'egress.request', actor: 'agent', data });
      },
    });
    const listener = await entry.reachable().listenPort(PROXY_PORT);
    proxy.serve(listener);
    if (entry.ended || entry.life.phase === 'killing') proxy.close();
    else proxies.set(entry, proxy);
  };

  const watchBrowser = (entry: SandboxEntry): void => {
    const { log, facts, zeroMs } = entry;
    const heardMs = zeroMs + log.lastUs / 1_000;
    const connect = async (port: number) => await entry.reachable().connectPort(port);
    pages.start(entry.id, { connect, log, heardMs }, { lookMs: facts.screen === null ? LOOK_SELDOM_MS : LOOK_MS });
  };

  const endFollow = (key: string): void => {
    follows.get(key)?.();
    follows.delete(key);
  };

  const terminalOpened = (entry: SandboxEntry, id: TerminalId): void => {
    const terminal = entry.terminals.get(id);
    const key = keyOf(entry, id);
    if (terminal?.exit === null && !follows.has(key)) follows.set(key, terminals.follow(entry.log, id));
  };

  return {
    async attach(entry) {
      followFiles(entry);
      searches.set(entry, search.follow(entry.log, entry.zeroMs));
      await openProxy(entry);
      if (entry.facts.capabilities.screen === 'rfb')
        screens.start(entry.id, { open: () => entry.reachable().openScreen(), log: entry.log });
      if (entry.facts.capabilities.screen === 'cdp') screens.startBrowser(entry.id, entry.log);
      watchBrowser(entry);
      for (const id of entry.terminals.keys()) terminalOpened(entry, id);
    },
    async reattach(entry) {
      screens.reopen(entry.id);
      watchBrowser(entry);
      await openProxy(entry);
    },
    detach(entry, reason) {
      endFiles(entry, true);
      proxies.get(entry)?.close();
      proxies.delete(entry);
      screens.stop(entry.id, reason);
      pages.stop(entry.id);
      // Its last words are found, too.
      if (entry.ended) endSearch(entry);
      for (const id of entry.terminals.keys()) endFollow(keyOf(entry, id));
    },
    async catchUp(ended, logOf) {
      // One after another: thousands may have ended, and nobody waits for them.
      for (const { id, lastSeq, ...clock } of ended) {
        if (closed) return;
        const zeroMs = zeroMsOf(clock);
        await search.catchUp({ sandbox: id, lastSeq, zeroMs }, () => logOf(id));
      }
    },
    policyChanged: (entry) => proxies.get(entry)?.recheck(),
    terminalOpened,
    terminalEnded: (entry, id) => endFollow(keyOf(entry, id)),
    close() {
      closed = true;
      pages.close();
      for (const entry of [...fileRecordings.keys()]) endFiles(entry, false);
      for (const proxy of proxies.values()) proxy.close();
      proxies.clear();
      for (const entry of [...searches.keys()]) endSearch(entry);
      for (const key of [...follows.keys()]) endFollow(key);
      logger.info({}, 'the sandboxes were let go of');
    },
  };
}
