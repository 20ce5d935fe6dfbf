import { type Reading, refuse } from './settings.js';
import { didYouMean } from './suggest.js';
import type { Limits } from './types.js';

const units = { MB: 1_000 ** 2, GB: 1_000 ** 3, MiB: 1_024 ** 2, GiB: 1_024 ** 3 } as const;

/** What a size of memory looks like. */
export const sizeText = /^\s*\d+(?:\.\d+)?\s*(?:MB|GB|MiB|GiB)\s*$/;
const leastMemory = 64 * units.MiB;
const mostMemory = 1_024 * units.GiB;
/** A desktop without an application has some 20. */
export const leastProcesses = 50;
export const mostProcesses = 1_000_000;

/** Reads what the processes of a sandbox may have together. */
export function readLimits(value: unknown): Reading {
  if (!(value instanceof Map)) {
    return refuse('limits', value, 'Write {memory: 2 GB}, {processes: 500} or both.');
  }
  let limits: Limits = {};
  for (const [key, given] of value as ReadonlyMap<string, unknown>) {
    if (key === 'memory') {
      const memory = bytesOf(given);
      if (memory === undefined)
        return refuse('limits.memory', given, 'Write 512 MB or 2 GB, at least 64 MiB.');
      limits = { ...limits, memory };
    } else if (key === 'processes') {
      const processes = Number(given);
      if (!Number.isInteger(processes) || processes < leastProcesses || processes > mostProcesses)
        return refuse('limits.processes', given, `Write a whole number, at least ${leastProcesses}.`);
      limits = { ...limits, processes };
    } else {
      const advice = didYouMean(key, ['memory', 'processes']) || ' Only memory and processes exist.';
      return { code: 'bad-value', message: `Unknown key "${key}" in "limits".${advice}` };
    }
  }
  return { limits };
}

function bytesOf(value: unknown): number | undefined {
  const [, number, unit] = (typeof value === 'string' && /^\s*([\d.]+)\s*([A-Za-z]+)\s*$/.exec(value)) || [];
  if (typeof value !== 'string' || !sizeText.test(value)) return undefined;
  const bytes = Math.round(Number(number) * units[unit as keyof typeof units]);
  return bytes >= leastMemory && bytes <= mostMemory ? bytes : undefined;
}
