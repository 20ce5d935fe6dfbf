import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { installNativeRuntime, nativeDirectories } from './index.js';
import { findNative } from './native.js';

let folder: string;

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocr-test-'));
});

test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('looks into the cache of the user, then into a place for all users', () => {
  const name = 'codex-test/onnxruntime-node@1.30.0';
  const system = `/usr/local/lib/${name}`;
  expect(nativeDirectories({ XDG_CACHE_HOME: '/c' })).toEqual([`/c/${name}`, system]);
  expect(nativeDirectories({ HOME: '/home/a' })).toEqual([`/home/a/.cache/${name}`, system]);
});

test('passes over a runtime that others could have changed', async () => {
  const binding = join(folder, 'node_modules/onnxruntime-node/dist/binding.js');
  expect(await findNative([folder])).toBeUndefined();
  mkdirSync(join(binding, '..'), { recursive: true });
  writeFileSync(binding, '');
  expect(await findNative(['/nowhere', folder])).toBe(folder);
  chmodSync(binding, 0o666);
  expect(await findNative([folder])).toBeUndefined();
});

test('refuses a package whose hash is not the pinned one, although its registry vouches for it', async () => {
  const tarball = Buffer.from('not the package');
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.tgz')) {
      response.end(tarball);
      return;
    }
    const dist = { tarball: `http://${request.headers.host}/x.tgz`, integrity };
    const name = 'onnxruntime-node';
    const version = { name, version: '1.30.0', dist };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name, 'dist-tags': {}, versions: { '1.30.0': version } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  process.env['npm_config_registry'] = `http://127.0.0.1:${port}/`;
  process.env['npm_config_cache'] = join(folder, 'npm');
  const target = join(folder, 'cache/runtime');
  try {
    await expect(installNativeRuntime(target)).rejects.toMatchObject({
      name: 'OcrError',
      code: 'failed',
      message: expect.stringContaining(integrity),
    });
  } finally {
    delete process.env['npm_config_registry'];
    delete process.env['npm_config_cache'];
    server.close();
  }
  expect(existsSync(target)).toBe(false);
  expect(readdirSync(join(folder, 'cache'))).toEqual([]);
});
