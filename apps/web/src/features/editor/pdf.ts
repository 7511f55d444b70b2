/** The only file that loads pdf.js. Its worker is one of ours; its viewer, and with it all scripting, is not loaded. */
import { GlobalWorkerOptions, getDocument, type PDFDocumentLoadingTask } from 'pdfjs-dist';
import PdfWorker from 'pdfjs-dist/build/pdf.worker.mjs?worker';

export function openPdf(bytes: Uint8Array<ArrayBuffer>): PDFDocumentLoadingTask {
  GlobalWorkerOptions.workerPort ??= new PdfWorker();
  return getDocument({
    // pdf.js gives it to its worker and keeps it; a copy stays here for the next look.
    data: bytes.slice(),
    // Glyphs are drawn as paths: no font of a hostile document is installed in the page.
    disableFontFace: true,
    enableXfa: false,
    stopAtErrors: false,
    isImageDecoderSupported: false,
  });
}
