import { Readable } from 'node:stream';
import { AppError, type LogEvent, type TerminalId } from '@sandglass/protocol';
import { BUNDLE_MIMETYPE } from '@sandglass/replay/bundle';
import type { FastifyReply } from 'fastify';
import { asciicast } from '../bundles/asciicast.ts';
import { bundleStream } from '../bundles/bundleStream.ts';
import { eventLines } from '../bundles/eventLines.ts';
import { recordedTerminals } from '../bundles/recordedTerminals.ts';
import type { SandboxLog } from '../recorder/log.ts';
import type { Services } from '../services.ts';
import { version } from '../version.ts';
import { hostileContent } from './fileContent.ts';
import type { Handlers } from './handlers.ts';
import { attachment, parseRange } from './ranges.ts';

/** Nobody has begun more in one sandbox. */
const MOST_RUNS = 10_000;

type Names = 'bundle' | 'eventsFile' | 'asciicast' | 'replayedFile' | 'replayedBytes';

/** Recordings as files to take away. */
export function bundleHandlers({
  sandboxes,
  terminals,
  checkpoints,
  runs,
  notes,
  conversations,
  replay,
}: Services): Pick<Handlers, Names> {
  return {
    bundle: async ({ params, query, reply, signal }) => {
      const sandbox = sandboxes.get(params.sandbox);
      const { fromUs, toUs } = query;
      const whole = fromUs === undefined && toUs === undefined;
      const log = sandboxes.recording(sandbox.id);
      const stream = bundleStream({
        product: version,
        sandbox,
        terminals: recordedTerminals(log, sandbox.id, terminals.list(sandbox.id)),
        checkpoints: await checkpoints.list(sandbox.id),
        runs: (await runs.list({ sandbox: sandbox.id, sort: 'oldest', limit: MOST_RUNS })).items,
        notes: notes.list(sandbox.id),
        conversations,
        log,
        range: whole ? null : { fromUs: fromUs ?? 0, toUs },
        signal,
      });
      asFile(reply, BUNDLE_MIMETYPE, `${sandbox.name}.sandglass`);
      return stream;
    },
    eventsFile: ({ params, reply }) => {
      const { id, name } = sandboxes.get(params.sandbox);
      asFile(reply, 'application/x-ndjson', `${name}.events.ndjson`);
      return Readable.from(eventLines(sandboxes.recording(id)), { objectMode: false });
    },
    asciicast: ({ params, reply }) => {
      const sandbox = sandboxes.get(params.sandbox);
      const log = sandboxes.recording(sandbox.id);
      const known = recordedTerminals(log, sandbox.id, terminals.list(sandbox.id));
      const terminal = known.find(({ id }) => id === params.terminal);
      if (terminal === undefined)
        throw new AppError('notFound', 'The recording has no such terminal. Ask for its terminals again.');
      // One that came along with a fork was written there anew, from its beginning.
      const own =
        sandboxes.log(sandbox.id).frames(`terminal:${terminal.id}`, 0)[Symbol.iterator]().next().done !== true;
      const frames = (own ? sandboxes.log(sandbox.id) : log).frames(`terminal:${terminal.id}`, 0);
      const exitedAtUs = terminal.exit === null ? null : findExit(log, terminal.id);
      asFile(reply, 'application/x-asciicast', `${sandbox.name} ${terminal.name}.cast`);
      return Readable.from(asciicast({ terminal, frames, lastSeq: log.lastSeq, exitedAtUs }), { objectMode: false });
    },
    replayedFile: () => ({ file: replay.file() }),
    replayedBytes: ({ request, reply }) => {
      const file = replay.file();
      if (file === null)
        throw new AppError('notFound', 'This server was not started to replay a file: npm start -- replay FILE.');
      const { sizeBytes } = file;
      const range = parseRange(request.headers.range, sizeBytes);
      asFile(reply, BUNDLE_MIMETYPE, file.name).header('accept-ranges', 'bytes');
      if (range === 'unsatisfiable') {
        reply.code(416).header('content-range', `bytes */${sizeBytes}`).header('content-length', 0);
        return null;
      }
      const part = range === 'whole' ? { offset: 0, length: sizeBytes } : range;
      reply.header('content-length', part.length);
      if (range !== 'whole')
        reply.code(206).header('content-range', `bytes ${part.offset}-${part.offset + part.length - 1}/${sizeBytes}`);
      return part.length === 0 ? null : replay.read(part);
    },
  };
}

function asFile(reply: FastifyReply, type: string, name: string): FastifyReply {
  return hostileContent(reply).type(type).header('content-disposition', attachment(name));
}

type Exited = Extract<LogEvent, { kind: 'terminal.exited' }>;

function findExit(log: SandboxLog, terminal: TerminalId): number | null {
  const exits = log.eventsOf(['terminal.exited'], 1, 10_000) as Exited[];
  return exits.find(({ data }) => data.terminal === terminal)?.atUs ?? null;
}
