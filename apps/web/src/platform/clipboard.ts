import { toast } from '@sandglass/ui';

/** What a sandbox has copied, onto the person's clipboard: they asked for it. @returns whether the browser allowed it; where not, it is said */
export async function copyFromSandbox(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast.fail('Your browser did not allow it', 'Allow this page to use the clipboard, then try again.');
    return false;
  }
}
