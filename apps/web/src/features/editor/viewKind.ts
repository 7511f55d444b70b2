/** How a file is looked at, by its name. What turns out to be something else is shown as bytes. */
const images: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  ico: 'image/x-icon',
  svg: 'image/svg+xml',
};

export type ViewKind =
  | { readonly kind: 'text' }
  | { readonly kind: 'pdf' }
  | { readonly kind: 'image'; readonly type: string };

export function viewKindOf(path: string): ViewKind {
  const ending =
    path
      .slice(path.lastIndexOf('/') + 1)
      .toLowerCase()
      .split('.')
      .slice(1)
      .at(-1) ?? '';
  if (ending === 'pdf') return { kind: 'pdf' };
  const type = images[ending];
  return type === undefined ? { kind: 'text' } : { kind: 'image', type };
}
