import { type DoorTexts, type SnippetPlace, snippet } from './snippet.ts';

/** A token of one sandbox needs no name; with a token of all, a session makes its own unless the address names one. */
const addressOf = (url: string, { sandbox }: SnippetPlace): string =>
  sandbox === null ? url : `${url}?sandbox=${sandbox}`;

const json = (value: unknown): string => JSON.stringify(value, null, 2);

export const mcpTexts: DoorTexts = {
  title: 'MCP',
  about:
    'Any host that speaks the Model Context Protocol: shell, files, desktop, browser, checkpoints, questions to a person.',
  snippets: (place, { url = '' }) => {
    const address = addressOf(url, place);
    const headers = { Authorization: `Bearer ${place.token}` };
    return [
      snippet({
        id: 'mcp-claude-code',
        title: 'Claude Code',
        language: 'shell',
        text: `claude mcp add --transport http sandglass '${address}' --header 'Authorization: Bearer ${place.token}'`,
      }),
      snippet({
        id: 'mcp-json',
        title: 'mcpServers (Cursor, Claude, others)',
        language: 'json',
        text: json({ mcpServers: { sandglass: { type: 'http', url: address, headers } } }),
      }),
      snippet({
        id: 'mcp-vscode',
        title: 'VS Code (.vscode/mcp.json)',
        language: 'json',
        text: json({ servers: { sandglass: { type: 'http', url: address, headers } } }),
      }),
      snippet({
        id: 'mcp-javascript',
        title: 'MCP SDK (JavaScript)',
        language: 'javascript',
        packages: ['@modelcontextprotocol/sdk'],
        text: `
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const client = new Client({ name: 'my-agent', version: '1.0.0' });
await client.connect(
  new StreamableHTTPClientTransport(new URL('${address}'), {
    requestInit: { headers: { Authorization: 'Bearer ${place.token}' } },
  }),
);
const { content } = await client.callTool({ name: 'bash', arguments: { command: 'uname -a' } });
console.log(content);
await client.close();`,
      }),
      snippet({
        id: 'mcp-openai-agents-javascript',
        title: 'OpenAI Agents SDK (JavaScript)',
        language: 'javascript',
        packages: ['@openai/agents'],
        text: `
import { Agent, MCPServerStreamableHttp, run, setTracingDisabled } from '@openai/agents';

// Through the model door: its thoughts are in the recording, and the real key stays on the server.
process.env.OPENAI_BASE_URL = '${place.url}/model/openai/v1';
process.env.OPENAI_API_KEY = '${place.token}';
// Else the SDK sends its traces, and this key, to OpenAI.
setTracingDisabled(true);

const sandglass = new MCPServerStreamableHttp({
  url: '${address}',
  requestInit: { headers: { Authorization: 'Bearer ${place.token}' } },
});
await sandglass.connect();
const agent = new Agent({ name: 'my-agent', model: 'gpt-5', mcpServers: [sandglass] });
const { finalOutput } = await run(agent, 'Which Linux is this?');
console.log(finalOutput);
await sandglass.close();`,
      }),
      snippet({
        id: 'mcp-deepagents-javascript',
        title: 'LangChain Deep Agents (JavaScript)',
        language: 'javascript',
        packages: ['deepagents', '@langchain/mcp-adapters', '@langchain/openai', 'langchain', '@langchain/core'],
        text: `
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { ChatOpenAI } from '@langchain/openai';
import { createDeepAgent } from 'deepagents';

const sandglass = new MultiServerMCPClient({
  mcpServers: {
    sandglass: {
      transport: 'http',
      url: '${address}',
      headers: { Authorization: 'Bearer ${place.token}' },
    },
  },
  // Deep agents have files of their own, under the same names.
  prefixToolNameWithServerName: true,
});
// Through the model door: its thoughts are in the recording, and the real key stays on the server.
const model = new ChatOpenAI({
  model: 'gpt-5',
  apiKey: '${place.token}',
  configuration: { baseURL: '${place.url}/model/openai/v1' },
});
const agent = createDeepAgent({ model, tools: await sandglass.getTools() });
const { messages } = await agent.invoke({ messages: [{ role: 'user', content: 'Which Linux is this?' }] });
console.log(messages.at(-1).text);
await sandglass.close();`,
      }),
      snippet({
        id: 'mcp-openai-agents',
        title: 'OpenAI Agents SDK (Python)',
        language: 'python',
        packages: ['openai-agents'],
        text: `
import asyncio

from agents import Agent, Runner
from agents.mcp import MCPServerStreamableHttp

async def main():
    async with MCPServerStreamableHttp(
        params={"url": "${address}", "headers": {"Authorization": "Bearer ${place.token}"}},
    ) as sandglass:
        agent = Agent(name="my-agent", mcp_servers=[sandglass])
        print((await Runner.run(agent, "Which Linux is this?")).final_output)

asyncio.run(main())`,
      }),
      snippet({
        id: 'mcp-deepagents',
        title: 'LangChain Deep Agents (Python)',
        language: 'python',
        packages: ['deepagents', 'langchain-mcp-adapters'],
        text: `
import asyncio

from deepagents import create_deep_agent
from langchain_mcp_adapters.client import MultiServerMCPClient

async def main():
    client = MultiServerMCPClient(
        {
            "sandglass": {
                "transport": "streamable_http",
                "url": "${address}",
                "headers": {"Authorization": "Bearer ${place.token}"},
            }
        },
        # Deep agents have files of their own, under the same names.
        tool_name_prefix=True,
    )
    agent = create_deep_agent(tools=await client.get_tools())
    result = await agent.ainvoke({"messages": [{"role": "user", "content": "Which Linux is this?"}]})
    print(result["messages"][-1].content)

asyncio.run(main())`,
      }),
    ];
  },
};
