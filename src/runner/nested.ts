import { posix } from 'node:path';

/** Programs whose own sandbox is made of namespaces; without them they do not start, or drop it. */
const browsers =
  /^(?:chromium|google-chrome|chrome|brave|microsoft-edge|msedge|vivaldi|opera|firefox|epiphany|gnome-web)(?:-|$)/;

/** Whether a command line starts a browser. */
export function isBrowser(command: string): boolean {
  const program = command.split(/\s+/).find((word) => !/^[A-Za-z_]\w*=/.test(word)) ?? '';
  return browsers.test(posix.basename(program.replaceAll(/["']/g, '')));
}
