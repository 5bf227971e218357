/**
 * Configuration of a run: YAML, JSON or a TypeScript module, overridden key by key from the command line, checked by a
 * zod schema. Everything wrong is named at once, with its key, what was expected, and the known key it is nearest to.
 */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileProblem, type Json, messageOf } from '@tessera/data';
import { nearestName } from '@tessera/tensor';
import { LineCounter, parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { ConfigError, type ConfigProblem } from './errors.js';
import { isModule, loadDefaultExport } from './module.js';

/** For schemas, so that packages above need no zod of their own. */
export { z };

export interface LoadConfigOptions {
  /** `key=value` pairs that take precedence: `optimizer.lr=1e-5`. Values are YAML. */
  readonly set?: readonly string[];
}

/**
 * Reads and checks a configuration: a `.yaml`, `.yml` or `.json` file, or a module (`.ts`, `.mts`, `.js`, `.mjs`) that
 * exports it, or a function that returns it, as its default. Throws ConfigError.
 */
export async function loadConfig<S extends z.ZodType>(
  path: string,
  schema: S,
  { set = [] }: LoadConfigOptions = {},
): Promise<z.output<S>> {
  const value = await readValue(path);
  return parseConfig(override(path, value, set), schema, path);
}

/** Checks a value. `place` stands in messages: a file, a command. */
export function parseConfig<S extends z.ZodType>(value: unknown, schema: S, place: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(
    place,
    flatten(result.error.issues).flatMap((issue) => describe(issue, value, schema)),
  );
}

async function readValue(path: string): Promise<unknown> {
  const fail = (problem: string, cause: unknown): ConfigError =>
    new ConfigError(path, [{ key: '', problem }], { cause });
  if (isModule(path)) {
    const loaded = await loadDefaultExport(path);
    if (typeof loaded !== 'function') return loaded;
    try {
      return await (loaded as () => unknown)();
    } catch (cause) {
      throw fail(`cannot be loaded: ${messageOf(cause)}`, cause);
    }
  }
  const extension = extname(path);
  if (!['.yaml', '.yml', '.json'].includes(extension)) {
    throw fail(`a configuration is a .yaml, .json or .ts file; got '${extension}'.`, undefined);
  }
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw fail(`${fileProblem(cause)}.`, cause);
  }
  try {
    return parseYaml(text, { lineCounter: new LineCounter(), uniqueKeys: true }) ?? {};
  } catch (cause) {
    throw fail((cause instanceof YAMLParseError ? cause.message : messageOf(cause)).trim(), cause);
  }
}

function override(place: string, value: unknown, set: readonly string[]): unknown {
  if (set.length === 0) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(place, [{ key: '', problem: `expected keys with values; got ${JSON.stringify(value)}.` }]);
  }
  const copy = structuredClone(value) as Record<string, unknown>;
  for (const pair of set) {
    const at = pair.indexOf('=');
    if (at <= 0) throw new ConfigError(place, [{ key: pair, problem: 'is not of the form key=value.' }]);
    const keys = pair.slice(0, at).split('.');
    let target = copy;
    for (const key of keys.slice(0, -1)) {
      const next = target[key];
      if (next !== undefined && (typeof next !== 'object' || next === null || Array.isArray(next))) {
        throw new ConfigError(place, [{ key: pair.slice(0, at), problem: `${key} is a value, not a section.` }]);
      }
      target[key] = next ?? {};
      target = target[key] as Record<string, unknown>;
    }
    target[keys.at(-1)!] = parseYaml(pair.slice(at + 1));
  }
  return copy;
}

type Issue = z.core.$ZodIssue;

/**
 * Of a union that failed, what is wrong with the branch that was most likely meant: keys that no branch knows; else the
 * problems of the branch with the fewest. Where the value is of no branch's kind, the kinds.
 */
