import { CheckpointId, ImageName, Label, SandboxId } from '@sandglass/protocol';
import { z } from 'zod';
import { checkScope } from '../../../http/authenticate.ts';
import { defineTool, type Tool } from '../tool.ts';

export const sandboxTools: readonly Tool[] = [
  defineTool({
    name: 'create_sandbox',
    title: 'Create a sandbox',
    description:
      'Make a new sandbox: an isolated Linux machine. The other tools use it from now on when they name none. Images: desktop (a screen, a browser, a file manager), browser (a screen with a browser alone), base (no screen). There is no network unless hosts are allowed.',
    input: {
      image: ImageName.default('desktop'),
      name: Label(80).optional().describe('for people'),
      allowHosts: z
        .array(z.string().min(1).max(253))
        .max(64)
        .optional()
        .describe('hosts it may reach, such as api.example.org or *.example.com'),
    },
    effect: 'acts',
    placeless: true,
    run: async ({ image, name, allowHosts }, { caller, principal, workplace }) => {
      const sandbox = await workplace.create(caller, principal, {
        image,
        ...(name === undefined ? {} : { name }),
        ...(allowHosts === undefined ? {} : { egress: { allow: allowHosts.map((host) => ({ host })) } }),
        labels: { door: 'mcp' },
        idle: { afterMs: 3_600_000, action: 'kill' },
      });
      return `Created ${sandbox.id} (${sandbox.image}, “${sandbox.name}”). It is killed after an hour in which nothing happens.`;
    },
  }),
  defineTool({
    name: 'list_sandboxes',
    title: 'List sandboxes',
    description: 'The sandboxes that run, and which one is this session’s own.',
    input: {},
    effect: 'reads',
    placeless: true,
    run: async (_given, { services, principal, workplace }) => {
      const { scope } = principal.token;
      const { items } = await services.sandboxes.list({
        limit: 200,
        ended: false,
        ...(scope.kind === 'sandbox' ? { only: scope.sandbox } : {}),
      });
      if (items.length === 0) return 'No sandbox runs. The first tool that needs one makes it.';
      return items
        .map(
          ({ id, name, image, phase }) =>
            `${id}  ${phase}  ${image}  ${name}${id === workplace.own ? '  (this session’s)' : ''}`,
        )
        .join('\n');
    },
  }),
  defineTool({
    name: 'kill_sandbox',
    title: 'Kill a sandbox',
    description: 'End a sandbox for good: its processes and files are gone, its recording stays.',
    input: { sandbox: z.string().max(64).describe('its id') },
    effect: 'destroys',
    idempotent: true,
    placeless: true,
    run: async ({ sandbox }, { services, caller, principal, workplace }) => {
      const id = await workplace.find(caller, principal, sandbox);
      await services.sandboxes.kill(caller, id, 'its agent ended it');
      return `${id} is killed. Its recording stays.`;
    },
  }),
  defineTool({
    name: 'checkpoint',
    title: 'Make a checkpoint',
    description:
      'Make a restore point of the sandbox’s files (and, if asked and possible, of its running programs). A person can go back to it; fork starts a new sandbox from it. Do this before something risky.',
    input: {
      name: Label(80).optional(),
      memory: z.boolean().optional().describe('also the running programs; stops them for seconds'),
    },
    effect: 'acts',
    run: async ({ name, memory }, call) => {
      const checkpoint = await call.services.checkpoints.create(call.caller, await call.sandbox(), {
        ...(name === undefined ? {} : { name }),
        ...(memory === undefined ? {} : { memory }),
      });
      const { id, number, holds, notHeld } = checkpoint;
      const lost = notHeld.length === 0 ? '' : ` Not held: ${notHeld.join('; ')}.`;
      return `Checkpoint #${number} “${checkpoint.name}”, ${id}: ${holds.memory ? 'files and memory' : 'files'}.${lost}`;
    },
  }),
  defineTool({
    name: 'fork',
    title: 'Fork the sandbox',
    description:
      'Start a new sandbox from a checkpoint (left out: from now), to try something without touching this one. Tools go on with the old one unless you name the new one’s id, or say use.',
    input: {
      checkpoint: z.string().max(64).optional().describe('chk_…'),
      name: Label(80).optional(),
      use: z.boolean().default(false).describe('work in the fork from now on'),
    },
    effect: 'acts',
    run: async ({ checkpoint, name, use }, { services, caller, principal, workplace, sandbox }) => {
      checkScope(principal, null);
      const from = await sandbox();
      const id =
        checkpoint === undefined
          ? (await services.checkpoints.create(caller, from, { name: 'before a fork' })).id
          : CheckpointId.parse(checkpoint);
      const fork = await services.sandboxes.create(caller, {
        checkpoint: id,
        ...(name === undefined ? {} : { name }),
        labels: { door: 'mcp' },
        idle: { afterMs: 3_600_000, action: 'kill' },
      });
      if (use) workplace.use(SandboxId.parse(fork.id));
      return `Forked ${from} at ${id}: ${fork.id} (“${fork.name}”).${use ? ' Tools use it from now on.' : ''}`;
    },
  }),
];
