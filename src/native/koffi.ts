import { load, type LibraryHandle } from 'koffi';

/** The only door to koffi: declarations of native functions are written with these. */
export { decode, load, struct, view } from 'koffi';

/** An address in native memory; null is the null pointer. */
export type Pointer = bigint | null;

/** A library, or undefined where it cannot be loaded. */
export function loadIfThere(path: string): LibraryHandle | undefined {
  try {
    return load(path);
  } catch {
    return undefined;
  }
}
