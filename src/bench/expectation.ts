import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeClaim, newMemory, parseExpectation } from '../agent/index.js';
import { startDesktopProcess, startTextReader, type Desktop } from '../desktop/index.js';
import { withText } from '../desktop/text.js';
import { compareWithBaseline } from '../runner/screenshot.js';
import { connectBroker, startBroker, type Broker, type Sandbox } from '../sandbox/index.js';
import { autoinstRuns, packages, startAutoinst, type Autoinst } from './autoinst.js';
import { delays, dialogCommand, texts } from './dialog.js';
import { monotonic, startObserver, type Observer } from './observer.js';
import { spread } from './statistics.js';
import { row, type Table } from './table.js';

/** os-autoinst scales every screen to this size. */
const display = { width: 1024, height: 768 };
/** Even, so that each block begins with the same text. */
const roundsOfBlock = 20;

/** Milliseconds from a change of pixels until an expectation is judged true, ours and os-autoinst's in alternation. */
export async function benchExpectation({ rounds }: { readonly rounds: number }): Promise<readonly Table[]> {
  const brokerProcess = await startBroker({ user: process.getuid?.() ?? 0 });
  const broker = await connectBroker(brokerProcess.socket);
  let peer: Autoinst | undefined;
  try {
    if (autoinstRuns()) peer = await startAutoinst();
    return await measure(broker, peer, rounds);
  } finally {
    await peer?.close();
    await broker.close();
    await brokerProcess.stop();
  }
}

type Times = Record<'tree' | 'picture' | 'read' | 'peer' | 'peerNoWait', number[]>;

async function measure(
  broker: Broker,
  peer: Autoinst | undefined,
  rounds: number,
): Promise<readonly Table[]> {
  const times: Times = { tree: [], picture: [], read: [], peer: [], peerNoWait: [] };
  const all = delays(rounds);
  for (let from = 0; from < rounds; from += roundsOfBlock) {
    const block = all.slice(from, from + roundsOfBlock);
    times.tree.push(...(await ours(broker, block, byTree)));
    times.picture.push(...(await ours(broker, block, byPicture)));
    // Not what is aimed at, and slow: one block will do.
    if (from === 0) times.read.push(...(await ours(broker, block, byReading)));
    if (peer === undefined) continue;
    times.peer.push(...(await peer.run(block, { noWait: 0 })));
    times.peerNoWait.push(...(await peer.run(block, { noWait: 1 })));
  }
  return [tableOf(times)];
}

function tableOf({ tree, picture, read, peer, peerNoWait }: Times): Table {
  const median = (values: readonly number[]): number => spread(values).median;
  const ratio = (values: readonly number[]): string =>
    `${(median(values) / median(tree)).toFixed(1)} × our tree, ${(median(values) / median(picture)).toFixed(1)} × our picture`;
  const rows = [
    row('text, by accessibility tree', spread(tree), { unit: 'ms', aim: 30 }),
    row('picture, by baseline', spread(picture), { unit: 'ms', aim: 30 }),
    row('text, read from the screen', spread(read), { unit: 'ms' }),
  ];
  const peers = Object.entries({
    'os-autoinst, assert_screen': peer,
    'os-autoinst, with no_wait': peerNoWait,
  })
    .filter(([, values]) => values.length > 0)
    .map(([what, values]) => ({ ...row(what, spread(values), { unit: 'ms' }), ratio: ratio(values) }));
  const notes = peers.length > 0 ? [] : [`os-autoinst is not measured; it needs: apt install ${packages}`];
  return { title: 'From pixel change to a true expectation', rows: [...rows, ...peers], notes };
}

interface Stage {
  readonly desktop: Desktop;
  readonly sandbox: Sandbox;
  readonly observer: Observer;
  /** Empty, and removed at the end. */
  readonly directory: string;
  /** Has the dialog say another text after some seconds. */
  change(seconds: number, round: number): Promise<void>;
}

type Expect = (stage: Stage, round: number) => Promise<unknown>;
interface Kind {
  /** Gives what waits for the text of a round. */
  prepare(stage: Stage): Promise<Expect>;
  readonly env?: Readonly<Record<string, string>>;
}

