import { chmod, chown } from 'node:fs/promises';
import { closeSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { SandboxError } from '../error.js';
import { readLines } from '../lines.js';
import { maxMessageBytes, parseRequest, requestId, type Request, type Response } from '../protocol.js';
import { cleanCache } from './cache.js';
import { raiseFirewall } from './firewall.js';
import { probeEgress } from './probe.js';
import { provision, type BrokeredSandbox } from './sandbox.js';
import { openSpaces, type Spaces } from './spaces.js';
import { clean, createRun, removeRun, uidRange, type Run } from './state.js';

/**
 * The broker: the one process with root's rights. It serves the user it was started for over a
 * socket that only this user can reach, and ends, with all it made, when its standard input closes.
 * Started by launch.ts with the user's id as its only argument.
 */
async function main(): Promise<void> {
  const user = Number(process.argv[2]);
  if (!Number.isInteger(user) || user < 0)
    throw new SandboxError('bad-message', `broker: no user id in ${process.argv[2]}`);
  if (process.getuid?.() !== 0) throw new SandboxError('no-rights', 'the broker needs root');
  process.umask(0o022);
  closeInherited();
  const run = await createRun({ user });
  const spaces = openSpaces();
  // Beside the start of Playwright; whoever wants a sandbox waits for it.
  const secured = secure({ ...run, spaces });
  secured.catch(() => {});
  await cleanCache();
  const sockets = new Set<Socket>();
  const ended = new Set<Promise<void>>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const served = serve(secured, socket).finally(() => {
      sockets.delete(socket);
      ended.delete(served);
    });
    ended.add(served);
  });
  const path = join(run.directory, 'broker.sock');
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  await chown(path, user, -1);
  await chmod(path, 0o600);

  const finish = async (): Promise<void> => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await Promise.all(ended);
    await secured.catch(() => {});
    await spaces.close();
    await removeRun(run);
    await clean().then(cleanCache).catch(report); // Also what our client left, where it was killed.
    process.exit(0);
  };
  process.stdin.resume().once('end', () => void finish());
  process.stdin.once('error', () => void finish());
  // A terminal sends Ctrl-C to the whole group; the broker stays until its client has finished with it.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => void finish());
  process.stdout.write(`${JSON.stringify({ socket: path })}\n`);
}

/** Raises the firewall, and rejects where something leaves a sandbox all the same. */
async function secure(run: Run & { readonly spaces: Spaces }): Promise<Run> {
  const firewall = raiseFirewall(run, uidRange);
  const open = await probeEgress(run, firewall);
  const weak = (await firewall) ?? open;
  const uncounted = run.spaces.missing();
  const lacks = [
    ...(weak === undefined ? [] : [`no firewall behind the network namespaces: ${weak}`]),
    ...(uncounted === undefined
      ? []
      : [`attempts past the proxy are counted without their destinations: ${uncounted}`]),
  ];
  return { ...run, lacks };
}

/** Closes descriptors that whoever started us left open, which every account of ours would inherit. */
function closeInherited(): void {
  const closeOnExec = 0o2000000; // O_CLOEXEC; Node sets it on all descriptors of its own
  for (const name of readdirSync('/proc/self/fd')) {
    if (Number(name) <= 2) continue;
    try {
      const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'utf8'))?.[1] ?? '0';
      if ((Number.parseInt(flags, 8) & closeOnExec) === 0) closeSync(Number(name));
    } catch {
      // The descriptor that lists the directory is closed by now.
    }
  }
}

/** Serves one client; what it leaves behind is removed when it goes. */
async function serve(secured: Promise<Run>, socket: Socket): Promise<void> {
  const sandboxes = new Map<string, BrokeredSandbox>();
  const pending = new Set<Promise<void>>();
  const gone = new AbortController();
  socket.on('error', () => {}); // 'close' follows.
  const onLine = (line: string): void => {
    const answered = answer({ secured, sandboxes, gone: gone.signal }, line).then((response) => {
      if (!socket.destroyed) socket.write(`${JSON.stringify(response)}\n`);
      pending.delete(answered);
    });
    pending.add(answered);
  };
  readLines(socket, { maxBytes: maxMessageBytes, onLine });
  await new Promise((resolve) => socket.once('close', resolve));
  gone.abort(); // What is being kept for later tests.
  const remove = (): Promise<unknown> =>
    Promise.all([...sandboxes.values()].map((sandbox) => sandbox.deprovision().catch(report)));
  await remove(); // Ends commands that are still being waited for …
  await Promise.all(pending);
  await remove(); // … and what was being provisioned meanwhile.
}

interface Client {
  readonly secured: Promise<Run>;
  readonly sandboxes: Map<string, BrokeredSandbox>;
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
}

async function answer(client: Client, line: string): Promise<Response> {
  try {
    const request = parseRequest(line);
    return { id: request.id, result: await perform(client, request) };
  } catch (error) {
    const { code, message } = error instanceof SandboxError ? error : unexpected(error);
    return { id: requestId(line), error: { code, message } };
  }
}

async function perform({ secured, sandboxes, gone }: Client, request: Request): Promise<unknown> {
  if (request.verb === 'provision') {
    const sandbox = await provision(await secured, request.options, gone);
    sandboxes.set(sandbox.provisioned.sandbox, sandbox);
    return sandbox.provisioned;
  }
  const sandbox = sandboxes.get(request.sandbox);
  if (sandbox === undefined) throw new SandboxError('not-found', `there is no sandbox ${request.sandbox}`);
  switch (request.verb) {
    case 'start':
      return sandbox.start();
    case 'exec':
      return sandbox.exec(request);
    case 'prepare':
      return sandbox.prepare(request, gone);
    case 'stop':
      return sandbox.stop();
    case 'deprovision': {
      const removed = await sandbox.deprovision();
      sandboxes.delete(request.sandbox);
      return removed;
    }
  }
}

function unexpected(error: unknown): { code: 'provision'; message: string } {
  return { code: 'provision', message: error instanceof Error ? error.message : String(error) };
}

function report(error: unknown): void {
  process.stderr.write(`codex-test broker: ${error instanceof Error ? error.message : String(error)}\n`);
}

await main().catch((error: unknown) => {
  process.stdout.write(
    `${JSON.stringify({ error: error instanceof SandboxError ? { code: error.code, message: error.message } : unexpected(error) })}\n`,
  );
  process.exitCode = 1;
});
