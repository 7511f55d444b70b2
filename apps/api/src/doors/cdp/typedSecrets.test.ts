import { describe, expect, it } from 'vitest';
import type { Answer, Fields } from './message.ts';
import { masked, shownKeys, TypedSecrets } from './typedSecrets.ts';

const saying = (value: unknown): Answer => ({ result: { result: { value } } });

/** What the page says, and each document of it, by session and context. */
function secrets(page: Answer | null, documents: Record<string, Answer | null> = {}, tooMany = false) {
  const known = Object.keys(documents).map((name) => {
    const [session = '', contextId] = name.split(' ');
    return { session, contextId: Number(contextId) };
  });
  return new TypedSecrets({
    worlds: { documentsOf: () => (tooMany ? null : known) },
    ask: async (_method: string, { contextId }: Fields, session: string) =>
      contextId === undefined ? page : (documents[`${session} ${contextId}`] ?? null),
  });
}
const hidden = (...given: Parameters<typeof secrets>) => secrets(...given).isHidden('S');

describe('what is typed is hidden', () => {
  it('in a password field, and not in another or where nothing has the focus', async () => {
    expect(await hidden(saying('secret'))).toBe(true);
    expect(await hidden(saying('plain'))).toBe(false);
    expect(await hidden(saying('none'))).toBe(false);
  });

  it('when nobody knows: the page stands still, has gone, throws, or says something else', async () => {
    expect(await hidden(null)).toBe(true);
    expect(await hidden({ error: { message: 'gone' } })).toBe(true);
    expect(await hidden({ result: { exceptionDetails: {} } })).toBe(true);
    for (const value of ['never mind', 7, undefined]) expect(await hidden(saying(value))).toBe(true);
    expect(await secrets(saying('plain')).isHidden(undefined)).toBe(true);
  });

  it('in a frame that the page may not look into, as its own document says', async () => {
    const page = saying('frame');
    expect(await hidden(page, { 'S 1': page, 'S 2': saying('plain') })).toBe(false);
    expect(await hidden(page, { 'S 1': page, 'S 2': saying('plain'), 'F 1': saying('secret') })).toBe(true);
    // One that does not answer may be the one; and one that nobody hears of, too.
    expect(await hidden(page, { 'S 1': page, 'S 2': saying('plain'), 'F 1': null })).toBe(true);
    expect(await hidden(page, { 'S 1': page, 'S 2': saying('none') })).toBe(true);
    expect(await hidden(page)).toBe(true);
    expect(await hidden(page, {}, true)).toBe(true);
  });
});

it('words and keys are masked, and how many there are is not told', async () => {
  expect(masked({ text: 'abc', selector: '#a' })).toEqual({ text: '•••', selector: '#a' });
  const keys = [
    { key: 'm', hidden: false },
    { key: 'e', hidden: Promise.resolve(false) },
    { key: 'Tab', hidden: false },
    { key: 'p', hidden: Promise.resolve(true) },
    { key: 'w', hidden: true },
    { key: 'Enter', hidden: false },
  ];
  expect(await shownKeys(keys)).toBe('me Tab ••• Enter');
});
