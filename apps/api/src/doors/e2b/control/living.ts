import { AppError, type Sandbox } from '@sandglass/protocol';
import { checkScope } from '../../../http/authenticate.ts';
import { sandboxIdOf } from '../facts.ts';
import type { Asked, Control } from './context.ts';

/** The sandbox that the path names. @throws AppError `notFound`: to the vendor's clients one that has ended is none. */
export function living({ services }: Control, { params, principal }: Pick<Asked, 'params' | 'principal'>): Sandbox {
  const [text = ''] = params;
  const missing = new AppError('notFound', `Sandbox "${text.slice(0, 100)}" doesn't exist or has ended.`);
  const id = sandboxIdOf(text);
  if (!id) throw missing;
  checkScope(principal, id);
  let sandbox: Sandbox;
  try {
    sandbox = services.sandboxes.get(id);
  } catch {
    throw missing;
  }
  if (['dead', 'failed', 'killing'].includes(sandbox.phase)) throw missing;
  return sandbox;
}
