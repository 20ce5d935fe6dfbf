import { cpus, release } from 'node:os';
import { benchOcr } from './ocr.js';
import { benchSkeleton } from './skeleton.js';

/** `npm run bench`: prints medians with their range; figures to quote are ratios of one run. */
const rounds = Number(process.argv[2] ?? 20);
if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write(`usage: npm run bench [-- ROUNDS], not "${process.argv[2]}"\n`);
  process.exit(2);
}
process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model ?? '?'}, Linux ${release()}, Node ${process.version}\n\n`,
);
for (const line of await benchSkeleton({ rounds })) process.stdout.write(`${line}\n`);
process.stdout.write('\n');
for (const line of await benchOcr({ rounds })) process.stdout.write(`${line}\n`);
