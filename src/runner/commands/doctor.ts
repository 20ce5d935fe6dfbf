import {
  startDesktopProcess,
  startTextReader,
  type Desktop,
  type DesktopProcess,
} from '../../desktop/index.js';
import {
  brokerVariable,
  connectBroker,
  defaultLimits,
  SandboxError,
  type Broker,
  type Sandbox,
} from '../../sandbox/index.js';
import { decodePng } from '../../image/index.js';
import { defaultSettings } from '../../spec/index.js';
import { runOrdinary } from '../launch.js';
import { UsageError } from '../usage.js';

/** What the checks have made so far; each may use what those before it made. */
interface Patient {
  broker?: Broker;
  sandbox?: Sandbox;
  process?: DesktopProcess;
  desktop?: Desktop;
}

interface Check {
  readonly name: string;
  /** Does the thing for real and tells what was seen; throws where it does not work. */
  readonly run: (patient: Patient) => Promise<string>;
  readonly fix: string;
}

const checks: readonly Check[] = [
  {
    name: 'broker',
    run: async (patient) => {
      patient.broker = await connectBroker(process.env[brokerVariable] ?? '');
      return 'answers';
    },
    fix: 'Run doctor as root or as a user who may use sudo.',
  },
  {
    name: 'sandbox',
    run: async (patient) => {
      const { display, locale } = defaultSettings;
      patient.sandbox = await need(patient.broker).provision({
        ...{ level: 'elevated', network: 'offline', display, locale },
      });
      return `account ${patient.sandbox.account} (uid ${patient.sandbox.uid})`;
    },
    fix: 'The host must allow root to create namespaces and mounts: in a container, --cap-add SYS_ADMIN and no seccomp filter on mount; packages: codex-test install-deps.',
  },
  {
    name: 'rights',
    run: async (patient) => {
      const status = (await need(patient.sandbox).exec(['/bin/cat', '/proc/self/status'])).stdout.toString();
      const capabilities = [...status.matchAll(/^Cap(?:Inh|Prm|Eff|Bnd|Amb):\s+(\w+)$/gm)].map(
        ([, bits]) => bits,
      );
      if (capabilities.length !== 5 || !capabilities.every((bits) => /^0+$/.test(bits ?? '')))
        throw new Error(`capabilities are ${capabilities.join(' ')}`);
      if (!/^NoNewPrivs:\s+1$/m.test(status)) throw new Error('no_new_privs is not set');
      if (!/^Seccomp:\s+2$/m.test(status)) throw new Error('system calls are not filtered');
      return 'no capabilities, none to gain, system calls filtered';
    },
    fix: 'This is a defect of codex-test; please report it.',
  },
  {
    name: 'limits',
    run: async (patient) => {
      const { display, locale } = defaultSettings;
      const limits = { memory: defaultLimits.memory };
      try {
        const options = { level: 'elevated', network: 'offline', display, locale, limits } as const;
        await (await need(patient.broker).provision(options)).deprovision();
        return `${defaultLimits.processes} processes, ${limits.memory / 1024 ** 3} GiB of memory`;
      } catch (error) {
        if (!(error instanceof SandboxError) || error.code !== 'unsupported') throw error;
        return `${defaultLimits.processes} processes; memory is not limited: ${error.message}`;
      }
    },
    fix: 'The host must let root make control groups: in a container, mount /sys/fs/cgroup writable.',
  },
  {
    name: 'network',
    run: async (patient) => {
      const interfaces = (await need(patient.sandbox).exec(['/bin/cat', '/proc/net/dev'])).stdout.toString();
      const names = [...interfaces.matchAll(/^\s*([\w.-]+):/gm)].map(([, name]) => name);
      if (names.join() !== 'lo')
        throw new Error(`the offline account has the interfaces ${names.join(', ')}`);
      const { lacks } = need(patient.sandbox);
      return ['offline: only its own loopback, and the probe at the start got no further', ...lacks].join(
        '\n      ',
      );
    },
    fix: 'This is a defect of codex-test; please report it.',
  },
  {
    name: 'session',
    run: async (patient) => {
      patient.process = startDesktopProcess();
      patient.desktop = await patient.process.connect(await need(patient.sandbox).start());
      return 'X server, window manager and accessibility bus answer';
    },
    fix: 'System packages are missing or damaged: codex-test install-deps.',
  },
  {
    name: 'screen',
    run: async (patient) => {
      const { png } = await need(patient.desktop).screenshot();
      const { width, height } = decodePng(png);
      return `${width}×${height} pixels, through ${need(patient.process).capture}`;
    },
    fix: 'System packages are missing or damaged: codex-test install-deps.',
  },
  {
    name: 'text',
    run: async (patient) => {
      const reader = startTextReader();
      try {
        const frame = decodePng((await need(patient.desktop).screenshot()).png);
        await reader.read(frame, { region: { x: 0, y: 0, width: 64, height: 32 } });
        return reader.statistics()?.engine === 'native'
          ? 'read with the native runtime'
          : 'read with WebAssembly; codex-test install-deps ocr brings the native runtime, which is about 4 times as fast';
      } finally {
        await reader.close();
      }
    },
    fix: 'Packages of codex-test are missing or damaged: npm install.',
  },
  {
    name: 'input',
    run: async (patient) => {
      await need(patient.desktop).perform({ type: 'move', x: 10, y: 10 });
      await need(patient.desktop).perform({ type: 'keypress', keys: ['SHIFT'] });
      return 'pointer and keyboard accepted';
    },
    fix: 'The X server lacks the XTEST extension: codex-test install-deps.',
  },
  {
    name: 'accessibility',
    run: async (patient) => `${(await need(patient.desktop).elements()).length} elements showing`,
    fix: 'The package at-spi2-core is missing or damaged: codex-test install-deps.',
  },
  {
    name: 'removal',
    run: async (patient) => {
      await patient.process?.close();
      await need(patient.sandbox).deprovision();
      return 'nothing of the account is left';
    },
    fix: 'Run codex-test again: it removes what dead runs left. If it stays, please report it with the output above.',
  },
];

/** Executes every part of a sandbox for real, and names the fix of the first that fails. */
export async function doctor(args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new UsageError(`doctor takes nothing, not "${args.join(' ')}"`);
  // As root it starts itself once more, as the ordinary account that tests run as.
  if (process.env[brokerVariable] !== undefined) return examine();
  const command = [process.execPath, process.argv[1] ?? '', 'doctor'];
  return runOrdinary({ command, root: process.cwd(), broker: true, environment: {} });
}

async function examine(): Promise<number> {
  const patient: Patient = {};
  try {
    for (const { name, run, fix } of checks) {
      const began = performance.now();
      try {
        const seen = await run(patient);
        process.stdout.write(
          `ok    ${name.padEnd(14)} ${seen} (${Math.round(performance.now() - began)} ms)\n`,
        );
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        process.stdout.write(`FAIL  ${name.padEnd(14)} ${message}\n      ${fix}\n`);
        return 3;
      }
    }
    process.stdout.write('Everything works.\n');
    return 0;
  } finally {
    await patient.process?.close();
    await patient.broker?.close();
  }
}

function need<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new SandboxError('not-found', 'an earlier part is missing');
  return part;
}
