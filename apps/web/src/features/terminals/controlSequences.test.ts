// @vitest-environment jsdom
import { Terminal } from '@xterm/xterm';
import { describe, expect, it } from 'vitest';
import { cleanTitle } from './cleanTitle.ts';
import { type ClipboardWrite, guardSequences, parseClipboard, type Rights } from './controlSequences.ts';

const ESC = '\u001b';
const nothing: Rights = { answersPosition: false, answersIdentity: false };

/** What a real emulator would type into the shell for this output, and what it asked the person. */
async function play(output: string, rights: Rights = nothing) {
  const terminal = new Terminal({ allowProposedApi: true });
  const answers: string[] = [];
  const clipboard: ClipboardWrite[] = [];
  const titles: string[] = [];
  guardSequences(terminal.parser, { rights: () => rights, onClipboard: (write) => clipboard.push(write) });
  terminal.onData((text) => answers.push(text));
  terminal.onBinary((text) => answers.push(text));
  terminal.onTitleChange((title) => titles.push(title));
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const shown = terminal.buffer.active.getLine(0)?.translateToString(true) ?? '';
  terminal.dispose();
  return { answers, clipboard, titles, shown };
}

const questions: Record<string, string> = {
  'who are you (DA1)': `${ESC}[c`,
  'who are you (DA2)': `${ESC}[>c`,
  'who are you (DA3)': `${ESC}[=c`,
  'your version (XTVERSION)': `${ESC}[>q`,
  'are you well (DSR 5)': `${ESC}[5n`,
  'where is the cursor (DSR 6)': `${ESC}[6n`,
  'where is the cursor (DECXCPR)': `${ESC}[?6n`,
  'a mode (DECRQM)': `${ESC}[4$p`,
  'a private mode (DECRQM)': `${ESC}[?2004$p`,
  'a setting (DECRQSS)': `${ESC}P$q"p${ESC}\\`,
  'a setting that is text (DECRQSS)': `${ESC}P$qrm -rf ~\r${ESC}\\`,
  'a capability (XTGETTCAP)': `${ESC}P+q544e${ESC}\\`,
  'the keyboard protocol': `${ESC}[?u`,
  'parameters (DECREQTPARM)': `${ESC}[x`,
  'the title (21 t)': `${ESC}]2;rm -rf ~\u0007${ESC}[21t`,
  'the icon title (20 t)': `${ESC}[20t`,
  'the size in pixels (14 t)': `${ESC}[14t`,
  'the size in characters (18 t)': `${ESC}[18t`,
  'a palette colour (OSC 4)': `${ESC}]4;1;?\u0007`,
  'many palette colours (OSC 4)': `${ESC}]4;1;?;2;?;3;?\u0007`,
  'the foreground (OSC 10)': `${ESC}]10;?\u0007`,
  'foreground, background and cursor (OSC 10)': `${ESC}]10;?;?;?\u0007`,
  'the background (OSC 11)': `${ESC}]11;?${ESC}\\`,
  'the cursor colour (OSC 12)': `${ESC}]12;?\u0007`,
  'the clipboard (OSC 52)': `${ESC}]52;c;?\u0007`,
  'an answerback (ENQ)': '\u0005',
};

describe('questions are not answered', () => {
  for (const [name, output] of Object.entries(questions)) {
    it(name, async () => {
      const { answers, clipboard, shown } = await play(`${output}after`);
      expect({ answers, clipboard, shown }).toEqual({ answers: [], clipboard: [], shown: 'after' });
    });
  }

  it('but where the cursor is, by who decides the size, and who it is where the person allows it', async () => {
    const all = Object.values(questions).join('');
    const position = await play(all, { answersPosition: true, answersIdentity: false });
    expect(position.answers).toHaveLength(3);
    const reply = new RegExp(`^${ESC}\\[\\??\\d+(;\\d+)?[Rn]$`);
    for (const answer of position.answers) expect(answer).toMatch(reply);
    const identity = await play(`${ESC}[c${ESC}[>c`, { answersPosition: false, answersIdentity: true });
    expect(identity.answers.length).toBeGreaterThan(0);
  });
});

describe('the clipboard', () => {
  it('is asked about, with the text', async () => {
    const { clipboard, answers } = await play(`${ESC}]52;c;${btoa('hello')}\u0007`);
    expect({ clipboard, answers }).toEqual({ clipboard: [{ text: 'hello', sizeBytes: 5 }], answers: [] });
  });

  it('knows what cannot be shown', () => {
    expect(parseClipboard(`c;${'QUFB'.repeat(40_000)}`)).toEqual({ text: null, sizeBytes: 120_000 });
    expect(parseClipboard(`c;${btoa('\u00ff\u00fe')}`)?.text).toBeNull();
    expect(parseClipboard('c;***')?.text).toBeNull();
    expect(parseClipboard('c;')).toBeNull();
    expect(parseClipboard('nothing')).toBeNull();
  });
});

describe('titles', () => {
  it('carry no controls, overrides or length', async () => {
    const { titles } = await play(`${ESC}]0;Sandglass\u202e: sign in again ${'x'.repeat(900)}\u0007`);
    const shown = cleanTitle(titles[0] ?? '');
    expect(shown).not.toContain('\u202e');
    expect(shown).toHaveLength(80);
  });
});
