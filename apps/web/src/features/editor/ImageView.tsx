import type { SandboxId } from '@sandglass/protocol';
import { EmptyState, IconButton, LoadingState, Segments } from '@sandglass/ui';
import { ImageOff, Maximize } from 'lucide-react';
import { type ReactNode, useState, type WheelEvent } from 'react';
import { Failed } from '../../platform/Failed.tsx';
import { formatBytes } from '../../platform/format.ts';
import { useWholeFile } from './useFileBytes.ts';
import { useImageUrl } from './useImageUrl.ts';
import { ViewBar } from './ViewBar.tsx';
import { ZoomTools } from './ZoomTools.tsx';

interface ImageViewProps {
  readonly sandbox: SandboxId;
  readonly path: string;
  readonly type: string;
  /** Shown instead when it is no such picture. */
  readonly otherwise: ReactNode;
  /** To its source, where it has one. */
  readonly onSource?: () => void;
}

const MOST_BYTES = 64 * 1024 * 1024;
const STEPS = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 8, 16];

/** A picture of the sandbox. In an `img` nothing of it runs, an SVG's scripts neither. */
export function ImageView({ sandbox, path, type, otherwise, onSource }: ImageViewProps) {
  const file = useWholeFile(sandbox, path, MOST_BYTES);
  const bytes = file.data?.bytes ?? null;
  const url = useImageUrl(bytes, type);
  const [zoom, setZoom] = useState<number | 'fit'>('fit');
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const [broken, setBroken] = useState<string | null>(null);
  if (file.isError) return <Failed error={file.error} onRetry={() => void file.refetch()} />;
  if (file.data === undefined) return <LoadingState label="Reading the picture" />;
  if (bytes === null)
    return (
      <EmptyState icon={<ImageOff size={18} />} title="This picture is too large to be shown here">
        It is {formatBytes(file.data.sizeBytes)}; up to {formatBytes(MOST_BYTES)} are shown. Download it instead.
      </EmptyState>
    );
  if (broken !== null && broken === url) return otherwise;
  const step = (by: 1 | -1) => {
    const now = zoom === 'fit' ? 1 : zoom;
    const next = by === 1 ? STEPS.find((each) => each > now) : STEPS.findLast((each) => each < now);
    if (next !== undefined) setZoom(next);
  };
  const handleWheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) return;
    step(event.deltaY < 0 ? 1 : -1);
  };
  const dimensions = size === null ? '' : `${size.width} × ${size.height} · `;
  return (
    <div className="editor-pane">
      <ViewBar sandbox={sandbox} path={path} facts={`${dimensions}${formatBytes(file.data.sizeBytes)}`}>
        {onSource === undefined ? null : (
          <Segments
            label="Show as"
            value="picture"
            segments={[
              { value: 'picture', label: 'Picture' },
              { value: 'source', label: 'Source' },
            ]}
            onChange={(next) => next === 'source' && onSource()}
          />
        )}
        <ZoomTools shown={zoom === 'fit' ? 'Fit' : `${Math.round(zoom * 100)} %`} onStep={step} />
        <IconButton
          size="small"
          label={zoom === 'fit' ? 'Real size' : 'Fit'}
          onClick={() => setZoom(zoom === 'fit' ? 1 : 'fit')}
        >
          <Maximize size={13} />
        </IconButton>
      </ViewBar>
      <section
        className="editor-image"
        data-fit={zoom === 'fit' || undefined}
        onWheel={handleWheel}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        tabIndex={0}
        aria-label="Picture"
      >
        {url === null ? null : (
          <img
            src={url}
            alt={path.slice(path.lastIndexOf('/') + 1)}
            onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => setSize({ width, height })}
            onError={() => setBroken(url)}
            style={
              zoom === 'fit' || size === null ? undefined : { width: size.width * zoom, height: size.height * zoom }
            }
            data-pixels={zoom !== 'fit' && zoom >= 2 ? true : undefined}
          />
        )}
      </section>
    </div>
  );
}
