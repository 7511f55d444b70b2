/** Puts the inner rooms together over their ports. Knows no adapter: the driver comes from main.ts, or from a test. */

import type { SandboxId, TokenId } from '@sandglass/protocol';
import { Bases } from './changes/bases.ts';
import { createChangeService } from './changes/service.ts';
import { createCheckpoints } from './checkpoints/service.ts';
import type { CheckpointStore } from './checkpoints/store.ts';
import { CheckpointStore as Checkpoints } from './checkpoints/store.ts';
import type { Database } from './database/open.ts';
import { Causes } from './gate/causes.ts';
import { createGateService, Gates } from './gate/gates.ts';
import { createRules } from './gate/rules/service.ts';
import type { Clock } from './lib/clock.ts';
import { createConversationService } from './recorder/conversations/service.ts';
import { createFileRecording, createPastFiles } from './recorder/files/service.ts';
import { startFilesOf } from './recorder/files/startFiles.ts';
import type { LogStore } from './recorder/log.ts';
import { createBrowserService } from './recorder/pages/acts.ts';
import { createPageRecorder } from './recorder/pages/service.ts';
import { ProcessRecorder } from './recorder/processTrack.ts';
import type { ScreenRecorder } from './recorder/screenService.ts';
import { StatsRecorder } from './recorder/statsTrack.ts';
import type { TerminalRecorder } from './recorder/terminalRecorder.ts';
import { createThumbnailService } from './recorder/thumbnails/service.ts';
import { createNoteService, loadNotes, NoteBook } from './reviews/notes.ts';
import { createRuns, type Runs } from './reviews/runs.ts';
import { ReviewStore } from './reviews/store.ts';
import { createAttachments } from './sandboxes/attachments.ts';
import { browserCommand, DEFAULT_SCREEN } from './sandboxes/birth.ts';
import type { Driver } from './sandboxes/driver.ts';
import { bySystem, type SandboxEntry } from './sandboxes/entry.ts';
import { createExecService } from './sandboxes/execs.ts';
import { createFileService } from './sandboxes/files.ts';
import { createInterventions } from './sandboxes/interventions.ts';
import { Lifetimes } from './sandboxes/lifetimes.ts';
import { createMachineService } from './sandboxes/machine.ts';
import { Operations } from './sandboxes/operations.ts';
import { createCallService } from './sandboxes/passCall.ts';
import { createPrivacyService } from './sandboxes/privacy.ts';
import { reconcile } from './sandboxes/reconcile.ts';
import { noLimits, Retention, type RetentionLimits } from './sandboxes/retention.ts';
import { type RoomLogger, SandboxRoom } from './sandboxes/room.ts';
import { createSandboxService, createSinkOf } from './sandboxes/service.ts';
import { SandboxStore } from './sandboxes/store.ts';
import { createTerminals } from './sandboxes/terminals.ts';
import type { SearchRecorder, SearchService } from './search/service.ts';
import type { Services } from './services.ts';
import { createSystemService, type ServerPhase } from './system.ts';
import type { Post } from './webhooks/post.ts';
import { createWebhooks } from './webhooks/service.ts';

/** On a busy machine. */
const BROWSER_START_MS = 20_000;

export interface RoomsOptions {
  readonly driver: Driver;
  readonly database: Database;
  readonly logs: LogStore;
  readonly screens: ScreenRecorder;
  readonly terminals: TerminalRecorder;
  readonly search: SearchService & SearchRecorder;
  /** Default: everything is kept. */
  readonly retention?: RetentionLimits;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  readonly logger: RoomLogger;
  readonly version: string;
  /** What reaches webhooks. */
  readonly post: Post;
  /** What a token is called; none where there are no tokens. */
  readonly tokenName?: (token: TokenId) => Promise<string | undefined>;
}

export interface Rooms {
  readonly services: Omit<Services, 'previews' | 'replay'>;
  /** Takes over what outlived the server before; then the phase is `ok`. */
  start(): Promise<void>;
  /** Lets go of every sandbox: they run on. */
  close(): Promise<void>;
}

