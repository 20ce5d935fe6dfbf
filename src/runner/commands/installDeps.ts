import { spawnSync } from 'node:child_process';
import { installNativeRuntime, nativeDirectories } from '../../desktop/index.js';
import { UsageError } from '../usage.js';

/** Debian packages by what they are for. */
const sets = {
  base: [
    'bubblewrap',
    'acl',
    'iproute2',
    'nftables',
    'tigervnc-standalone-server',
    'openbox',
    'dbus',
    'dbus-bin',
    'at-spi2-core',
    'libxcb-xtest0',
    'libxcb-xkb1',
    'libxcb-damage0',
    'libxcb-shm0',
    'libxcb-xfixes0',
    'xclip',
    'x11-utils',
    'x11-xkb-utils',
    'fonts-dejavu-core',
  ],
  demo: ['mousepad'],
  wine: ['wine', 'wine64'],
  tests: [
    'chromium',
    'zenity',
    'xterm',
    'featherpad',
    'gnome-calculator',
    'libreoffice-calc',
    'libreoffice-gtk3',
    'keepassxc',
    'speedcrunch',
    'zim',
  ],
} as const;

const words = ['base', 'demo', 'tests', 'wine', 'ocr', 'all'] as const;

/**
 * Installs the system packages that sandboxes and desktops need, after saying which and how large.
 * Without root it prints the one command that does it, and fails.
 */
export async function installDeps(args: readonly string[]): Promise<number> {
  const code = installPackages(args);
  const reading = args.includes('ocr') || args.includes('all');
  if (code !== 0 || !reading || args.includes('--dry-run')) return code;
  // As root for everybody, since tests run as another account then.
  const directory = nativeDirectories().at(process.getuid?.() === 0 ? -1 : 0) ?? '';
  process.stdout.write(
    `Installing onnxruntime-node, with which text is read faster, in ${directory} (46 MB)\n`,
  );
  await installNativeRuntime(directory);
  return 0;
}

function installPackages(args: readonly string[]): number {
  const dryRun = args.includes('--dry-run');
  const wanted = args.filter((arg) => arg !== '--dry-run');
  const unknown = wanted.find((word) => !words.includes(word as (typeof words)[number]));
  if (unknown !== undefined)
    throw new UsageError(`install-deps does not know "${unknown}"; it takes ${words.join(', ')}`);
  if (spawnSync('apt-get', ['--version']).error !== undefined) {
    throw new UsageError(
      'install-deps knows Debian and Ubuntu only (no apt-get here); the packages are: ' +
        packagesOf(wanted).join(' '),
    );
  }
  const missing = packagesOf(wanted).filter((name) => !isInstalled(name));
  if (missing.length === 0) {
    process.stdout.write('All system packages are installed.\n');
    return 0;
  }
  const command = ['apt-get', 'install', '--yes', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    process.stderr.write(
      `These system packages are missing: ${missing.join(' ')}\nInstall them with:\n\n  sudo ${command.join(' ')}\n\n`,
    );
    return 1;
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (!isKnown(missing)) spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env: environment });
  process.stdout.write(`Installing ${missing.join(' ')} (${downloadSize(command)})\n`);
  if (dryRun) return 0;
  const { status } = spawnSync(command[0]!, ['-qq', ...command.slice(1)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: environment,
  });
  if (status !== 0) throw new Error(`"${command.join(' ')}" failed with code ${status}`);
  return 0;
}

function packagesOf(wanted: readonly string[]): string[] {
  const chosen: readonly string[] = wanted.includes('all')
    ? words
    : ['base', ...wanted, ...(wanted.includes('tests') ? ['demo'] : [])];
  return Object.entries(sets).flatMap(([name, packages]) => (chosen.includes(name) ? packages : []));
}

function isInstalled(name: string): boolean {
  const { stdout } = spawnSync('dpkg-query', ['--show', '--showformat=${db:Status-Status}', name], {
    encoding: 'utf8',
  });
  return stdout === 'installed';
}

/** Whether the local package lists have them all, so that no update is needed first. */
function isKnown(names: readonly string[]): boolean {
  const { status, stdout } = spawnSync('apt-cache', ['show', ...names], { encoding: 'utf8' });
  return status === 0 && names.every((name) => stdout.includes(`Package: ${name}\n`));
}

function downloadSize(command: readonly string[]): string {
  const { stdout } = spawnSync(
    command[0]!,
    ['--simulate', ...command.slice(1), '-o', 'APT::Get::Show-User-Simulation-Note=no'],
    { encoding: 'utf8' },
  );
  const packages = stdout
    .split('\n')
    .filter((line) => line.startsWith('Inst '))
    .map((line) => line.split(' ')[1] ?? '');
  const { stdout: shown } = spawnSync('apt-cache', ['show', '--no-all-versions', ...packages], {
    encoding: 'utf8',
  });
  const sum = (field: string): number =>
    [...shown.matchAll(new RegExp(`^${field}: (\\d+)$`, 'gm'))].reduce(
      (total, match) => total + Number(match[1]),
      0,
    );
  return `${packages.length} packages, ${Math.round(sum('Size') / 1e6)} MB to download, ${Math.round(sum('Installed-Size') / 1e3)} MB on disk`;
}