function flatten(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
    const branches = issue.errors.map((branch) => flatten(branch));
    const wrongKind = (branch: readonly Issue[]): boolean =>
      branch.length === 1 && branch[0]!.path.length === 0 && branch[0]!.code !== 'unrecognized_keys';
    if (branches.every(wrongKind)) {
      const kinds = new Set(branches.map(([inner]) => expectation(inner!).replace(/^expected /, '')));
      return [{ ...issue, message: `expected ${[...kinds].join(' or ')}` }];
    }
    const near = branches.filter((branch) => !wrongKind(branch));
    const unknown = near.map((branch) => branch.flatMap((i) => (i.code === 'unrecognized_keys' ? i.keys : [])));
    const unknownToAll = unknown[0]!.filter((key) => unknown.every((keys) => keys.includes(key)));
    const template = near.flat().find((i) => i.code === 'unrecognized_keys');
    const best =
      unknownToAll.length > 0 && template?.code === 'unrecognized_keys'
        ? [{ ...template, keys: unknownToAll }]
        : [...near].sort((a, b) => a.length - b.length)[0]!;
    return best.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  });
}

/** What zod expected, without what it got, which is said in full. */
function expectation({ message }: Issue): string {
  return message.replace(/^(Invalid (input|option)|Too (small|big)): |, received \w+$/g, '');
}

function describe(issue: Issue, value: unknown, schema: z.ZodType): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((wrong) => {
      // of another branch of a union
      if (known.includes(wrong))
        return { key: keyOf([...issue.path, wrong]), problem: 'does not go with the other keys of its section.' };
      const meant = nearestName(wrong, known);
      const hint =
        meant !== undefined ? ` Did you mean ${meant}?` : known.length > 0 ? ` Known: ${known.join(', ')}.` : '';
      return { key: keyOf([...issue.path, wrong]), problem: `there is no such key.${hint}` };
    });
  }
  const got = issue.path.reduce<unknown>((v, key) => (v as Record<PropertyKey, unknown> | undefined)?.[key], value);
  const missing = got === undefined ? 'is missing; ' : '';
  const shown = got === undefined ? '' : `; got ${JSON.stringify(got)}`;
  const problem = `${missing}${expectation(issue)}${shown}.${meantChoice(issue, got)}`;
  return [{ key: keyOf(issue.path), problem }];
}

/** The choice that is nearest to what was given. */
function meantChoice(issue: Issue, got: unknown): string {
  if (typeof got !== 'string') return '';
  const meant = nearestName(got, choicesOf(issue));
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

function choicesOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(choicesOf) : [];
}

/** The keys a schema knows at a path; none where that cannot be told. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let json: unknown;
  try {
    json = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
  } catch {
    return [];
  }
  const keysAt = (node: unknown, rest: readonly PropertyKey[]): string[] => {
    if (typeof node !== 'object' || node === null) return [];
    const { properties = {}, items, anyOf = [], oneOf = [], additionalProperties } = node as Record<string, never>;
    const branches = [...(anyOf as unknown[]), ...(oneOf as unknown[])].flatMap((branch) => keysAt(branch, rest));
    if (rest.length === 0) return [...Object.keys(properties), ...branches];
    const [key, ...more] = rest;
    const next =
      typeof key === 'number' ? items : ((properties as Record<PropertyKey, unknown>)[key!] ?? additionalProperties);
    return [...keysAt(next, more), ...branches];
  };
  return [...new Set(keysAt(json, path))];
}

function keyOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  );
}

/** The first key in which two configurations differ, and what it is in each; undefined where they are equal. */
export function difference(
  a: Json,
  b: Json,
): { readonly key: string; readonly values: [unknown, unknown] } | undefined {
  const find = (x: unknown, y: unknown, path: readonly PropertyKey[]): ReturnType<typeof difference> => {
    if (typeof x !== 'object' || typeof y !== 'object' || x === null || y === null) {
      return x === y ? undefined : { key: keyOf(path) || 'configuration', values: [x, y] };
    }
    for (const key of new Set([...Object.keys(x), ...Object.keys(y)])) {
      const found = find((x as Record<string, unknown>)[key], (y as Record<string, unknown>)[key], [
        ...path,
        Array.isArray(x) ? Number(key) : key,
      ]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(a, b, []);
}
