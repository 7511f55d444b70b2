import { EmptyState } from '@sandglass/ui';
import { ImageOff } from 'lucide-react';
import { useState } from 'react';
import { useImageUrl } from './useImageUrl.ts';

/** A picture as it was. In an `img` nothing of it runs, an SVG's scripts neither. */
export function PastPicture({ path, type, bytes }: { path: string; type: string; bytes: Uint8Array<ArrayBuffer> }) {
  const url = useImageUrl(bytes, type);
  const [broken, setBroken] = useState<string | null>(null);
  if (url === null) return <div className="editor-image" />;
  if (broken === url)
    return (
      <EmptyState icon={<ImageOff size={18} />} title="It was no picture then">
        Its name says so, its bytes do not. Download this version to look at it.
      </EmptyState>
    );
  return (
    <section className="editor-image" data-fit aria-label="Picture as it was">
      <img src={url} alt={path.slice(path.lastIndexOf('/') + 1)} onError={() => setBroken(url)} />
    </section>
  );
}
