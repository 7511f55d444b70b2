/** What each base image is made of. Its digest decides whether a built image is still the one described here. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const files = fileURLToPath(new URL('./files/', import.meta.url));

/** Raise when the steps of the build itself change what an image holds. */
const formatVersion = 1;

/**
 * @typedef {'base' | 'desktop' | 'browser' | 'code-interpreter'} ImageName
 * @typedef {{ from: ImageName | null, packages: string[], expectedPackages: number, expectedBytes: number }} Recipe
 * `expected…` only scale the progress bar.
 */

const list = (names) => names.trim().split(/\s+/);

const base = list(`
  bash bash-completion build-essential bzip2 ca-certificates coreutils curl diffutils dnsutils file findutils gawk git gnupg htop
  iproute2 iputils-ping jq less libnss-myhostname locales lsof make nano netcat-openbsd openssh-client patch pkg-config procps psmisc
  python3 python3-dev python3-pip python3-venv ripgrep rsync socat sqlite3 strace sudo tar tini tree tzdata unzip vim-tiny wget
  xz-utils zip
`);
const screen = list(`
  tigervnc-standalone-server openbox chromium xdotool xclip scrot x11-utils x11-xserver-utils xauth
  fonts-dejavu-core fonts-noto-core fonts-noto-color-emoji fonts-liberation fonts-wqy-microhei fontconfig
`);
const desktop = list(`
  tint2 pcmanfm lxterminal xterm mousepad adwaita-icon-theme gnome-themes-extra librsvg2-common xdg-utils xdg-user-dirs
  desktop-file-utils shared-mime-info menu xfonts-base
`);
const codeInterpreter = list(`
  python3-ipykernel python3-jupyter-client python3-matplotlib python3-numpy python3-pandas python3-pil
`);

/** @type {Record<ImageName, Recipe>} */
export const recipes = {
  base: { from: null, packages: base, expectedPackages: 330, expectedBytes: 190e6 },
  browser: { from: 'base', packages: screen, expectedPackages: 330, expectedBytes: 220e6 },
  desktop: { from: 'browser', packages: desktop, expectedPackages: 80, expectedBytes: 40e6 },
  'code-interpreter': { from: 'base', packages: codeInterpreter, expectedPackages: 110, expectedBytes: 60e6 },
};

/** @type {ImageName[]} */
export const imageNames = ['base', 'browser', 'desktop', 'code-interpreter'];
/** What a server begins with; the others are built behind it. @type {ImageName[]} */
export const firstImageNames = ['base', 'browser', 'desktop'];

/** The folders whose content is laid over an image, in order. @param {ImageName} name @returns {string[]} */
export function overlaysOf(name) {
  return [join(files, name)];
}

/** @param {ImageName} name @returns {string} */
export function recipeDigest(name) {
  const recipe = recipes[name];
  const hash = createHash('sha256').update(
    JSON.stringify([formatVersion, name, recipe.packages, process.versions.node.split('.')[0]]),
  );
  if (recipe.from) hash.update(recipeDigest(recipe.from));
  for (const folder of overlaysOf(name)) addFolder(hash, folder, '');
  hash.update(readFileSync(new URL(`configure/${name}.sh`, import.meta.url)));
  return hash.digest('hex').slice(0, 16);
}

function addFolder(hash, folder, prefix) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) addFolder(hash, path, `${prefix}${name}/`);
    // What others may write depends on who made the clone, not on the recipe.
    else hash.update(`${prefix}${name}\0${statSync(path).mode & 0o755}\0`).update(readFileSync(path));
  }
}
