/**
 * Code, Node or data may lie where only root gets to: a clone in /root, say. The server then starts in mounts of its own, where
 * an empty folder covers the closed one and holds nothing but the way to what it needs. Paths stay what they are.
 */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

export interface Passage {
  /** The topmost folders that the user may not pass through. */
  readonly closed: readonly string[];
  /** What must be there nevertheless. */
  readonly needed: readonly string[];
}

/** Takes what is needed aside before the rest is covered. Becomes the program in the end: same process, same descriptors. */
const SCRIPT = `
uid=$1 gid=$2 folder=$3; shift 3
stage=$(mktemp -d)
mount -t tmpfs -o mode=700,size=64k tmpfs "$stage"
count=0
for path; do
  [ "$path" = -- ] && break
  case $path in
    cover:*) ;;
    *) count=$((count + 1))
      if [ -d "$path" ]; then mkdir "$stage/$count"; else : > "$stage/$count"; fi
      mount --bind "$path" "$stage/$count" ;;
  esac
done
number=0
while [ "$1" != -- ]; do
  case $1 in
    cover:*) mount -t tmpfs -o mode=755,size=64k tmpfs "\${1#cover:}" ;;
    *) number=$((number + 1))
      if [ -d "$stage/$number" ]; then mkdir -p "$1"; else mkdir -p "\${1%/*}"; [ -e "$1" ] || : > "$1"; fi
      mount --bind "$stage/$number" "$1" ;;
  esac
  shift
done
shift
umount -l "$stage"
rmdir "$stage"
cd "$folder"
exec setpriv --reuid "$uid" --regid "$gid" --clear-groups "$@"`;

/** @param maySearch whether the user may pass through a folder. @returns the topmost folder above `path` that is shut. */
export function closedAbove(path: string, maySearch: (folder: string) => boolean): string | undefined {
  const above: string[] = [];
  for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) above.unshift(folder);
  return above.find((folder) => !maySearch(folder));
}

export const maySearch =
  ({ uid, gid }: User) =>
  (folder: string): boolean =>
    spawnSync('/usr/bin/test', ['-x', folder], { uid, gid, stdio: 'ignore' }).status === 0;

/** @returns null when nothing stands in the way. */
export function findPassage(paths: readonly string[], search: (folder: string) => boolean): Passage | null {
  const closed = new Set<string>();
  const needed: string[] = [];
  for (const path of paths) {
    const shut = closedAbove(path, search);
    if (!shut) continue;
    closed.add(shut);
    needed.push(path);
  }
  return closed.size > 0 ? { closed: [...closed], needed } : null;
}

/** The command that runs `command` as this user through the passage. */
export function throughPassage(
  { closed, needed }: Passage,
  { uid, gid }: User,
  { folder, command }: { folder: string; command: readonly string[] },
): [string, ...string[]] {
  const covers = closed.map((path) => `cover:${path}`);
  return [
    ...(['unshare', '--mount', '--propagation', 'slave', 'sh', '-euc', SCRIPT, 'sh'] as const),
    ...[String(uid), String(gid), folder],
    ...[...covers, ...needed, '--', ...command],
  ];
}
