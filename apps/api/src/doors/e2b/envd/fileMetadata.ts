/** Metadata that clients put on files: extended attributes `user.e2b.*`, written and read by the sandbox's own Python. */
import { AppError } from '@sandglass/protocol';
import type { Inside } from './inside.ts';

const PREFIX = 'user.e2b.';
const WRITE = `import os,sys,json
path,new=sys.argv[1],json.load(sys.stdin)
for name in os.listxattr(path):
  if name.startswith('${PREFIX}'): os.removexattr(path,name)
for name,value in new.items(): os.setxattr(path,'${PREFIX}'+name,value.encode())`;
const READ = `import os,sys,json
found={}
for path in json.load(sys.stdin):
  try: names=[n for n in os.listxattr(path) if n.startswith('${PREFIX}')]
  except OSError: continue
  if names: found[path]={n[${PREFIX.length}:]:os.getxattr(path,n).decode('utf-8','replace') for n in names}
print(json.dumps(found))`;

/** Of an upload: what is not named any more is taken off. */
export async function writeFileMetadata(
  inside: Inside,
  path: string,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const { sandbox, facts } = inside;
  const named = Object.keys(metadata).length > 0;
  if (!named && !facts.of(sandbox).fileMetadata) return;
  if (named) await facts.change(sandbox, { fileMetadata: true });
  await run(inside, [WRITE, path], JSON.stringify(metadata));
}

/** By path; only those that have some. Asked only where somebody has put some. */
export async function readFileMetadata(
  inside: Inside,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  if (paths.length === 0 || !inside.facts.of(inside.sandbox).fileMetadata) return new Map();
  const text = await run(inside, [READ], JSON.stringify(paths));
  return new Map(Object.entries(JSON.parse(text) as Record<string, Record<string, string>>));
}

async function run({ services, sandbox, caller }: Inside, words: readonly string[], stdin: string): Promise<string> {
  const { exit, stdout, stderr } = await services.execs.start(caller, sandbox.id, {
    command: ['python3', '-c', ...words],
    user: 'root',
    stdin,
    timeoutMs: 20_000,
  });
  if (exit?.code === 0) return stdout ?? '';
  throw new AppError('unprocessable', `Metadata of files cannot be kept here: ${(stderr ?? '').trim().slice(-200)}`);
}
