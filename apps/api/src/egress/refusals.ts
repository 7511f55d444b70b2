/** What a program in the sandbox reads when it may not, or cannot, get out. */
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SandboxId } from '@sandglass/protocol';
import type { Target } from './passage.ts';
import type { Judgement } from './policy.ts';

export function refusalText(
  judgement: Exclude<Judgement, 'allowed'>,
  sandbox: SandboxId,
  { host, port }: Target,
): string {
  if (judgement === 'private')
    return `Sandglass: ${host} leads to a private address, which only a rule that names the address itself can allow.\n`;
  const rule = JSON.stringify({ egress: { allow: [{ host, port }] } });
  const why =
    judgement === 'denied' ? 'Its egress rules deny it.' : 'Nothing is allowed but what its egress rules name.';
  return `Sandglass: this sandbox may not connect to ${host}:${port}.
${why} Allow it under Network in the console, or with
  PATCH /v1/sandboxes/${sandbox} ${rule}
`;
}

export function unreachableText({ host, port }: Target, error: Error): string {
  const code = (error as NodeJS.ErrnoException).code ?? error.message;
  return `Sandglass: ${host}:${port} is allowed but could not be reached (${code}).\n`;
}

export function reply(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-sandglass-egress': 'refused',
    connection: 'close',
  });
  response.end(text);
}

export function refuseTunnel(client: Duplex, status: string, text: string): void {
  client.end(
    `HTTP/1.1 ${status}\r\ncontent-type: text/plain; charset=utf-8\r\nx-sandglass-egress: refused\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}
