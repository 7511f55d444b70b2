/** Where a sandbox's person and agent are at home; what is said without a place is there. */
export const HOME = '/home/user';

export const absolutePath = (path: string): string => (path.startsWith('/') ? path : `${HOME}/${path}`);
