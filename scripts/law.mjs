/** `npm run law`: the import law, the law of colours, the proof of both on planted violations, and the alarm for files that have grown too long. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise } from 'dependency-cruiser';
import { root } from './build/targets.mjs';
import { colourViolations } from './law/colours.mjs';
import { findCycles } from './law/cycles.mjs';
import { plantedColours, plantedViolations, plantWorld } from './law/planted.mjs';

const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs');
const places = ['packages', 'apps', 'e2e', 'bench'];
/** Nine of ten files stay under 300 lines; one of 500 holds more than one purpose. */
const alarmLines = 500;
const cycleRule = 'no-cycles';
const ruleNames = [...config.forbidden.map(({ name }) => name), cycleRule];

/** @param {string} baseDir @returns {Promise<{ rule: string, from: string, to: string }[]>} */
export async function violationsIn(baseDir) {
  const before = process.cwd();
  process.chdir(baseDir);
  try {
    const { output } = await cruise(places, {
      ...config.options,
      baseDir,
      ruleSet: { forbidden: config.forbidden },
      validate: true,
    });
    const found = output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
    for (const cycle of findCycles(output.modules, baseDir))
      found.push({ rule: cycleRule, from: cycle[0], to: [...cycle.slice(1), cycle[0]].join(' → ') });
    return Object.assign(found, { files: output.modules.map(({ source }) => source) });
  } finally {
    process.chdir(before);
  }
}

/** Rules whose planted violation goes unseen. @returns {Promise<string[]>} */
export async function blindRules() {
  const world = plantWorld();
  try {
    const found = await violationsIn(world.folder);
    const colours = colourViolations(world.folder);
    const blind = ruleNames.filter(
      (name) =>
        !plantedViolations[name] ||
        !found.some(({ rule, from }) => rule === name && from === plantedViolations[name][0]),
    );
    // Each planted colour is seen, and nothing beside it.
    const blindToColours = Object.entries(plantedColours)
      .filter(([, [planted, , count]]) => colours.filter(({ path }) => path === planted).length !== count)
      .map(([name]) => name);
    return [...blind, ...blindToColours];
  } finally {
    world.remove();
  }
}

/** @param {string[]} files @returns {{ path: string, lines: number }[]} */
function tooLong(files) {
  return files
    .filter(
      (path) =>
        /\.(ts|tsx|mjs)$/.test(path) && /^(packages|apps|e2e|bench)\//.test(path) && !path.includes('node_modules'),
    )
    .map((path) => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > alarmLines);
}

async function main() {
  const blind = await blindRules();
  const found = await violationsIn(root);
  const long = tooLong(found.files);
  const colours = colourViolations(root);
  for (const name of blind)
    console.error(`The rule ${name} does not see its planted violation (scripts/law/planted.mjs).`);
  for (const { rule, from, to } of found) console.error(`${rule}: ${from} → ${to}`);
  for (const { rule, path, line, text } of colours)
    console.error(
      `${rule}: ${path}:${line} ${text}; ${rule === 'raw-colour' ? 'name it in packages/ui/src/tokens.css and use the name' : 'no stylesheet gives it a value'}.`,
    );
  for (const { path, lines } of long)
    console.error(`too long: ${path} has ${lines} lines; split it by purpose (alarm at ${alarmLines}).`);
  const failures = blind.length + found.length + colours.length + long.length;
  console.error(
    failures === 0
      ? `The import law holds for ${found.files.length} files; all ${ruleNames.length} rules see, and colours come from tokens.`
      : `${failures} broken.`,
  );
  return failures === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main();
