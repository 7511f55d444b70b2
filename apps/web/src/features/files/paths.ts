/** Paths of the sandbox: always `/`, always absolute once the server has answered. */
export function parentOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at <= 0 ? '/' : path.slice(0, at);
}

export function joinPath(directory: string, name: string): string {
  return directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`;
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || '/';
}

/** Is `path` the directory itself or below it. */
export function isInside(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}

/** Why a name cannot be given; undefined when it can. The server checks again. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'Give it a name.';
  if (name.includes('/')) return 'A name cannot hold a slash.';
  if (name === '.' || name === '..') return `“${name}” is taken by the directory itself.`;
  if (new TextEncoder().encode(name).length > 255) return 'A name is at most 255 bytes long.';
  return undefined;
}
