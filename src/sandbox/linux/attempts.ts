import { setTimeout as delay } from 'node:timers/promises';
import type { Refusal } from '../proxy/message.js';
import type { Attempt } from '../types.js';
import { holderOf } from './holder.js';
import type { Namespace } from './outbound.js';

/** How much of what an account tries is told apart. */
const limits = { rows: 200, lookupsPerSecond: 20 } as const;

/** Counts what the proxy of an account refused, with the program that asked where it is found in time. */
export function countAttempts(account: { readonly uid: number; readonly namespace: Namespace }): {
  readonly add: (refusal: Refusal) => Promise<void>;
  readonly list: () => readonly Attempt[];
} {
  const rows = new Map<string, Attempt>();
  let lookups = 0;
  const look = async ({ from }: Refusal): Promise<string | undefined> => {
    // Looking takes longer than asking: an account must not keep the broker busy.
    if (lookups >= limits.lookupsPerSecond) return undefined;
    lookups++;
    void delay(1_000, undefined, { ref: false }).then(() => lookups--);
    return holderOf(from, { uid: account.uid, pid: account.namespace.pid }).catch(() => undefined);
  };
  return {
    add: async (refusal) => {
      const process = await look(refusal);
      const { to, reason } = refusal;
      let key = JSON.stringify([to, reason, process]);
      let row: Attempt = { to, reason, count: 0, ...(process === undefined ? {} : { process }) };
      if (!rows.has(key) && rows.size >= limits.rows) {
        key = 'others';
        row = { to: '(others)', reason: 'refused by the proxy', count: 0 };
      }
      const { count } = rows.get(key) ?? row;
      rows.set(key, { ...row, count: count + 1 });
    },
    list: () => [...rows.values()],
  };
}
