/** Sends one file. XMLHttpRequest, because fetch does not tell how much has been sent. */
import { AppError, Problem } from '@sandglass/protocol';

export interface SendOptions {
  readonly csrf: string;
  /** The fence of the control that this page has. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onSent: (sentBytes: number) => void;
}

export function sendFile(url: string, content: Blob, { csrf, headers, signal, onSent }: SendOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', abort);
      act();
    };
    request.open('PUT', url);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('x-sandglass-csrf', csrf);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () =>
      settle(() => (request.status < 300 ? resolve() : reject(toError(request.status, request.responseText))));
    request.onerror = () =>
      settle(() => reject(new AppError('unavailable', 'The connection broke. The file was not written; try again.')));
    request.onabort = () => settle(() => reject(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) reject(signal.reason);
    else request.send(content);
  });
}

function toError(status: number, text: string): AppError {
  try {
    const problem = Problem.parse(JSON.parse(text));
    return new AppError(problem.code, problem.detail);
  } catch {
    return new AppError('internal', `The server answered with ${status}. The file was not written; try again.`);
  }
}
