/** Whether what moves by script is to stand still: the system's wish, or the person's here. What moves by CSS is stilled by the tokens. */
export const isStill = (): boolean =>
  globalThis.document?.documentElement.dataset['motion'] === 'still' ||
  (globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? true);
