import { MenuItem } from '@sandglass/ui';
import { Eye, EyeOff, House, Server } from 'lucide-react';
import { useStore } from '../../platform/store.ts';
import type { FileTreeModel } from './fileTreeModel.ts';

/** What of the tree is shown, and from where on. */
export function TreeMenuItems({ tree }: { tree: FileTreeModel }) {
  const { root, hidden } = useStore(tree);
  const whole = root === '/';
  return (
    <>
      <MenuItem icon={hidden ? <EyeOff size={13} /> : <Eye size={13} />} onSelect={() => tree.showHidden(!hidden)}>
        {hidden ? 'Leave out hidden files' : 'Show hidden files'}
      </MenuItem>
      <MenuItem
        icon={whole ? <House size={13} /> : <Server size={13} />}
        onSelect={() => tree.setRoot(whole ? '.' : '/')}
      >
        {whole ? 'Show the home directory' : 'Show the whole machine'}
      </MenuItem>
    </>
  );
}
