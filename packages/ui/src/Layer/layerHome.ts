import { createContext, useContext } from 'react';

/** Where what floats is put: the body of the window that its trigger is in; undefined: this window's. */
export const LayerHome = createContext<HTMLElement | undefined>(undefined);

/** For the portal of a layer. */
export function useLayerHome(): { container?: HTMLElement } {
  const home = useContext(LayerHome);
  return home === undefined ? {} : { container: home };
}
