/** The upstreams that this door knows: where they are, how they take their key, and which reader understands which address. */
import { readAnthropic } from './anthropic.ts';
import { readChat } from './openaiChat.ts';
import { readResponses } from './openaiResponses.ts';
import type { ReplyReader } from './reply.ts';

export const providerNames = ['anthropic', 'openai'] as const;
export type ProviderName = (typeof providerNames)[number];

export interface Upstream {
  /** Without a slash at its end; what follows the provider's name in the agent's address is put after it. */
  readonly url: string;
  /** Null: requests are refused with how to set it. */
  readonly key: string | null;
}

export type Upstreams = Readonly<Record<ProviderName, Upstream>>;

interface Provider {
  /** Where its SDKs go when nothing is configured. */
  readonly defaultUrl: string;
  /** How the key travels. */
  readonly authorize: (key: string) => Readonly<Record<string, string>>;
  /** In the provider's own shape, so that its SDK raises its own typed error. */
  readonly error: (status: number, message: string) => object;
  /** What it sends through a stream while nothing happens, and how it says in a stream that it failed. */
  readonly stream: { readonly ping: string; readonly error: (error: object) => string };
  /** Null for addresses whose replies are no model's (a list of models, a count of tokens). */
  readonly reader: (path: string) => ReplyReader | null;
}

/** As the Anthropic API names errors by status. */
const anthropicErrors: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
};

export const providers: Readonly<Record<ProviderName, Provider>> = {
  anthropic: {
    defaultUrl: 'https://api.anthropic.com',
    authorize: (key) => ({ 'x-api-key': key }),
    error: (status, message) => ({ type: 'error', error: { type: anthropicErrors[status] ?? 'api_error', message } }),
    stream: {
      ping: 'event: ping\ndata: {"type": "ping"}\n\n',
      error: (error) => `event: error\ndata: ${JSON.stringify(error)}\n\n`,
    },
    reader: (path) => (path === '/v1/messages' ? readAnthropic() : null),
  },
  openai: {
    // Its SDK's own base ends in /v1, and so does the one that is given to it here.
    defaultUrl: 'https://api.openai.com',
    authorize: (key) => ({ authorization: `Bearer ${key}` }),
    error: (status, message) => ({
      error: {
        message,
        type: status === 402 ? 'insufficient_quota' : status < 500 ? 'invalid_request_error' : 'server_error',
        param: null,
        code: status === 402 ? 'insufficient_quota' : null,
      },
    }),
    stream: { ping: ': keep-alive\n\n', error: (error) => `data: ${JSON.stringify(error)}\n\n` },
    reader: (path) =>
      path === '/v1/chat/completions' ? readChat() : path === '/v1/responses' ? readResponses() : null,
  },
};
