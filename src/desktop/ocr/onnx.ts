// Reads and writes the part of ONNX's protobuf that is changed before a network is loaded.

/** A number field as bigint, any other one as its bytes. */
type Value = bigint | Uint8Array;
type Field = readonly [number: number, value: Value];

/** One operation of a network. */
export interface Operation {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The attributes as they stand in the file, by name. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
}

/** Numbers of a network, known before it runs. */
export interface Constant {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A network: its operations in an order in which they can run. */
export interface Graph {
  readonly operations: readonly Operation[];
  /** The constants of 32-bit floats by name; others stay operations. */
  readonly constants: ReadonlyMap<string, Constant>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** What is passed on unread: fields of the model, and of its graph. */
  readonly rest: { readonly model: readonly Field[]; readonly graph: readonly Field[] };
}

const FLOAT = 1n;
/** Numbers of the fields, from onnx.proto. */
const MODEL = { graph: 7 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 } as const;
const NODE = { input: 1, output: 2, type: 4, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, float: 2, integer: 3, tensor: 5, integers: 8, kind: 20 } as const;
const TENSOR = { dims: 1, type: 2, floats: 4, name: 8, raw: 9 } as const;

/** Throws a RangeError for bytes that are no protobuf. */
export function readGraph(file: Uint8Array): Graph {
  const model = fields(file);
  const graph = fields(bytes(model, MODEL.graph));
  const constants = new Map<string, Constant>();
  const operations: Operation[] = [];
  const isKnown = new Set<number>([GRAPH.node, GRAPH.initializer]);
  const rest = graph.filter(([number]) => !isKnown.has(number));
  for (const [number, value] of graph) {
    if (typeof value === 'bigint') continue;
    if (number === GRAPH.initializer) {
      const tensor = fields(value);
      const constant = toConstant(tensor);
      if (constant) constants.set(text(bytes(tensor, TENSOR.name)), constant);
      else rest.push([number, value]);
    } else if (number === GRAPH.node) {
      const operation = toOperation(value);
      const constant = operation.type === 'Constant' ? constantOf(operation) : undefined;
      if (constant) constants.set(operation.outputs[0] ?? '', constant);
      else operations.push(operation);
    }
  }
  const names = (of: number): readonly string[] =>
    all(graph, of).map((value) => text(bytes(fields(value), 1)));
  return {
    operations,
    constants,
    inputs: names(GRAPH.input),
    outputs: names(GRAPH.output),
    rest: { model: model.filter(([number]) => number !== MODEL.graph), graph: rest },
  };
}

/** The file of a network, without the constants that no operation needs. */
export function writeGraph({ operations, constants, rest }: Graph): Uint8Array {
  const used = new Set(operations.flatMap(({ inputs }) => inputs));
  const graph: Field[] = [...rest.graph];
  for (const operation of operations) graph.push([GRAPH.node, fromOperation(operation)]);
  for (const [name, { dims, data }] of constants) {
    if (!used.has(name)) continue;
    const tensor: Field[] = dims.map((size) => [TENSOR.dims, BigInt(size)]);
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    tensor.push([TENSOR.type, FLOAT], [TENSOR.name, Buffer.from(name)], [TENSOR.raw, raw]);
    graph.push([GRAPH.initializer, message(tensor)]);
  }
  return message([...rest.model, [MODEL.graph, message(graph)]]);
}

/** A list of whole numbers such as `pads`; empty when it is not given. */
export function integers({ attributes }: Operation, name: string): readonly number[] {
  const attribute = attributes.get(name);
  if (!attribute) return [];
  return fields(attribute).flatMap(([number, value]) => {
    if (number !== ATTRIBUTE.integers && number !== ATTRIBUTE.integer) return [];
    return typeof value === 'bigint' ? [Number(BigInt.asIntN(64, value))] : packed(value);
  });
}

/** An attribute that is one number with a fraction. */
export function floatAttribute(name: string, value: number): readonly [string, Uint8Array] {
  const data = Buffer.alloc(4);
  data.writeFloatLE(value);
  const head = message([
    [ATTRIBUTE.name, Buffer.from(name)],
    [ATTRIBUTE.kind, FLOAT],
  ]);
  return [name, Buffer.concat([head, Buffer.from([(ATTRIBUTE.float << 3) | 5]), data])];
}

function toOperation(value: Uint8Array): Operation {
  const node = fields(value);
  return {
    type: text(bytes(node, NODE.type)),
    inputs: all(node, NODE.input).map(text),
    outputs: all(node, NODE.output).map(text),
    attributes: new Map(
      all(node, NODE.attribute).map((attribute) => [
        text(bytes(fields(attribute), ATTRIBUTE.name)),
        attribute,
      ]),
    ),
  };
}

function fromOperation({ type, inputs, outputs, attributes }: Operation): Uint8Array {
  return message([
    ...inputs.map((name): Field => [NODE.input, Buffer.from(name)]),
    ...outputs.map((name): Field => [NODE.output, Buffer.from(name)]),
    [NODE.type, Buffer.from(type)],
    ...[...attributes.values()].map((attribute): Field => [NODE.attribute, attribute]),
  ]);
}

function constantOf({ attributes }: Operation): Constant | undefined {
  const attribute = attributes.get('value');
  const [tensor] = attribute ? all(fields(attribute), ATTRIBUTE.tensor) : [];
  return tensor && toConstant(fields(tensor));
}

function toConstant(tensor: readonly Field[]): Constant | undefined {
  const type = tensor.find(([number]) => number === TENSOR.type)?.[1];
  const [raw = Buffer.concat(all(tensor, TENSOR.floats))] = all(tensor, TENSOR.raw);
  if (type !== FLOAT || raw.length === 0) return undefined;
  const dims = tensor.flatMap(([number, value]) => {
    if (number !== TENSOR.dims) return [];
    return typeof value === 'bigint' ? [Number(value)] : packed(value);
  });
  return { dims, data: new Float32Array(new Uint8Array(raw).buffer) };
}

function bytes(parent: readonly Field[], number: number): Uint8Array {
  return all(parent, number)[0] ?? new Uint8Array();
}

function all(parent: readonly Field[], number: number): readonly Uint8Array[] {
  return parent.flatMap((field) => (field[0] === number && typeof field[1] !== 'bigint' ? [field[1]] : []));
}

function text(value: Uint8Array): string {
  return Buffer.from(value).toString();
}

function packed(value: Uint8Array): readonly number[] {
  const numbers: number[] = [];
  for (let at = 0; at < value.length;) {
    const [number, next] = varint(value, at);
    numbers.push(Number(BigInt.asIntN(64, number)));
    at = next;
  }
  return numbers;
}

/** The fields of a message, those of a fixed size as their bytes. */
function fields(data: Uint8Array): readonly Field[] {
  const found: Field[] = [];
  for (let at = 0; at < data.length;) {
    const [key, start] = varint(data, at);
    const wire = Number(key & 7n);
    const fixed = wire === 5 ? 4 : wire === 1 ? 8 : undefined;
    const [value, next] = fixed === undefined ? varint(data, start) : [BigInt(fixed), start];
    at = wire === 0 ? next : next + Number(value);
    if (fixed === undefined && wire !== 0 && wire !== 2)
      throw new RangeError(`no protobuf: wire type ${wire}`);
    if (at > data.length) throw new RangeError(`no protobuf: ends at ${data.length}, not at ${at}`);
    found.push([Number(key >> 3n), wire === 0 ? value : data.subarray(next, at)]);
  }
  return found;
}

function varint(data: Uint8Array, start: number): readonly [value: bigint, next: number] {
  let value = 0n;
  for (let at = start, shift = 0n; ; at++, shift += 7n) {
    const byte = data[at];
    if (byte === undefined) throw new RangeError(`no protobuf: ends at ${data.length}`);
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return [value, at + 1];
  }
}

/** A message with numbers and bytes; fields of a fixed size are not written. */
function message(written: readonly Field[]): Uint8Array {
  return Buffer.concat(
    written.flatMap(([number, value]) => {
      const key = BigInt(number << 3);
      if (typeof value === 'bigint') return [encode(key), encode(BigInt.asUintN(64, value))];
      return [encode(key | 2n), encode(BigInt(value.length)), value];
    }),
  );
}

function encode(value: bigint): Uint8Array {
  const found: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 127n);
    if (rest < 128n) return Uint8Array.from([...found, low]);
    found.push(low | 128);
  }
}
