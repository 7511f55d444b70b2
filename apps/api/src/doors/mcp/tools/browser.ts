import type { Tool } from '../tool.ts';

export const browserTools: readonly Tool[] = [];
