/** Words, and phrases in double quotes; every one must occur, in any case. */
export const wordsOf = (text: string): string[] =>
  [...text.matchAll(/"([^"]+)"|([^\s"]+)/g)].map(([, phrase, word]) => (phrase ?? word!).toLowerCase());

export function hasWords(text: string, words: readonly string[]): boolean {
  const low = text.toLowerCase();
  return words.every((word) => low.includes(word));
}
