import type { SandboxId } from '@sandglass/protocol';
import { EmptyState, LoadingState } from '@sandglass/ui';
import { FileX } from 'lucide-react';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Failed } from '../../platform/Failed.tsx';
import { formatBytes } from '../../platform/format.ts';
import { useWholeFile } from './useFileBytes.ts';
import { ViewBar } from './ViewBar.tsx';
import { ZoomTools } from './ZoomTools.tsx';

interface PdfViewProps {
  readonly sandbox: SandboxId;
  readonly path: string;
  readonly otherwise: ReactNode;
}

const MOST_BYTES = 64 * 1024 * 1024;
const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];

/** Pages drawn on canvases: no script, link or form of the document works here. */
export default function PdfView({ sandbox, path, otherwise }: PdfViewProps) {
  const file = useWholeFile(sandbox, path, MOST_BYTES);
  const bytes = file.data?.bytes ?? null;
  const opened = usePdf(bytes);
  const [scale, setScale] = useState(1);
  if (file.isError) return <Failed error={file.error} onRetry={() => void file.refetch()} />;
  if (file.data === undefined || (bytes !== null && opened.phase === 'opening'))
    return <LoadingState label="Reading the document" />;
  if (bytes === null)
    return (
      <EmptyState icon={<FileX size={18} />} title="This document is too large to be shown here">
        It is {formatBytes(file.data.sizeBytes)}; up to {formatBytes(MOST_BYTES)} are shown. Download it instead.
      </EmptyState>
    );
  if (opened.phase !== 'open') return otherwise;
  const { document } = opened;
  const step = (by: 1 | -1) =>
    setScale((now) => (by === 1 ? STEPS.find((each) => each > now) : STEPS.findLast((each) => each < now)) ?? now);
  return (
    <div className="editor-pane">
      <ViewBar
        sandbox={sandbox}
        path={path}
        facts={`${document.numPages} ${document.numPages === 1 ? 'page' : 'pages'} · ${formatBytes(file.data.sizeBytes)}`}
      >
        <ZoomTools shown={`${Math.round(scale * 100)} %`} onStep={step} />
      </ViewBar>
      <section
        className="editor-pdf" // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        tabIndex={0}
        aria-label="Document"
      >
        {Array.from({ length: document.numPages }, (_, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number
          <PdfPage key={at} document={document} number={at + 1} scale={scale} />
        ))}
      </section>
    </div>
  );
}

type Opened =
  | { readonly phase: 'opening' | 'broken' }
  | { readonly phase: 'open'; readonly document: PDFDocumentProxy };

function usePdf(bytes: Uint8Array<ArrayBuffer> | null): Opened {
  const [opened, setOpened] = useState<Opened>({ phase: 'opening' });
  useEffect(() => {
    if (bytes === null) return;
    let left = false;
    let close = () => {};
    void import('./pdf.ts')
      .then(({ openPdf }) => {
        const task = openPdf(bytes);
        close = () => void task.destroy();
        return task.promise;
      })
      .then(
        (document) => left || setOpened({ phase: 'open', document }),
        () => left || setOpened({ phase: 'broken' }),
      );
    return () => {
      left = true;
      close();
      setOpened({ phase: 'opening' });
    };
  }, [bytes]);
  return opened;
}

/** Drawn when it comes into sight, forgotten when it is far. */
function PdfPage({ document, number, scale }: { document: PDFDocumentProxy; number: number; scale: number }) {
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const watch = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), {
      rootMargin: '800px',
    });
    if (host.current !== null) watch.observe(host.current);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const target = canvas.current;
    if (!near || target === null) return;
    let cancel = () => {};
    let left = false;
    void document.getPage(number).then((page) => {
      if (left) return;
      const ratio = window.devicePixelRatio;
      const viewport = page.getViewport({ scale: scale * ratio });
      target.width = viewport.width;
      target.height = viewport.height;
      target.style.width = `${viewport.width / ratio}px`;
      target.style.height = `${viewport.height / ratio}px`;
      const drawing = page.render({ canvas: target, viewport });
      cancel = () => drawing.cancel();
      // A page that was left is cancelled; one that is broken stays white.
      drawing.promise.catch(() => {});
    });
    return () => {
      left = true;
      cancel();
    };
  }, [near, document, number, scale]);
  return (
    <div ref={host} className="editor-pdf-page">
      <canvas ref={canvas} role="img" aria-label={`Page ${number}`} />
    </div>
  );
}
