export { startTextReader } from './client.js';
export type { OcrError, OcrErrorCode } from './error.js';
export { installNativeRuntime, nativeDirectories } from './native.js';
export type { EngineName, ReaderOptions, ReadStatistics, TextLine, TextReader, Word } from './types.js';
