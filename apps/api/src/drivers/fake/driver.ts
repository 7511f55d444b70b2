/**
 * A driver without a system beneath it: sandboxes in memory, for work on the outer rooms and for tests without root. It keeps
 * the port's promises (order, offsets, durability before forgetting, nothing changed by what is refused). Its host outlives
 * the driver, so a restart of the server can be played with it.
 */
import {
  AppError,
  type Capabilities,
  type CheckpointId,
  type ImageName,
  type Limits,
  type SandboxId,
} from '@sandglass/protocol';
import type { CreateSpec, Driver, DriverReport, DriverSandbox, SandboxSink } from '../../sandboxes/driver.ts';
import { FakeFiles, type FakeNode } from './fakeFiles.ts';
import { FakeMachine } from './fakeMachine.ts';
import { fakeSandboxFiles } from './fakeSandboxFiles.ts';

export interface FakeHost {
  readonly machines: Map<SandboxId, FakeMachine>;
  readonly checkpoints: Map<CheckpointId, FakeNode>;
  now: () => number;
  /** Set to make the next creation fail with it. */
  failNextCreate?: Error;
}

export function createFakeHost(now: () => number = Date.now): FakeHost {
  return { machines: new Map(), checkpoints: new Map(), now };
}

export const fakeCapabilities: Capabilities = {
  isolation: 'process',
  freeze: 'memory',
  checkpoint: { files: 'instant', memory: false },
  terminals: 'persistent',
  screen: 'none',
  egress: 'enforced',
  limits: { cpu: false, memory: false, pids: true, disk: true },
  tracking: 'fanotify',
};

const DEFAULTS: Limits = { cpus: 2, memoryMb: 1024, diskMb: 1024, pids: 512 };
const IMAGES: readonly ImageName[] = ['base', 'desktop', 'browser'];

export function createFakeDriver(host: FakeHost = createFakeHost()): Driver {
  const handles = new Set<DriverSandbox>();

  const attach = (machine: FakeMachine, sink: SandboxSink): DriverSandbox => {
    machine.attach(sink);
    const handle = fakeSandbox(machine, { host, sink, onRelease: () => handles.delete(handle) });
    handles.add(handle);
    return handle;
  };

  return {
    name: 'fake',
    async probe(): Promise<DriverReport> {
      return {
        driver: 'fake',
        level: 'L0',
        levelReason:
          'Sandboxes are played in memory: nothing runs in them. Start without SANDGLASS_DRIVER=fake for real ones.',
        probes: [{ name: 'fake', ok: true, detail: 'sandboxes in memory' }],
        capabilities: fakeCapabilities,
        images: IMAGES.map((name) => ({
          name,
          ready: true,
          sizeBytes: 0,
          defaults: DEFAULTS,
          screen: 'none' as const,
        })),
        host: { cpus: 4, memoryMb: 8192, diskFreeMb: 65_536, pids: 32_768 },
        privilege: {
          serverUid: process.getuid?.() ?? -1,
          separated: false,
          detail: 'the fake driver needs no privilege',
        },
      };
    },
    async create(spec, sink) {
      const failure = host.failNextCreate;
      if (failure) {
        delete host.failNextCreate;
        throw failure;
      }
      if (host.machines.has(spec.id)) throw new AppError('alreadyExists', `${spec.id} exists already.`);
      const machine = new FakeMachine(spec, host.now, rootOf(host, spec));
      host.machines.set(spec.id, machine);
      return attach(machine, sink);
    },
    async list() {
      return {
        sandboxes: [...host.machines.values()].map(({ id, state }) => ({ id, state })),
        checkpoints: [...host.checkpoints.keys()],
      };
    },
    async adopt(spec, sink) {
      const machine = host.machines.get(spec.id);
      if (!machine || machine.state === 'dead') throw new AppError('notFound', `The host has no sandbox ${spec.id}.`);
      return attach(machine, sink);
    },
    async discard(id) {
      host.machines.get(id)?.end();
      host.machines.delete(id);
    },
    async removeCheckpoint(checkpoint) {
      host.checkpoints.delete(checkpoint);
    },
    async openBase(_id, source) {
      const files = new FakeFiles({
        now: host.now,
        limitBytes: Number.POSITIVE_INFINITY,
        ...('checkpoint' in source ? { root: checkpointOf(host, source.checkpoint) } : {}),
      });
      let open = true;
      const opened = () => {
        if (!open) throw new AppError('gone', 'It was closed.');
        return files;
      };
      const { stat, list, read } = fakeSandboxFiles(() => ({ files: opened() }));
      return {
        files: { stat, list, read },
        close: async () => {
          open = false;
        },
      };
    },
    async close() {
      for (const handle of [...handles]) await handle.release();
    },
  };
}

