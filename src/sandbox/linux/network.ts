import type { Deprovisioned, SandboxOptions } from '../types.js';
import { countAttempts } from './attempts.js';
import { outboundAttempts, type Namespace } from './outbound.js';
import { killAndWait } from './processes.js';
import { startProxy } from './proxy.js';
import { leaseNetworkUid, releaseUid, type Run } from './state.js';

/** What an account reaches beyond its own loopback, and what it tried to. */
export interface Network {
  /** Ends the proxy and tells what was tried; only before the account's namespaces go. */
  close(): Promise<Pick<Deprovisioned, 'attempts' | 'proxyEnded'>>;
}

/** Starts the proxy where a sandbox has one. */
export async function openNetwork(options: {
  readonly run: Run;
  readonly uid: number;
  /** Of the sandbox, on the host. */
  readonly directory: string;
  readonly options: SandboxOptions;
  readonly namespace: Namespace;
  /** What the namespace counts of that which goes past the proxy. */
  readonly counts: 'destinations' | 'nothing';
}): Promise<Network> {
  const { run, uid, directory, namespace } = options;
  const { network, allow = [], deny = [], localhost = [] } = options.options;
  const refused = countAttempts({ uid, namespace });
  const proxy =
    network === 'online' || localhost.length > 0
      ? await proxyWithAccount(run, {
          directory,
          namespace: namespace.path,
          online: network === 'online',
          rules: { allow, deny, localhost },
          onRefusal: refused.add,
        })
      : undefined;
  return {
    close: async () => {
      const proxyEnded = proxy?.ended() ?? false;
      const [direct] = await Promise.all([
        outboundAttempts(namespace, options.counts).catch(() => []),
        proxy?.remove(),
      ]);
      return { attempts: [...refused.list(), ...direct], proxyEnded };
    },
  };
}

/** A proxy as an account of its own, which is free again once it is removed. */
async function proxyWithAccount(
  run: Run,
  options: Omit<Parameters<typeof startProxy>[0], 'uid'>,
): Promise<{ ended(): boolean; remove(): Promise<void> }> {
  const uid = await leaseNetworkUid(run);
  const release = async (): Promise<void> => {
    await killAndWait([uid]);
    await releaseUid(uid);
  };
  try {
    const proxy = await startProxy({ ...options, uid });
    return {
      ended: () => proxy.ended(),
      remove: async () => {
        await proxy.destroy();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}
