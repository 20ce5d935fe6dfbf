import type { AgentContext } from '../context.js';
import { AgentError } from '../error.js';
import { note } from './note.js';

/** Puts a text on the clipboard, as an application would that it was copied in. */
export async function copy(context: AgentContext, text: string): Promise<void> {
  const stdin = new TextEncoder().encode(text);
  // It goes on in the background, since a clipboard is served by its owner; its output would keep us waiting.
  const command = 'exec xclip -selection clipboard -in >/dev/null 2>&1';
  const { code } = await context.sandbox.exec(['/bin/sh', '-c', command], { stdin, timeout: 5_000 });
  if (code === 127)
    throw new AgentError(
      'not-installed',
      'writing the clipboard needs the package xclip: codex-test install-deps',
    );
  if (code !== 0) throw new AgentError('application', `xclip ended with code ${code}`);
  await note(context, { title: `Copy "${text}" to the clipboard`, log: [] });
}

/** The text on the clipboard, empty where nobody owns it. */
export async function readClipboard({ sandbox }: AgentContext): Promise<string> {
  const out = await sandbox.exec(['xclip', '-selection', 'clipboard', '-out'], { timeout: 5_000 });
  if (out.code === 127)
    throw new AgentError(
      'not-installed',
      'reading the clipboard needs the package xclip: codex-test install-deps',
    );
  return out.code === 0 ? out.stdout.toString() : '';
}
