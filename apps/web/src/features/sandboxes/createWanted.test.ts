import type { Sandbox } from '@sandglass/protocol';
import { expect, test } from 'vitest';
import { CANCELLED, createWanted } from './createWanted.ts';

const made = { id: 'sbx_1' } as Sandbox;

/** A server that answers a creation when it is told to. */
function fakeServer() {
  const asked: string[] = [];
  let resolve!: (sandbox: Sandbox) => void;
  let reject!: (error: Error) => void;
  const answer = new Promise<Sandbox>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  let options: { signal?: AbortSignal } | undefined;
  const request = (name: string, given: { signal?: AbortSignal; params?: { sandbox: string } }) => {
    asked.push(given.params === undefined ? name : `${name} ${given.params.sandbox}`);
    if (name !== 'createSandbox') return Promise.resolve({ ...made, phase: 'dead' });
    options = given;
    return answer;
  };
  return { client: { request } as never, asked, creation: { resolve, reject }, signalGiven: () => options?.signal };
}

function begin() {
  const server = fakeServer();
  const unwanted = new AbortController();
  const killed: string[] = [];
  const outcome = createWanted({
    client: server.client,
    body: {},
    signal: unwanted.signal,
    onKilled: ({ phase }) => killed.push(phase),
  });
  return { ...server, unwanted, killed, outcome };
}

test('what is wanted is what was made', async () => {
  const { creation, outcome, asked } = begin();
  creation.resolve(made);
  expect(await outcome).toBe(made);
  expect(asked).toEqual(['createSandbox']);
});

test('not wanted any more: the request goes on, and what it made is killed by its name', async () => {
  const { creation, unwanted, outcome, asked, killed, signalGiven } = begin();
  unwanted.abort();
  expect(signalGiven()).toBeUndefined();
  creation.resolve(made);
  await expect(outcome).rejects.toBe(CANCELLED);
  expect(asked).toEqual(['createSandbox', 'killSandbox sbx_1']);
  expect(killed).toEqual(['dead']);
});

test('cancelled when the answer is here already and not yet read', async () => {
  const { creation, unwanted, outcome, asked } = begin();
  creation.resolve(made);
  unwanted.abort();
  await expect(outcome).rejects.toBe(CANCELLED);
  expect(asked).toContain('killSandbox sbx_1');
});

test('what failed is told, unless nobody wants it any more', async () => {
  const failure = new Error('no room');
  const one = begin();
  one.creation.reject(failure);
  await expect(one.outcome).rejects.toBe(failure);
  const other = begin();
  other.unwanted.abort();
  other.creation.reject(failure);
  await expect(other.outcome).rejects.toBe(CANCELLED);
  expect(other.asked).toEqual(['createSandbox']);
});
