import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capture } from './capture.js';
import { scenes } from './scenes.js';

/** Plays the scenes again and keeps what was seen: `node dist/bench/truth/main.js FOLDER [NAME ...]`. */
const [folder = '', ...names] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
for (const scene of scenes) {
  if (names.length > 0 && !names.some((name) => scene.app.includes(name))) continue;
  for (const look of scene.looks) {
    try {
      const began = performance.now();
      for (const { name, png, ...rest } of await capture(scene, look)) {
        await writeFile(join(folder, `${name}.png`), png);
        await writeFile(join(folder, `${name}.json`), JSON.stringify(rest));
        process.stdout.write(`${name}: ${rest.elements.length} elements\n`);
      }
      process.stdout.write(`  ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
    } catch (error) {
      process.stdout.write(
        `${scene.app} ${look}: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    }
  }
}
