// The matcher of os-autoinst, in a process of its own: `tinycv` for Perl, as its package brings it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Rect } from '../image/index.js';

const library = '-I/usr/lib/os-autoinst';
/** os-autoinst takes a similarity of 96 % for the same. */
const enough = 0.96;

const program = `
use Time::HiRes 'time';
$| = 1;
my %pictures;
while (my $line = <STDIN>) {
    my ($needle, $scene, @area) = split ' ', $line;
    $pictures{$needle} //= tinycv::read($needle);
    my $picture = $pictures{$scene} //= tinycv::read($scene);
    my $began = time;
    my ($similarity, $x, $y) = $picture->search_needle($pictures{$needle}, @area);
    printf "%.4f %.6f %d %d\\n", (time - $began) * 1000, $similarity, $x, $y;
}
`;

/** What os-autoinst says of one area of a needle. */
export interface Verdict {
  /** Reading the pictures is not counted. */
  readonly ms: number;
  readonly found: boolean;
  readonly x: number;
  readonly y: number;
}

/** The matcher of os-autoinst. */
export interface Tinycv {
  /** Looks in a scene for an area of a needle, both PNG files, at most `margin` pixels away from where it is there. */
  search(needle: string, scene: string, area: Rect, margin: number): Promise<Verdict>;
  close(): Promise<void>;
}

/** Undefined where os-autoinst is not installed. */
export function startTinycv(): Tinycv | undefined {
  if (spawnSync('perl', [library, '-Mtinycv', '-e1']).status !== 0) return undefined;
  const child = spawn('perl', [library, '-Mtinycv', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async search(needle, scene, { x, y, width, height }, margin) {
      child.stdin.write(`${[needle, scene, x, y, width, height, margin].join(' ')}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error('the matcher of os-autoinst has ended');
      const [ms = 0, similarity = 0, foundX = 0, foundY = 0] = value.split(' ').map(Number);
      return { ms, found: similarity >= enough, x: foundX, y: foundY };
    },
    async close() {
      const exit = once(child, 'exit');
      child.stdin.end();
      await exit;
    },
  };
}
