import {
  floatAttribute,
  integers,
  readGraph,
  writeGraph,
  type Constant,
  type Graph,
  type Operation,
} from './onnx.js';

/**
 * The same network with fewer operations: PP-OCR's has up to eight after each convolution, each of which goes through the
 * whole picture in memory. What scales or moves by a constant becomes part of the convolution before or after it, and
 * a hard swish two operations instead of four. Results differ by rounding.
 */
export function simplify(file: Uint8Array): Uint8Array {
  const net = new Net(readGraph(file));
  for (const operation of net.operations()) {
    net.joinSwish(operation);
  }
  for (const operation of net.operations()) {
    if (operation.type === 'Conv') net.foldFollowing(operation);
  }
  for (const operation of net.operations()) {
    if (operation.type === 'Conv') net.foldPreceding(operation);
  }
  return writeGraph(net.graph());
}

/** x * a + b with the same two numbers everywhere. */
interface Affine {
  readonly input: string;
  readonly scale: number;
  readonly offset: number;
}

class Net {
  readonly #graph: Graph;
  readonly #constants: Map<string, Constant>;
  /** By the name of their only output. */
  readonly #operations = new Map<string, Operation>();
  readonly #usersByInput = new Map<string, Set<Operation>>();
  readonly #positions = new Map<Operation, number>();
  #names = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#constants = new Map(graph.constants);
    for (const [position, operation] of graph.operations.entries()) {
      this.#positions.set(operation, position);
      this.#add(operation);
    }
  }

  operations(): readonly Operation[] {
    const position = (each: Operation): number => this.#positions.get(each) ?? 0;
    return [...this.#operations.values()].toSorted((a, b) => position(a) - position(b));
  }

  graph(): Graph {
    return { ...this.#graph, operations: this.operations(), constants: this.#constants };
  }

  /** `x * clip(x + 3, 0, 6) / 6`, told by its division, becomes `x * hardSigmoid(x)`. */
  joinSwish(last: Operation): void {
    const divided = this.#withNumber(last, 'Div', 6);
    const product = divided === undefined ? undefined : this.#only(divided, 'Mul');
    if (!product) return;
    const [x = '', clipped = ''] = product.inputs;
    const clip = this.#only(clipped, 'Clip');
    const sum = clip && this.#only(clip.inputs[0] ?? '', 'Add');
    if (!clip || !sum || this.#withNumber(sum, 'Add', 3) !== x) return;
    for (const each of [sum, clip, product]) this.#delete(each);
    const gate: Operation = {
      type: 'HardSigmoid',
      inputs: [x],
      outputs: [this.#name()],
      attributes: new Map([floatAttribute('alpha', 1 / 6), floatAttribute('beta', 0.5)]),
    };
    const gated = { ...last, type: 'Mul', inputs: [x, gate.outputs[0] ?? ''], attributes: new Map() };
    this.#replace(last, [gate, gated]);
  }

  /** Takes what scales and moves the result of a convolution into its weights. */
  foldFollowing(conv: Operation): void {
    let { outputs } = conv;
    let [scale, offset] = [1, 0];
    for (;;) {
      const [next, ...others] = this.#users(outputs[0] ?? '');
      const affine = next && others.length === 0 ? this.#affine(next) : undefined;
      if (!next || !affine) break;
      this.#delete(next);
      scale *= affine.scale;
      offset = offset * affine.scale + affine.offset;
      ({ outputs } = next);
    }
    if (outputs !== conv.outputs) this.#replace(conv, [{ ...this.#scaled(conv, scale, offset), outputs }]);
  }

  /**
   * Takes what scales and moves the input of a convolution into its weights. Where the input is padded with zeros, what
   * moves it must stay, as one operation.
   */
  foldPreceding(conv: Operation): void {
    const chain: Operation[] = [];
    let [input = ''] = conv.inputs;
    let [scale, offset] = [1, 0];
    for (;;) {
      const before = this.#operations.get(input);
      const affine = before && this.#users(input).length === 1 ? this.#affine(before) : undefined;
      if (!before || !affine) break;
      chain.push(before);
      offset += affine.offset * scale;
      scale *= affine.scale;
      input = affine.input;
    }
    if (chain.length === 0) return;
    const weights = this.#constants.get(conv.inputs[1] ?? '');
    if (!weights) return;
    for (const each of chain) this.#delete(each);
    const isPadded = integers(conv, 'pads').some((pad) => pad > 0);
    const channels = weights.dims[0] ?? 1;
    const bias = this.#constants.get(conv.inputs[2] ?? '')?.data ?? new Float32Array(channels);
    const moved = isPadded || offset === 0 ? bias : moveBias(bias, weights.data, offset);
    const inputs = [
      input,
      this.#constant(weights.dims, scaled(weights.data, scale)),
      this.#constant([channels], moved),
    ];
    if (!isPadded || Math.abs(offset) < 1e-12) {
      this.#replace(conv, [{ ...conv, inputs }]);
      return;
    }
    const outputs = [this.#name()];
    const size = (weights.dims[1] ?? 1) * (integers(conv, 'group')[0] ?? 1);
    const perChannel = (value: number): string => this.#constant([size], new Float32Array(size).fill(value));
    const move: Operation = {
      type: 'BatchNormalization',
      inputs: [input, perChannel(1), perChannel(offset / scale), perChannel(0), perChannel(1)],
      outputs,
      attributes: new Map([floatAttribute('epsilon', 0)]),
    };
    this.#replace(conv, [move, { ...conv, inputs: [outputs[0] ?? '', ...inputs.slice(1)] }]);
  }

  #scaled(conv: Operation, scale: number, offset: number): Operation {
    const [input = '', kernel = '', before = ''] = conv.inputs;
    const weights = this.#constants.get(kernel);
    const channels = weights?.dims[0] ?? 1;
    const bias = this.#constants.get(before)?.data ?? new Float32Array(channels);
    const inputs = [
      input,
      this.#constant(weights?.dims ?? [], scaled(weights?.data ?? new Float32Array(), scale)),
      this.#constant(
        [channels],
        bias.map((value) => value * scale + offset),
      ),
    ];
    return { ...conv, inputs };
  }

  #affine({ type, inputs }: Operation): Affine | undefined {
    if (type !== 'Mul' && type !== 'Add') return undefined;
    const at = inputs.findIndex((name) => this.#constants.get(name)?.data.length === 1);
    if (at < 0) return undefined;
    const value = this.#constants.get(inputs[at] ?? '')?.data[0] ?? 0;
    const input = inputs[1 - at] ?? '';
    return type === 'Mul' ? { input, scale: value, offset: 0 } : { input, scale: 1, offset: value };
  }

  /** What is combined with that number. */
  #withNumber({ type, inputs }: Operation, wanted: string, value: number): string | undefined {
    const [name = '', number = ''] = inputs;
    const constant = this.#constants.get(number)?.data;
    return type === wanted && constant?.length === 1 && constant[0] === value ? name : undefined;
  }

  /** The operation that makes `name` for one other only. */
  #only(name: string, type: string): Operation | undefined {
    const found = this.#operations.get(name);
    return found?.type === type && this.#users(name).length === 1 ? found : undefined;
  }

  #users(name: string): readonly Operation[] {
    return [...(this.#usersByInput.get(name) ?? [])];
  }

  #add(operation: Operation): void {
    this.#operations.set(operation.outputs[0] ?? '', operation);
    for (const input of operation.inputs) {
      const users = this.#usersByInput.get(input) ?? new Set();
      this.#usersByInput.set(input, users.add(operation));
    }
  }

  /** What comes in the place of another runs where that ran. */
  #replace(old: Operation, by: readonly Operation[]): void {
    const position = this.#positions.get(old) ?? 0;
    this.#delete(old);
    for (const [at, each] of by.entries()) {
      this.#positions.set(each, position + at / by.length);
      this.#add(each);
    }
  }

  #delete(operation: Operation): void {
    this.#operations.delete(operation.outputs[0] ?? '');
    for (const input of operation.inputs) this.#usersByInput.get(input)?.delete(operation);
  }

  #constant(dims: readonly number[], data: Float32Array): string {
    const name = this.#name();
    this.#constants.set(name, { dims, data });
    return name;
  }

  #name(): string {
    return `simplified.${this.#names++}`;
  }
}

/** What a convolution adds when its input is moved by `offset` everywhere. */
function moveBias(bias: Float32Array, weights: Float32Array, offset: number): Float32Array {
  const each = weights.length / bias.length;
  return bias.map((value, channel) => {
    let sum = 0;
    for (let at = channel * each; at < (channel + 1) * each; at++) sum += weights[at] ?? 0;
    return value + offset * sum;
  });
}

/** A loop, since `map` takes several times as long for the millions of weights. */
function scaled(numbers: Float32Array, scale: number): Float32Array {
  const result = new Float32Array(numbers.length);
  for (let at = 0; at < result.length; at++) result[at] = (numbers[at] ?? 0) * scale;
  return result;
}
