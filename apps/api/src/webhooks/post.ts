/** One POST to an address that an administrator named. */
import { createHmac } from 'node:crypto';

export interface Letter {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Resolves with the status of the answer; rejects when there was none. */
export type Post = (letter: Letter) => Promise<number>;

/** Whoever thinks longer about it than this has it, but we do not know. */
const ANSWER_MS = 10_000;

export const post: Post = async ({ url, body, headers, signal }) => {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'user-agent': 'sandglass', ...headers },
    // Where it leads is for the administrator to say.
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
  });
  // Of what it says nothing is read.
  await answer.body?.cancel().catch(() => {});
  return answer.status;
};

export function signature(secret: string, body: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/** Why there was no answer, for the administrator. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${ANSWER_MS / 1_000} s`;
  const { code, message } = ((error as { cause?: unknown }).cause ?? error) as { code?: string; message?: string };
  return String(code ?? message ?? 'it could not be reached').slice(0, 200);
}
