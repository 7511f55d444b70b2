/** `node scripts/images/build.mjs --pool POOL [--only base]`: builds the images by themselves, without starting anything. */
import { parseArgs } from 'node:util';
import { ensureImages } from './ensure.mjs';
import { probePoolKind } from './pool.mjs';
import { progressPrinter } from './progress.mjs';
import { imageNames } from './recipes.mjs';

const { values } = parseArgs({ options: { pool: { type: 'string' }, only: { type: 'string', multiple: true } } });
if (!values.pool) {
  console.error('Say where the images go: --pool PATH');
  process.exit(2);
}
const unknown = values.only?.find((name) => !imageNames.includes(name));
if (unknown) {
  console.error(`There is no image “${unknown}”; there are ${imageNames.join(', ')}.`);
  process.exit(2);
}
const printer = progressPrinter(process.stderr);
try {
  const kind = probePoolKind(values.pool);
  const built = await ensureImages({
    pool: values.pool,
    kind,
    names: values.only ?? imageNames,
    onProgress: printer.show,
  });
  printer.end();
  console.error(built.length > 0 ? `Built ${built.join(', ')} (${kind} pool).` : 'All images are up to date.');
} catch (error) {
  printer.end();
  console.error(error.message);
  process.exit(1);
}
