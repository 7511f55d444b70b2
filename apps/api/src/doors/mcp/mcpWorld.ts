/** For tests of the MCP door: a host, by the official SDK's own client. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

export class Host implements AsyncDisposable {
  readonly client = new Client({ name: 'test-host', version: '1.0.0' });
  readonly transport: StreamableHTTPClientTransport;

  private constructor(url: URL, token: string) {
    this.transport = new StreamableHTTPClientTransport(url, {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    });
  }

  static async connect(address: string, token: string, query: Record<string, string> = {}): Promise<Host> {
    const url = new URL('/mcp', address);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const host = new Host(url, token);
    await host.client.connect(host.transport as Parameters<Client['connect']>[0]);
    return host;
  }

  async call(name: string, given: Record<string, unknown> = {}): Promise<CallToolResult> {
    return (await this.client.callTool({ name, arguments: given })) as CallToolResult;
  }

  /** What it says, and fails the test when it is an error. */
  async words(name: string, given: Record<string, unknown> = {}): Promise<string> {
    const result = await this.call(name, given);
    if (result.isError) throw new Error(`${name}: ${wordsOf(result)}`);
    return wordsOf(result);
  }

  async refusal(name: string, given: Record<string, unknown> = {}): Promise<string> {
    const result = await this.call(name, given);
    if (!result.isError) throw new Error(`${name} did not fail: ${wordsOf(result)}`);
    return wordsOf(result);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.transport.terminateSession().catch(() => {});
    await this.client.close();
  }
}

export const wordsOf = (result: CallToolResult): string =>
  result.content.map((part) => (part.type === 'text' ? part.text : `<${part.type}>`)).join('\n');

export function picturesOf(result: CallToolResult): Buffer[] {
  return result.content.flatMap((part) => (part.type === 'image' ? [Buffer.from(part.data, 'base64')] : []));
}
