/** Loading it takes 4 ms of the start, and the first command seldom needs it. */
export const loadCrypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');
