export { createTrace } from './trace.js';
export type { Trace, TraceCall, TraceEnd, TraceInput, TraceOptions } from './trace.js';
