/**
 * A pickle reader that executes nothing. Pickle is a small stack machine whose GLOBAL and REDUCE can call any function of the
 * process that loads it; here a global is a mere name, and calling it asks `construct`, which knows a handful of names and
 * refuses the rest. Plain containers become arrays and Maps. Every count is bounded by the bytes that are there.
 */

/** What a pickle may hold here. Tuples and lists are arrays, dicts are Maps; `T` is what `construct` makes. */
export type PickleValue<T> =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | T
  | readonly PickleValue<T>[]
  | ReadonlyMap<string | number, PickleValue<T>>;

/** A class or function by name: never resolved, only compared. */
class PickleGlobal {
  constructor(readonly name: string) {}
}

/** What is wrong with a pickle; callers wrap it in the error of their format. */
export class PickleProblem extends Error {}

export interface PickleHandlers<T> {
  /** Whether a class or function of this name may occur at all. */
  allows(name: string): boolean;
  /** Makes the value of `callee(...args)`. Throws PickleProblem where it cannot be called so. */
  construct(callee: string, args: readonly PickleValue<T>[]): PickleValue<T>;
  /** Makes the value of a persistent id, such as a storage. */
  persistent(id: PickleValue<T>): T;
}

const mark = Symbol('mark');
type Slot<T> = PickleValue<T> | PickleGlobal | typeof mark;

/** Long integers longer than this serve no checkpoint. */
const maxLongBytes = 256;

/**
 * Reads one pickle from `bytes`, starting at `start`; `end` is where it stopped. Throws PickleProblem.
 */
export function readPickle<T>(
  bytes: Uint8Array,
  start: number,
  handlers: PickleHandlers<T>,
): { value: PickleValue<T>; end: number } {
  return new Machine(bytes, start, handlers).run();
}

class Machine<T> {
  readonly #bytes: Buffer;
  readonly #handlers: PickleHandlers<T>;
  readonly #stack: Slot<T>[] = [];
  readonly #memo = new Map<number, Slot<T>>();
  #at: number;

