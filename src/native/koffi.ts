/** The only door to koffi: declarations of native functions are written with these. */
export { decode, load, struct, view } from 'koffi';

/** An address in native memory; null is the null pointer. */
export type Pointer = bigint | null;
