import { useEffect, useState } from 'react';

/** An SVG as `data:`, which no tab can be sent to: a `blob:` of it, opened by itself, would run on this origin. */
export function useImageUrl(bytes: Uint8Array<ArrayBuffer> | null, type: string): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (bytes === null) return setUrl(null);
    if (type === 'image/svg+xml') {
      const reader = new FileReader();
      reader.onload = () => setUrl(String(reader.result));
      reader.readAsDataURL(new Blob([bytes], { type }));
      return () => reader.abort();
    }
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, type]);
  return url;
}
