import type { Routes } from '@sandglass/protocol';
import { expectTypeOf, it } from 'vitest';
import type { Call, Handlers } from './handlers.ts';

it('makes a route without a handler, or with the wrong answer, a type error', () => {
  expectTypeOf<Omit<Handlers, 'kill' | 'killSandbox'>>().not.toExtend<Handlers>();
  expectTypeOf<Omit<Handlers, 'stat'> & { stat: () => { name: number } }>().not.toExtend<Handlers>();
  expectTypeOf<keyof Handlers>().toEqualTypeOf<keyof Routes>();
});

it('knows that there is a caller wherever a token is needed', () => {
  expectTypeOf<Call<'health'>['caller']>().toEqualTypeOf<null>();
  expectTypeOf<Call<'sandbox'>['caller']['door']>().toBeString();
  expectTypeOf<Call<'readFile'>['query']['text']>().toEqualTypeOf<boolean | undefined>();
});
