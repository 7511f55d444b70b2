/** `node scripts/icons.mjs`: the icons of the installed console, from the one mark (`apps/web/public/icon.svg`). Their files are committed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './build/targets.mjs';

const { default: sharp } = await import(createRequire(join(root, 'apps/api/package.json')).resolve('sharp'));
const folder = join(root, 'apps/web/public');
const mark = readFileSync(join(folder, 'icon.svg'), 'utf8');
/** A system may cut any shape out of it: full ground to the edges, and the sign within the inner 80 %. */
const maskable = mark.replace(' rx="7"', '').replace('translate(4 4)', 'translate(7 7) scale(0.75)');

for (const [name, svg, sidePx] of [
  ['icon-192.png', mark, 192],
  ['icon-512.png', mark, 512],
  ['icon-maskable-512.png', maskable, 512],
  ['apple-touch-icon.png', maskable, 180],
]) {
  const picture = await sharp(Buffer.from(svg), { density: 1_200 })
    .resize(sidePx, sidePx)
    .png({ palette: true })
    .toBuffer();
  writeFileSync(join(folder, 'icons', name), picture);
}