function rootOf(host: FakeHost, spec: CreateSpec): FakeNode | undefined {
  if (!('checkpoint' in spec.source)) return undefined;
  return checkpointOf(host, spec.source.checkpoint);
}

function checkpointOf(host: FakeHost, checkpoint: CheckpointId): FakeNode {
  const root = host.checkpoints.get(checkpoint);
  if (!root) throw new AppError('notFound', `The host has no checkpoint ${checkpoint}.`);
  return structuredClone(root);
}

function fakeSandbox(
  machine: FakeMachine,
  { host, sink, onRelease }: { host: FakeHost; sink: SandboxSink; onRelease: () => void },
): DriverSandbox {
  const living = (): FakeMachine => {
    if (machine.state === 'dead') throw new AppError('gone', 'The sandbox has ended.');
    return machine;
  };
  /** Whatever a program inside must answer. */
  const awake = (): FakeMachine => {
    if (machine.state === 'frozen') throw new AppError('wrongState', 'The sandbox is frozen. Thaw it first.');
    return living();
  };
  return {
    id: machine.id,
    capabilities: fakeCapabilities,
    files: fakeSandboxFiles(awake),
    running: async () => ({ terminals: [...machine.terminals.keys()], execs: [...machine.execs.keys()] }),
    openTerminal: async (spec) => awake().openTerminal(spec),
    writeTerminal: async (terminal, text) => awake().terminal(terminal).type(text),
    resizeTerminal: async (terminal, columns, rows) => awake().resizeTerminal(terminal, columns, rows),
    closeTerminal: async (terminal) => awake().terminal(terminal).process.kill('SIGHUP'),
    startExec: async (spec) => awake().startExec(spec),
    writeStdin: async (exec, bytes) => awake().exec(exec).input.write(bytes),
    closeStdin: async (exec) => awake().exec(exec).input.close(),
    signalExec: async (exec, signal) => awake().exec(exec).kill(signal),
    processes: async () => awake().processes(),
    signalProcess: async (pid, signal) => awake().signalProcess(pid, signal),
    ports: async () => awake().ports.list(),
    openScreen: async () => {
      throw new AppError('notSupported', 'The fake driver has no screens.');
    },
    connectPort: async (port) => awake().ports.connect(port),
    listenPort: async (port) => living().ports.listen(port),
    stats: async () => ({
      cpuUsec: 1000 * living().processes().length,
      memoryBytes: 8_388_608,
      memoryLimitBytes: machine.limits.memoryMb * 1_048_576,
      diskBytes: machine.files.usedBytes(),
      pids: machine.processes().length,
    }),
    freeze: async () => living().freeze(),
    thaw: async () => living().thaw(),
    checkpoint: async (checkpoint) => {
      host.checkpoints.set(checkpoint, living().files.copy());
      return { stoppedMs: 0, memory: false, notHeld: ['running processes', 'open connections'] };
    },
    restore: async (checkpoint) => {
      const root = checkpointOf(host, checkpoint);
      living().reset(root);
      machine.attach(sink);
    },
    setLimits: async (limits) => {
      living().limits = limits;
    },
    kill: async () => {
      machine.end();
      host.machines.delete(machine.id);
      onRelease();
    },
    release: async () => {
      machine.attach(undefined);
      onRelease();
    },
  };
}
