import { cpus, release } from 'node:os';
import { benchExpectation } from './expectation.js';
import { benchOcr } from './ocr.js';
import { benchSkeleton } from './skeleton.js';
import { benchStep } from './step.js';

/** `npm run bench`: prints medians with their range; figures to quote are ratios of one run. */
const rounds = Number(process.argv[2] ?? 20);
if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write(
    `usage: npm run bench [-- ROUNDS [skeleton|expectation|step|ocr]], not "${process.argv[2]}"\n`,
  );
  process.exit(2);
}
process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model ?? '?'}, Linux ${release()}, Node ${process.version}\n\n`,
);
const parts = {
  skeleton: benchSkeleton,
  expectation: () => benchExpectation({ rounds: Math.max(60, rounds) }),
  step: benchStep,
  ocr: benchOcr,
};
const only = process.argv[3];
for (const [name, bench] of Object.entries(parts)) {
  if (only !== undefined && only !== name) continue;
  for (const line of await bench({ rounds })) process.stdout.write(`${line}\n`);
  process.stdout.write('\n');
}
