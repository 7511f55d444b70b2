/** A path that the sandbox chose, with what cannot be seen written out. */
export { shownName as shownPath } from '../../platform/shownName.ts';
