import { createContext } from 'react';

/** Asks the workbench to close a pane; it asks the person first when something could be lost. */
export const CloseContext = createContext<(pane: string) => void>(() => undefined);
