import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Opens an address with `$BROWSER`, else with the system's opener where there is a desktop to open it on.
 * Gives whether something was started for it.
 */
export async function openBrowser(
  url: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<'opened' | 'no browser'> {
  const named = environment['BROWSER']?.split(':').find((each) => each !== '');
  const hasDesktop = Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY']);
  const program = named ?? (hasDesktop ? 'xdg-open' : undefined);
  if (program === undefined || !isInstalled(program, environment['PATH'] ?? '')) return 'no browser';
  return new Promise((done) => {
    const child = spawn(program, [url], { stdio: 'ignore', detached: true });
    child.once('error', () => done('no browser'));
    child.once('spawn', () => {
      child.unref();
      done('opened');
    });
  });
}

function isInstalled(program: string, path: string): boolean {
  const places = program.includes('/')
    ? [program]
    : path.split(delimiter).map((directory) => join(directory, program));
  return places.some((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
