/** A picture of the screen as a file, for the person: what they see, also when the sandbox is frozen or away. */
import { toast } from '@sandglass/ui';

export async function takePicture(canvas: HTMLCanvasElement | null): Promise<Blob | null> {
  if (canvas === null || canvas.width === 0) return null;
  return await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

export function downloadPicture(picture: Blob, name: string): void {
  const url = URL.createObjectURL(picture);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

export async function copyPicture(picture: Blob): Promise<void> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
    toast.say('The picture is on your clipboard');
  } catch {
    toast.fail('Your browser did not allow it', 'Download the picture instead.');
  }
}

/** `first-hour 2026-11-21 14.31.07.png`: sorts by time, and every file system takes it. */
export function pictureName(sandbox: string, at: Date): string {
  const part = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${part(at.getMonth() + 1)}-${part(at.getDate())}`;
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(part).join('.');
  const safe = sandbox.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|-+$/g, '') || 'screen';
  return `${safe.slice(0, 60)} ${day} ${time}.png`;
}
