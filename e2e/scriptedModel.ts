/** A model of Anthropic's that asks for one tool after the other and then says what it has heard. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const uses = [
  { toolset_name: 'computer', name: 'mouse_move', input: { coordinate: [480, 380] } },
  { name: 'bash', input: { command: 'echo agent' } },
  { toolset_name: 'computer', name: 'left_click', input: { coordinate: [480, 380] } },
];

interface Message {
  readonly role: string;
  readonly content: string | readonly { readonly content?: readonly { readonly text?: string }[] }[];
}

export async function openScriptedModel(): Promise<{ readonly url: string; close(): void }> {
  const server: Server = createServer((request, reply) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { messages } = JSON.parse(body) as { messages: readonly Message[] };
      const heard = messages.flatMap(({ role, content }) =>
        role === 'user' && typeof content !== 'string' ? content.flatMap((result) => result.content ?? []) : [],
      );
      const at = (messages.length - 1) / 2;
      const use = uses[at];
      const content = use
        ? [{ type: 'tool_use', id: `toolu_${at}`, ...use }]
        : [{ type: 'text', text: heard.map(({ text = '' }) => text).join(' ') }];
      reply.setHeader('content-type', 'application/json');
      reply.end(
        JSON.stringify({
          ...{ id: `msg_${at}`, type: 'message', role: 'assistant', model: 'scripted', content, stop_sequence: null },
          ...{ stop_reason: use ? 'tool_use' : 'end_turn', usage: { input_tokens: 10, output_tokens: 5 } },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}
