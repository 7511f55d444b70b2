import type { Page } from '@playwright/test';

/** A file that a person holds over the page; `dispatchEvent` with it is what they do then. */
export const heldFile = (page: Page, name: string, bytes: Uint8Array) =>
  page.evaluateHandle(
    ([text, fileName]) => {
      const transfer = new DataTransfer();
      const binary = Uint8Array.from(atob(text!), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([binary], fileName!));
      return transfer;
    },
    [Buffer.from(bytes).toString('base64'), name],
  );