  constructor(bytes: Uint8Array, start: number, handlers: PickleHandlers<T>) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#handlers = handlers;
  }

  run(): { value: PickleValue<T>; end: number } {
    for (;;) {
      const opcode = this.#u8();
      if (opcode === 0x2e) return { value: this.#popValue(), end: this.#at };
      this.#step(opcode);
    }
  }

  #step(opcode: number): void {
    const instruction = Machine.#instructions[opcode];
    if (instruction === undefined) {
      throw new PickleProblem(`pickle instruction 0x${opcode.toString(16)} is not one of tensors and plain containers`);
    }
    instruction(this as unknown as Machine<unknown>);
  }

  /** What each opcode does, named as in Python's pickletools. */
  static readonly #instructions: Readonly<Record<number, (m: Machine<unknown>) => void>> = {
    128: (m) => m.#protocol(m.#u8()), // PROTO
    149: (m) => m.#take(8), // FRAME
    40: (m) => m.#stack.push(mark), // MARK
    48: (m) => m.#pop(), // POP
    49: (m) => m.#popToMark(), // POP_MARK
    50: (m) => m.#stack.push(m.#top()), // DUP
    78: (m) => m.#push(null), // NONE
    136: (m) => m.#push(true), // NEWTRUE
    137: (m) => m.#push(false), // NEWFALSE
    75: (m) => m.#push(m.#u8()), // BININT1
    77: (m) => m.#push(m.#take(2).readUInt16LE(0)), // BININT2
    74: (m) => m.#push(m.#take(4).readInt32LE(0)), // BININT
    138: (m) => m.#push(m.#long(m.#u8())), // LONG1
    139: (m) => m.#push(m.#long(m.#length4())), // LONG4
    71: (m) => m.#push(m.#take(8).readDoubleBE(0)), // BINFLOAT
    88: (m) => m.#push(m.#take(m.#length4()).toString('utf8')), // BINUNICODE
    140: (m) => m.#push(m.#take(m.#u8()).toString('utf8')), // SHORT_BINUNICODE
    141: (m) => m.#push(m.#take(m.#length8()).toString('utf8')), // BINUNICODE8
    84: (m) => m.#push(m.#take(m.#length4()).toString('latin1')), // BINSTRING
    85: (m) => m.#push(m.#take(m.#u8()).toString('latin1')), // SHORT_BINSTRING
    66: (m) => m.#push(new Uint8Array(m.#take(m.#length4()))), // BINBYTES
    67: (m) => m.#push(new Uint8Array(m.#take(m.#u8()))), // SHORT_BINBYTES
    142: (m) => m.#push(new Uint8Array(m.#take(m.#length8()))), // BINBYTES8
    93: (m) => m.#push([]), // EMPTY_LIST
    41: (m) => m.#push([]), // EMPTY_TUPLE
    125: (m) => m.#push(new Map()), // EMPTY_DICT
    116: (m) => m.#push(m.#popToMark()), // TUPLE
    133: (m) => m.#push(m.#popSome(1)), // TUPLE1
    134: (m) => m.#push(m.#popSome(2)), // TUPLE2
    135: (m) => m.#push(m.#popSome(3)), // TUPLE3
    97: (m) => m.#append([m.#popValue()]), // APPEND
    101: (m) => m.#append(m.#popToMark()), // APPENDS
    115: (m) => m.#setItems(m.#popSome(2)), // SETITEM
    117: (m) => m.#setItems(m.#popToMark()), // SETITEMS
    113: (m) => m.#remember(m.#u8()), // BINPUT
    114: (m) => m.#remember(m.#take(4).readUInt32LE(0)), // LONG_BINPUT
    148: (m) => m.#remember(m.#memo.size), // MEMOIZE
    104: (m) => m.#recall(m.#u8()), // BINGET
    106: (m) => m.#recall(m.#take(4).readUInt32LE(0)), // LONG_BINGET
    99: (m) => m.#global(m.#line(), m.#line()), // GLOBAL
    147: (m) => m.#stackGlobal(), // STACK_GLOBAL
    82: (m) => m.#call(), // REDUCE
    129: (m) => m.#call(), // NEWOBJ
    98: (m) => m.#build(), // BUILD
    81: (m) => m.#push(m.#handlers.persistent(m.#popValue())), // BINPERSID
  };

  #protocol(version: number): void {
    if (version > 5) throw new PickleProblem(`pickle protocol ${version}; at most 5 is known`);
  }

  #stackGlobal(): void {
    const [module, name] = this.#popSome(2);
    if (typeof module !== 'string' || typeof name !== 'string')
      throw new PickleProblem('a global whose name is no text');
    this.#global(module, name);
  }

  #global(module: string, name: string): void {
    const global = `${module}.${name}`;
    if (!this.#handlers.allows(global))
      throw new PickleProblem(`it refers to ${global}, which is neither a tensor nor a plain container`);
    this.#stack.push(new PickleGlobal(global));
  }

  #call(): void {
    const args = this.#popValue();
    const callee = this.#pop();
    if (!(callee instanceof PickleGlobal)) throw new PickleProblem('a call of something that is no global');
    if (!Array.isArray(args)) throw new PickleProblem(`a call of ${callee.name} without a tuple of arguments`);
    this.#push(this.#handlers.construct(callee.name, args as readonly PickleValue<T>[]));
  }

  /** Object state. Namespaces were made as Maps and take their fields; attributes of other objects (OrderedDict._metadata) are dropped. */
  #build(): void {
    const state = this.#popValue();
    const target = this.#top();
    if (!(state instanceof Map) || !(target instanceof Map))
      throw new PickleProblem('object state for something that has none');
    if (target instanceof Namespace) for (const [key, value] of state) target.set(key, value);
  }

  #append(items: readonly PickleValue<T>[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw new PickleProblem('an append to something that is no list');
    for (const item of items) list.push(item);
  }

  #setItems(items: readonly PickleValue<T>[]): void {
    const target = this.#top();
    if (!(target instanceof Map) || items.length % 2 !== 0)
      throw new PickleProblem('items set on something that is no dict');
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (typeof key !== 'string' && typeof key !== 'number')
        throw new PickleProblem('a dict key that is neither text nor a number');
      target.set(key, items[i + 1]!);
    }
  }

  #remember(slot: number): void {
    this.#memo.set(slot, this.#top());
  }

  #recall(slot: number): void {
    const value = this.#memo.get(slot);
    if (value === undefined) throw new PickleProblem(`a reference to memo ${slot}, which is empty`);
    this.#stack.push(value);
  }

  #push(value: PickleValue<T>): void {
    this.#stack.push(value);
  }

  #top(): Slot<T> {
    const top = this.#stack.at(-1);
    if (top === undefined || top === mark) throw new PickleProblem('the pickle stack is empty');
    return top;
  }

  #pop(): Slot<T> {
    const top = this.#top();
    this.#stack.pop();
    return top;
  }

  /** Pops a value. A global that is a value (a dtype, a storage type) becomes its name. */
  #popValue(): PickleValue<T> {
    return this.#asValue(this.#pop());
  }

  #asValue(slot: Slot<T>): PickleValue<T> {
    if (slot === mark) throw new PickleProblem('the pickle stack is out of order');
    return slot instanceof PickleGlobal ? slot.name : slot;
  }

  #popSome(count: number): PickleValue<T>[] {
    return Array.from({ length: count }, () => this.#popValue()).reverse();
  }

  #popToMark(): PickleValue<T>[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw new PickleProblem('a pickle instruction without its mark');
    const items = this.#stack.splice(at).slice(1);
    return items.map((item) => this.#asValue(item));
  }

  #take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new PickleProblem('the pickle ends early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #u8(): number {
    return this.#take(1)[0]!;
  }

  #length4(): number {
    return this.#take(4).readUInt32LE(0);
  }

  #length8(): number {
    const length = this.#take(8).readBigUInt64LE(0);
    if (length > BigInt(this.#bytes.length)) throw new PickleProblem('the pickle ends early');
    return Number(length);
  }

  #long(length: number): number | bigint {
    if (length > maxLongBytes) throw new PickleProblem(`an integer of ${length} bytes`);
    const bytes = Buffer.from(this.#take(length)).reverse();
    const value = length === 0 ? 0n : BigInt.asIntN(length * 8, BigInt(`0x${bytes.toString('hex')}`));
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : value;
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new PickleProblem('the pickle ends early');
    return this.#take(end + 1 - this.#at)
      .toString('utf8')
      .trimEnd();
  }
}

/** The fields of an argparse.Namespace. */
export class Namespace<T> extends Map<string | number, PickleValue<T>> {}
