/** What came of something that should be refused. */
import { isAppError } from '@sandglass/protocol';

/** The code of the refusal, or `done`. What is no typed error is thrown on. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (isAppError(error)) return error.code;
    throw error;
  }
}

/** The same for many at once, by name. */
export async function codesOf(works: Readonly<Record<string, Promise<unknown>>>): Promise<Record<string, string>> {
  const pairs = Object.entries(works).map(async ([name, work]) => [name, await codeOf(work)] as const);
  return Object.fromEntries(await Promise.all(pairs));
}
