import { EmptyState } from '@sandglass/ui';
import { Link } from '@tanstack/react-router';
import { Frame } from '../features/frame/Frame.tsx';

export function NoSuchPage() {
  return (
    <Frame bar={<h1 className="frame-title">Not found</h1>}>
      <EmptyState title="There is no such page" action={<Link to="/">Back to all sandboxes</Link>}>
        The address is mistyped, or the sandbox is one of another server.
      </EmptyState>
    </Frame>
  );
}