export function composeRooms(options: RoomsOptions): Rooms {
  const { driver, database, logs, screens, clock, random, logger } = options;
  let phase: ServerPhase = 'starting';
  const store = new SandboxStore(database);
  const checkpoints: CheckpointStore = new Checkpoints(database);
  const room = new SandboxRoom({ driver, logs, store, clock, random, logger });
  const pages = createPageRecorder((sandbox, watched) => {
    const entry = room.find(sandbox);
    // Somebody started one where there is no screen: its pages are one.
    if (watched?.headless && entry?.facts.capabilities.screen === 'none') {
      const capabilities = { ...entry.facts.capabilities, screen: 'cdp' as const };
      entry.facts = { ...entry.facts, capabilities, screen: entry.facts.screen ?? DEFAULT_SCREEN };
      screens.startBrowser(sandbox, entry.log);
      entry.changed();
    }
    screens.showBrowser(sandbox, watched?.headless ? watched : null);
  });
  const attachments = createAttachments({
    screens,
    pages,
    terminals: options.terminals,
    search: options.search,
    files: createFileRecording({
      clock,
      onError: (sandbox, error) => logger.warn({ err: error, sandbox }, 'files could not be recorded'),
    }),
    parentOf: ({ facts }) => (facts.parent === null ? undefined : room.find(facts.parent.sandbox)),
    logger,
  });
  const operations = new Operations(room, attachments);
  const lifetimes = new Lifetimes(clock, {
    expire: (entry, action) => {
      if (action === 'kill') return quietly(operations.kill(entry, bySystem, 'its time to live is over'));
      // It waits for whoever thaws it, without a time of its own.
      entry.facts = { ...entry.facts, expiresAtMs: null };
      quietly(operations.freeze(entry, bySystem));
    },
    idle: (entry, action) =>
      quietly(action === 'kill' ? operations.kill(entry, bySystem, 'it was idle') : operations.freeze(entry, bySystem)),
  });
  operations.lifetimes = lifetimes;
  const rules = createRules({
    ...{ room, database, random },
    runLabels: (sandbox) => runs.labels(sandbox),
  });
  const causes = new Causes(clock.now);
  const gates: Gates = new Gates(room, {
    clock,
    rules: rules.port,
    newCall: room.newId.call,
    newMessage: room.newId.message,
    causes,
    admit: (entry, caller, name) => runs.budgets.admit(entry, caller, name),
    freeze: (entry, by) => operations.freeze(entry, by),
    thaw: (entry, by) => operations.thaw(entry, by),
    cancel: async (entry) => {
      const { handle } = entry;
      await Promise.allSettled(entry.execs.running.map(async (id) => await handle?.signalExec(id, 'SIGKILL')));
    },
    checkpoint: async (entry, name) => void (await made.make(entry, bySystem, { name: `before ${name}`.slice(0, 80) })),
    onError: (entry, error) =>
      logger.warn({ err: error, sandbox: entry.id }, 'the gate could not do what a rule wants'),
  });
  const made = createCheckpoints({ room, operations, store: checkpoints, attachments, gates });
  operations.gates = gates;
  const terminals = createTerminals({
    room,
    gates,
    attachments,
    draw: (log, terminal) => options.terminals.snapshot(log, terminal.id),
  });
  const sinkOf = createSinkOf(room, operations, terminals.resized);

  const privacy = createPrivacyService(room);
  const bases = new Bases({ driver, newId: room.newId.sandbox, clock });
  const changes = createChangeService({ room, checkpoints, bases, gates });

  const quietly = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => logger.warn({ err: error }, 'what was due could not be done'));
  };

  const inherit = async (entry: SandboxEntry, parent: SandboxId): Promise<void> => {
    await rules.inherit(entry, parent);
    const from = room.find(parent);
    if (from) gates.inherit(entry, from);
  };
  const sandboxes = createSandboxService({
    room,
    operations,
    lifetimes,
    checkpoints,
    attachments,
    gates,
    sinkOf,
    inherit,
  });
  const thumbnails = createThumbnailService({
    sandboxes,
    screens,
    recorder: options.terminals,
    terminals: (sandbox) => terminals.service.list(sandbox),
    onError: (sandbox, error) => logger.warn({ err: error, sandbox }, 'a small picture could not be made'),
  });

  const tokenName = options.tokenName ?? (async () => undefined);
  const reviews = new ReviewStore(database);
  const noteBook = new NoteBook();
  const runs: Runs = createRuns({
    room,
    store: reviews,
    notes: noteBook,
    search: options.search,
    random,
    tokenName,
    tell: (entry, text) => gates.of(entry).note(text, 'Sandglass'),
  });

  const webhooks = createWebhooks({
    ...{ room, database, random, post: options.post },
    gate: (sandbox) => gates.of(room.entry(sandbox)).gate(),
  });

  const retention = new Retention({
    room,
    logs,
    search: options.search,
    checkpoints,
    limits: options.retention ?? noLimits,
    forget: async (sandbox) => {
      await Promise.all([runs.forget(sandbox), rules.forget(sandbox)]);
    },
  });

  const sampling = {
    running: () => room.entries().flatMap((entry) => (entry.sandbox().phase === 'running' ? [entry.id] : [])),
    log: (sandbox: SandboxId) => room.entry(sandbox).log,
    every: (everyMs: number, callback: () => void) => {
      const timer = setInterval(callback, everyMs);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
  const calls = createCallService(room, gates, causes);
  const execs = createExecService(room, gates);
  const machine = createMachineService(room, gates, (sandbox, stream) => pages.joined(sandbox, stream));
  const browser = createBrowserService({
    calls,
    watched: (sandbox) => pages.watched(sandbox),
    input: (sandbox) => screens.browserInput(sandbox),
    mayLook: (caller, sandbox) => gates.of(room.entry(sandbox)).control.resize(caller),
    start: async (caller, sandbox) => {
      const { command, environment } = browserCommand(sandboxes.get(sandbox));
      // The person asked for a page: the program that shows it is the machine's own affair.
      await execs.start({ ...caller, actor: 'system' }, sandbox, { command, environment, wait: false });
      return await pages.until(sandbox, BROWSER_START_MS);
    },
  });

  const stats = new StatsRecorder({ ...sampling, stats: (sandbox) => sandboxes.stats(sandbox) });
  const processes = new ProcessRecorder({
    ...sampling,
    processes: (sandbox) => room.entry(sandbox).awake('list processes').processes(),
    now: clock.now,
  });

  return {
    services: {
      system: createSystemService({
        room,
        version: options.version,
        startedAtMs: clock.now(),
        phase: () => phase,
        recordings: () => retention.summary(),
      }),
      sandboxes,
      privacy,
      checkpoints: made.service,
      terminals: terminals.service,
      execs,
      calls,
      gate: createGateService(room, gates),
      webhooks: webhooks.service,
      interventions: createInterventions({ room, gates, attachments }),
      files: createFileService(room, gates),
      changes,
      conversations: createConversationService({
        log: (sandbox) => room.entry(sandbox).log,
        parent: (sandbox) => room.entry(sandbox).facts.parent,
      }),
      pastFiles: createPastFiles({
        log: (sandbox) => room.entry(sandbox).log,
        start: (sandbox) => startFilesOf(changes, sandbox),
      }),
      machine,
      screens,
      browser,
      search: options.search,
      rules: rules.service,
      runs: runs.service,
      notes: createNoteService({ room, book: noteBook, store: reviews, random, tokenName }),
      thumbnails,
    },
    async start() {
      await reconcile({ room, gates, operations, lifetimes, checkpoints, attachments, sinkOf });
      void store
        .endedFacts()
        .then((ended) => attachments.catchUp(ended, (sandbox) => room.find(sandbox)?.log))
        .catch((error) => logger.error({ err: error }, 'what ended is not found to its last word'));
      await loadNotes({ room, book: noteBook, store: reviews });
      await rules.start();
      await webhooks.start();
      await runs.start();
      phase = 'ok';
      stats.start();
      processes.start();
      await retention.start();
    },
    async close() {
      phase = 'stopping';
      webhooks.close();
      gates.close();
      lifetimes.close();
      privacy.close();
      retention.close();
      stats.close();
      processes.close();
      await Promise.all([runs.close(), rules.close()]);
      await Promise.all([operations.idle(), bases.close()]);
      attachments.close();
      thumbnails.close();
      await Promise.all(room.entries().map((entry) => entry.handle?.release()));
      await Promise.allSettled(
        room
          .entries()
          .filter((entry) => !entry.ended)
          .map((entry) => entry.save()),
      );
    },
  };
}
