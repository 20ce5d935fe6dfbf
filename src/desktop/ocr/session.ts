/** Either build of ONNX Runtime. */
export type Runtime = typeof import('onnxruntime-web');

export interface Output {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** A network with one input and one output. */
export interface Session {
  run(input: Float32Array<ArrayBuffer>, dims: readonly number[]): Promise<Output>;
}

/** Makes a network ready to run on the thread that calls it. */
export async function openSession({ InferenceSession, Tensor }: Runtime, file: Uint8Array): Promise<Session> {
  const session = await InferenceSession.create(file, {
    // One thread a network: two networks side by side use two cores better than one that is cut in two.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Each width of a line would leave a plan behind: 150 MB after seven screens, and no faster.
    enableMemPattern: false,
  });
  const [input = ''] = session.inputNames;
  const [output = ''] = session.outputNames;
  return {
    run: async (data, dims) => {
      const result = (await session.run({ [input]: new Tensor('float32', data, dims) }))[output];
      if (!(result?.data instanceof Float32Array)) throw new TypeError('the network gave no numbers');
      return { data: result.data, dims: result.dims };
    },
  };
}

/** The same with the build for WebAssembly. */
export async function openWasmSession(file: Uint8Array): Promise<Session> {
  const wasm = await import('onnxruntime-web');
  wasm.env.wasm.numThreads = 1;
  return await openSession(wasm, file);
}
