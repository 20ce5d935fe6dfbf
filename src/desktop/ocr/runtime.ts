// The only place of ONNX Runtime: loads the native build where it is installed, else WebAssembly.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { OcrError } from './error.js';
import { findNative } from './native.js';

type Runtime = typeof import('onnxruntime-web');

export interface Output {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** A network with one input and one output. */
export interface Model {
  run(input: Float32Array, dims: readonly number[]): Promise<Output>;
}

export interface LoadedRuntime {
  readonly name: 'native' | 'wasm';
  load(file: string): Promise<Model>;
}

interface LoadOptions {
  readonly runtime?: 'native' | 'wasm' | undefined;
  readonly threads: number;
  readonly nativeDirectories: readonly string[];
}

/** Loads a build of the runtime; throws OcrError `unavailable`. */
export async function loadRuntime(options: LoadOptions): Promise<LoadedRuntime> {
  const { runtime, threads, nativeDirectories } = options;
  const directory = runtime === 'wasm' ? undefined : await findNative(nativeDirectories);
  if (directory !== undefined) {
    const native = createRequire(`${directory}/`)('onnxruntime-node') as Runtime;
    return { name: 'native', load: (file) => load(native, file, threads) };
  }
  if (runtime === 'native') {
    throw new OcrError(
      'unavailable',
      `The native OCR runtime is not in ${nativeDirectories.join(' or ')}; run codex-test install-deps ocr.`,
    );
  }
  const wasm = await import('onnxruntime-web');
  wasm.env.wasm.numThreads = threads;
  return { name: 'wasm', load: (file) => load(wasm, file, threads) };
}

async function load({ InferenceSession, Tensor }: Runtime, file: string, threads: number): Promise<Model> {
  const session = await InferenceSession.create(await readFile(file), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Each width of a line would leave a plan behind: 150 MB after seven screens, and no faster.
    enableMemPattern: false,
    // Spinning threads double the processor time, and the wall time too when the cores are shared.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const [input = ''] = session.inputNames;
  const [output = ''] = session.outputNames;
  return {
    run: async (data, dims) => {
      const result = (await session.run({ [input]: new Tensor('float32', data, dims) }))[output];
      if (!(result?.data instanceof Float32Array)) {
        throw new OcrError('failed', `The OCR model ${file} gave no numbers.`);
      }
      return { data: result.data, dims: result.dims };
    },
  };
}
