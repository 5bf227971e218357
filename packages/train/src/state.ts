/**
 * What a run must remember to go on bit for bit, part by part: weights, optimizer, random generators, place in the data,
 * averages. A part says what it holds (`save`) and takes it back (`restore`), in place: tensors keep their memory, so
 * views, flat buffers and recorded steps stay valid.
 */
import type { DataLoader, Json, LoaderState, TensorSource } from '@tessera/data';
import { loadTensor } from '@tessera/data/tensors';
import type { FlatParameters, Optimizer, StateDict, WeightAverage } from '@tessera/optim';
import { copy_, type Generator, type GeneratorState, noGrad, type Tensor } from '@tessera/tensor';
import { RunError } from './errors.js';

export interface SavedTensor {
  readonly name: string;
  readonly tensor: Tensor;
  /** A view made for saving: disposed once it is written. */
  readonly temporary?: boolean;
}

export interface SavedState {
  readonly tensors?: readonly SavedTensor[];
  /** Everything else; exact in JSON. */
  readonly values?: Json;
}

/** A part as a checkpoint gives it back. */
export interface RestoredState {
  readonly values: Json;
  readonly names: readonly string[];
  /** A tensor on `like`'s device, to be disposed by the caller. */
  load(name: string, like: Tensor): Promise<Tensor>;
}

/** A part of a run's state. */
export interface Stateful {
  save(): SavedState;
  restore(saved: RestoredState): Promise<void> | void;
}

/** Named tensors, saved as they are and restored in place: a model's parameters and buffers. */
export function tensorState(tensors: () => Iterable<readonly [name: string, tensor: Tensor]>): Stateful {
  return {
    save: () => ({ tensors: [...tensors()].map(([name, tensor]) => ({ name, tensor })) }),
    restore: async (saved) => {
      for (const [name, tensor] of tensors()) await copyFrom(saved, name, tensor);
    },
  };
}

/** The parameters of a flat buffer, saved under their names. */
export function parameterState(flat: FlatParameters): Stateful {
  const views = () => flat.entries.map((entry) => [entry.name, viewOf(flat.data, entry.offset, entry.shape)] as const);
  return {
    save: () => ({ tensors: views().map(([name, tensor]) => ({ name, tensor, temporary: true })) }),
    restore: async (saved) => {
      for (const [name, view] of views()) {
        using target = view;
        await copyFrom(saved, name, target);
      }
    },
  };
}

/** An optimizer's state dict, and the bits of `trackTouched`. */
export function optimizerState(optimizer: Optimizer): Stateful {
  return {
    save: () => {
      const { state, param_groups, memory = {} } = optimizer.stateDict();
      const tensors: SavedTensor[] = [];
      const numbers: Record<string, number> = {};
      const put = (name: string, value: Tensor | number, temporary: boolean) => {
        if (typeof value === 'number') numbers[name] = value;
        else tensors.push({ name, tensor: value, temporary });
      };
      for (const [parameter, states] of Object.entries(state)) {
        for (const [name, value] of Object.entries(states)) put(`${name}/${parameter}`, value, true);
      }
      for (const [name, value] of Object.entries(memory)) put(`memory/${name}`, value, false);
      optimizer.places.forEach(({ touched }, i) => {
        if (touched !== undefined) tensors.push({ name: `touched/${i}`, tensor: touched });
      });
      const groups = param_groups.map((group) => JSON.parse(JSON.stringify(group)) as Json);
      return { tensors, values: { numbers, groups } };
    },
    restore: async (saved) => {
      const { numbers, groups } = saved.values as {
        numbers: Record<string, number>;
        groups: StateDict['param_groups'];
      };
      const like = optimizer.places[0]!.flat.data;
      const loaded: Tensor[] = [];
      try {
        const state: Record<string, Record<string, Tensor | number>> = {};
        const memory: Record<string, Tensor | number> = {};
        const put = (name: string, value: Tensor | number) => {
          const [kind, rest] = splitOnce(name);
          if (kind === 'memory') memory[rest] = value;
          else state[rest] = { ...state[rest], [kind]: value };
        };
        for (const [name, value] of Object.entries(numbers)) put(name, value);
        for (const name of saved.names) {
          if (name.startsWith('touched/')) continue;
          const tensor = await saved.load(name, like);
          loaded.push(tensor);
          put(name, tensor);
        }
        optimizer.loadStateDict({ state, param_groups: groups, memory });
        for (const [i, { touched }] of optimizer.places.entries()) {
          if (touched !== undefined) await copyFrom(saved, `touched/${i}`, touched);
        }
      } finally {
        for (const tensor of loaded) tensor.dispose();
      }
    },
  };
}

/** Averages of the weights. */
export function averageState(average: WeightAverage): Stateful {
  return {
    save: () => ({
      tensors: average.averages.map((tensor, i) => ({ name: `average/${i}`, tensor })),
      values: { updates: average.updates },
    }),
    restore: async (saved) => {
      for (const [i, tensor] of average.averages.entries()) await copyFrom(saved, `average/${i}`, tensor);
      average.updates = (saved.values as { updates: number }).updates;
    },
  };
}

/** A random generator. */
export function generatorState(generator: Generator): Stateful {
  return {
    save: () => ({ values: generator.state }),
    restore: (saved) => {
      generator.state = saved.values as GeneratorState;
    },
  };
}

/** A loader's place in its dataset. */
export function loaderState<T>(loader: DataLoader<T>): Stateful {
  return {
    save: () => ({ values: loader.state() }),
    restore: (saved) => loader.restore(saved.values as LoaderState),
  };
}

/** Plain values that the training code keeps itself, such as a controller's coefficient. */
export function valueState<T extends Json>(get: () => T, set: (value: T) => void): Stateful {
  return { save: () => ({ values: get() }), restore: (saved) => set(saved.values as T) };
}

/** @internal A part as it lies in an opened checkpoint. */
export function restoredFrom(source: TensorSource | undefined, values: Json): RestoredState {
  return {
    values,
    names: source?.names ?? [],
    load: (name, like) => {
      if (source === undefined) throw new RunError('RUN_STATE', `the checkpoint has no tensor ${name}.`);
      return loadTensor(source, name, { device: like.device });
    },
  };
}

async function copyFrom(saved: RestoredState, name: string, target: Tensor): Promise<void> {
  using source = await saved.load(name, target);
  if (source.dtype !== target.dtype || source.shape.join() !== target.shape.join()) {
    throw new RunError('RUN_STATE', `the checkpoint's ${name} is ${source}; expected ${target}.`);
  }
  noGrad(() => copy_(target, source));
}

function viewOf(flat: Tensor, offset: number, shape: readonly number[]): Tensor {
  const strides = shape.map((_, d) => shape.slice(d + 1).reduce((a, b) => a * b, 1));
  return flat.view(shape, strides, flat.offset + offset);
}

function splitOnce(name: string): [string, string] {
  const at = name.indexOf('/');
  return [name.slice(0, at), name.slice(at + 1)];
}
