/** What the driver can do, in words: one row each, also for what it cannot. Pure. */
import type { System } from '@sandglass/protocol';

export interface CapabilityRow {
  readonly name: string;
  readonly has: boolean;
  readonly words: string;
}

type Capabilities = System['capabilities'];

const isolation: Record<Capabilities['isolation'], string> = {
  process: 'namespaces of this user’s processes',
  container: 'a container with its own user namespace; the kernel is shared',
  gvisor: 'a kernel of its own in user space',
  vm: 'a machine of its own',
};
const freeze: Record<Capabilities['freeze'], string> = {
  memory: 'every process stops where it stands, memory kept',
  stop: 'every process is stopped by a signal, which its parent can see',
  none: 'not possible',
};
const files: Record<Capabilities['checkpoint']['files'], string> = {
  instant: 'at once, while it runs',
  copy: 'by copying: it stands still for about a second per GB',
  none: 'not possible',
};
const screen: Record<Capabilities['screen'], string> = {
  rfb: 'a desktop',
  cdp: 'a browser’s page',
  none: 'none: terminals and files only',
};
const tracking: Record<Capabilities['tracking'], string> = {
  fanotify: 'by the kernel, with who did it',
  inotify: 'by the kernel, in the folders that are watched',
  scan: 'by looking again and again',
};

export function capabilityRows(capabilities: Capabilities): CapabilityRow[] {
  const { checkpoint, limits } = capabilities;
  const kept = Object.entries(limits)
    .filter(([, has]) => has)
    .map(([name]) => (name === 'pids' ? 'processes' : name));
  return [
    { name: 'Isolation', has: true, words: isolation[capabilities.isolation] },
    { name: 'Freeze', has: capabilities.freeze !== 'none', words: freeze[capabilities.freeze] },
    { name: 'Checkpoints of files', has: checkpoint.files !== 'none', words: files[checkpoint.files] },
    {
      name: 'Checkpoints of memory',
      has: checkpoint.memory,
      words: checkpoint.memory ? 'running programs come back too' : 'programs start anew after a restore',
    },
    {
      name: 'Terminals',
      has: capabilities.terminals === 'persistent',
      words: capabilities.terminals === 'persistent' ? 'outlive the server' : 'end with the server’s connection',
    },
    { name: 'Screen', has: capabilities.screen !== 'none', words: screen[capabilities.screen] },
    {
      name: 'Egress rules',
      has: capabilities.egress === 'enforced',
      words: capabilities.egress === 'enforced' ? 'nothing leaves that is not allowed' : 'not enforced here',
    },
    { name: 'Limits', has: kept.length === 4, words: kept.length === 0 ? 'none is enforced' : kept.join(', ') },
    { name: 'File changes', has: capabilities.tracking !== 'scan', words: tracking[capabilities.tracking] },
  ];
}
