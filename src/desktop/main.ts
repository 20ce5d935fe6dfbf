// The desktop process: every call that the application under test could block or break is made here.
import { DesktopError } from './error.js';
import type { Method, OpenDesktop, Platform, Request, Response, Result } from './protocol.js';

async function loadPlatform(): Promise<Platform> {
  if (process.platform === 'linux') return import('./linux/index.js');
  throw new DesktopError(
    'unavailable',
    `There is no desktop for ${process.platform} yet; run the tests on Linux.`,
  );
}

const platform = loadPlatform();
// A platform that is missing is reported with the first request.
platform.then(
  ({ endWithParent }) => endWithParent(),
  () => {},
);

let desktop: OpenDesktop | undefined;

async function carryOut({ method, argument }: Request): Promise<Result<Method>> {
  if (method === 'connect') {
    const { openDesktop } = await platform;
    desktop = await openDesktop(argument as Request<'connect'>['argument']);
    return { capture: desktop.capture };
  }
  if (!desktop) throw new DesktopError('unavailable', `Asked for ${method} before connect.`);
  return desktop[method](argument as never);
}

async function answer(request: Request): Promise<void> {
  try {
    reply({ id: request.id, result: await carryOut(request) });
  } catch (error) {
    const code = error instanceof DesktopError ? error.code : 'failed';
    reply({
      id: request.id,
      error: { code, message: error instanceof Error ? error.message : String(error) },
    });
  }
}

function reply(response: Response): void {
  // A parent that is gone is noticed by `disconnect`; the error of this message says nothing more.
  process.send?.(response, undefined, undefined, () => {});
}

// The D-Bus library throws from its socket's event when an application sends what it cannot decode. The call that waits
// for that answer runs into its deadline; the other applications must not suffer.
process.on('uncaughtException', (error) => console.error(error));
process.on('message', (request: Request) => void answer(request));
process.on('disconnect', () => {
  try {
    desktop?.close();
  } finally {
    process.exit(0);
  }
});