async function ours(broker: Broker, block: readonly number[], kind: Kind): Promise<readonly number[]> {
  const sandbox = await broker.provision({
    level: 'elevated',
    network: 'offline',
    display,
    locale: 'C.UTF-8',
  });
  const address = await sandbox.start();
  const process = startDesktopProcess();
  const reader = startTextReader();
  const desktop = withText(await process.connect(address), reader);
  const pipe = `${sandbox.home}/pipe`;
  void sandbox.exec(['/bin/sh', '-c', dialogCommand(pipe)], { env: kind.env ?? {} }).catch(() => {});
  const observer = await startObserver(address, await boxOfDialog(desktop));
  const stage: Stage = {
    desktop,
    sandbox,
    observer,
    directory: await mkdtemp(join(tmpdir(), 'codex-test-bench-')),
    change: async (seconds, round) => {
      const line = `${seconds.toFixed(3)} ${texts[round % 2]}`;
      await sandbox.exec(['/bin/sh', '-c', `echo '${line}' > ${pipe}`]);
    },
  };
  try {
    const expect = await kind.prepare(stage);
    const times: number[] = [];
    for (const [round, seconds] of block.entries()) {
      const asked = monotonic();
      await stage.change(seconds, round);
      await expect(stage, round);
      const found = monotonic();
      times.push(found - (await observer.changeAfter(asked)));
    }
    return times;
  } finally {
    await observer.close();
    await process.close();
    await reader.close();
    await sandbox.deprovision();
    await rm(stage.directory, { recursive: true });
  }
}

async function boxOfDialog(
  desktop: Desktop,
): Promise<{ x: number; y: number; width: number; height: number }> {
  for (let shown = false; ; shown = true) {
    const revision = await desktop.revision();
    const [window] = await desktop.windows();
    // The second time, so that it has found its place.
    if (window !== undefined && shown) return window.box;
    await desktop.waitForChange({ since: revision, timeout: 1_000 });
  }
}

const expectText: Expect = async ({ desktop, sandbox }, round) => {
  const evidence = { action: async () => {} };
  const context = { desktop, sandbox, evidence, timeout: 10_000, ...newMemory() };
  const claim = parseExpectation(`"${texts[round % 2]}" is shown`);
  if (claim === undefined) throw new Error('the expectation is not understood');
  const { held, found } = await judgeClaim(context, claim);
  if (!held) throw new Error(`the text did not come: ${found}`);
};

const byTree: Kind = { prepare: async () => expectText };

/** Without accessibility bridge, so that nothing but the picture tells. */
const byReading: Kind = {
  env: { NO_AT_BRIDGE: '1' },
  prepare: async (stage) => {
    // Once before, since only windows that stay without a tree are read at all.
    await expectText(stage, 1);
    return expectText;
  },
};

/** With the whole screen as its baseline, as `screenshot: name` of a spec. */
const byPicture: Kind = {
  prepare: async (stage) => {
    const file = join(stage.directory, 'bench.spec.md');
    for (const round of [0, 1]) {
      await stage.change(0, round);
      await expectText(stage, round);
      const still = { desktop: stage.desktop, testInfo: infoOf('all'), looking };
      await compareWithBaseline(still, { file, name: `text${round}`, not: false, masks: [] });
    }
    return ({ desktop }, round) =>
      compareWithBaseline(
        { desktop, testInfo: infoOf('missing'), looking },
        { file, name: `text${round % 2}`, not: false, masks: [], within: 10_000 },
      );
  },
};

const looking = { drawing: { scale: 100, theme: 'light' }, level: 'strict' } as const;

type TestInfo = Parameters<typeof compareWithBaseline>[0]['testInfo'];

/** What the comparison asks of Playwright as long as the pictures are alike in the end. */
function infoOf(updateSnapshots: TestInfo['config']['updateSnapshots']): TestInfo {
  return { config: { updateSnapshots }, annotations: [] } as unknown as TestInfo;
}
