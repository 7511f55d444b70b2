import { Outlet } from '@tanstack/react-router';
import { Palette } from '../features/palette/Palette.tsx';

/** What is on every page. */
export function Root() {
  return (
    <>
      <Outlet />
      <Palette />
    </>
  );
}
