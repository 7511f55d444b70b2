import { createContext, type ReactNode } from 'react';

/** What lies over the picture of the screen, put there by the page; as large as the picture. */
export const ScreenOverlayContext = createContext<ReactNode>(null);
