/**
 * The files of a Hugging Face tokenizer folder, brought to one form: special tokens as plain strings, chat templates by name.
 * Order of precedence as in transformers: chat_template.jinja over tokenizer_config.json.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shown } from '../check.js';
import { codeOf, TextError } from '../errors.js';
import { fileProblem, isObject, parseJson } from '../json.js';

/** Special tokens by role. */
export const specialRoles = ['bos', 'eos', 'pad', 'unk', 'sep', 'cls', 'mask'] as const;
export type SpecialRole = (typeof specialRoles)[number];

const modelTypes = ['BPE', 'Unigram', 'WordPiece', 'WordLevel'];

export interface TokenizerFiles {
  /** Folder, for messages. */
  readonly path: string;
  readonly tokenizer: Record<string, unknown>;
  readonly config: Record<string, unknown>;
  readonly specials: Readonly<Partial<Record<SpecialRole, string>>>;
  /** Chat templates by name; the usual one is `default`. */
  readonly templates: ReadonlyMap<string, string>;
}

/** Reads tokenizer.json and what lies beside it. Throws TextError naming file and problem. */
export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const tokenizer = await readJson(join(folder, 'tokenizer.json'));
  if (tokenizer === undefined) {
    const problem = existsSync(folder) ? 'the folder has no tokenizer.json' : 'no such folder';
    throw new TextError('TOKENIZER_FILES', problem, { file: folder });
  }
  const config = (await readJson(join(folder, 'tokenizer_config.json'))) ?? {};
  const map = (await readJson(join(folder, 'special_tokens_map.json'))) ?? {};
  const templates = await readTemplateFiles(folder);
  return normaliseFiles(folder, tokenizer, { ...map, ...config }, templates);
}

/** The same from objects already in memory. Template files win over templates of the configuration. */
export function normaliseFiles(
  path: string,
  tokenizer: Record<string, unknown>,
  rawConfig: Record<string, unknown>,
  templateFiles: ReadonlyMap<string, string> = new Map(),
): TokenizerFiles {
  for (const [name, value] of Object.entries({ tokenizer, tokenizer_config: rawConfig }))
    if (!isObject(value))
      throw new TextError('TOKENIZER_FILES', `${name} must be an object; got ${shown(value)}`, { file: path });
  const config = { ...rawConfig };
  const specials: Partial<Record<SpecialRole, string>> = {};
  for (const role of specialRoles) {
    const token = tokenText(config[`${role}_token`]);
    if (token === undefined) delete config[`${role}_token`];
    else specials[role] = token;
    if (token !== undefined) config[`${role}_token`] = token;
  }
  if (Array.isArray(config.additional_special_tokens)) {
    config.additional_special_tokens = config.additional_special_tokens
      .map(tokenText)
      .filter((token) => token !== undefined);
  }
  const templates = new Map([...configTemplates(config.chat_template, path), ...templateFiles]);
  return { path, tokenizer: completeTokenizer(tokenizer, path), config, specials, templates };
}

/** Absent optional parts mean null. */
function completeTokenizer(tokenizer: Record<string, unknown>, path: string): Record<string, unknown> {
  if (!isObject(tokenizer.model)) throw new TextError('TOKENIZER_FILES', 'tokenizer.json has no model', { file: path });
  const { type } = tokenizer.model;
  if (type !== undefined && !modelTypes.includes(String(type))) {
    throw new TextError('TOKENIZER_FILES', `tokenizer model ${String(type)} is not one of ${modelTypes.join(', ')}`, {
      file: path,
    });
  }
  return { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, added_tokens: [], ...tokenizer };
}

/** A token is written as its text, or as an object with its text as `content`. */
function tokenText(token: unknown): string | undefined {
  if (typeof token === 'string') return token;
  return isObject(token) && typeof token.content === 'string' ? token.content : undefined;
}

/** `chat_template` is one template, or a list of `{ name, template }`. */
function configTemplates(value: unknown, file: string): ReadonlyMap<string, string> {
  if (value === undefined || value === null) return new Map();
  if (typeof value === 'string') return new Map([['default', value]]);
  const pairs = Array.isArray(value)
    ? value.map((item: unknown) => (isObject(item) ? [item.name, item.template] : []))
    : isObject(value)
      ? Object.entries(value)
      : [[]];
  for (const [name, template] of pairs) {
    if (typeof name !== 'string' || typeof template !== 'string') {
      throw new TextError('CHAT_TEMPLATE', 'chat_template must be text, or a list of { name, template }', { file });
    }
  }
  return new Map(pairs as [string, string][]);
}

/** `chat_template.jinja`, and `additional_chat_templates/<name>.jinja`. */
async function readTemplateFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const templates = new Map<string, string>();
  const main = await readText(join(folder, 'chat_template.jinja'));
  if (main !== undefined) templates.set('default', main);
  const more = join(folder, 'additional_chat_templates');
  const names = await readdir(more).catch(() => []);
  for (const name of names.filter((found) => found.endsWith('.jinja'))) {
    templates.set(name.slice(0, -'.jinja'.length), (await readText(join(more, name))) ?? '');
  }
  return templates;
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return undefined;
    throw new TextError('TOKENIZER_FILES', fileProblem(cause), { file, cause });
  }
}

async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
  const text = await readText(file);
  if (text === undefined) return undefined;
  const fail = (problem: string, cause?: unknown): TextError =>
    new TextError('TOKENIZER_FILES', problem, { file, cause });
  const value = parseJson(text, fail);
  if (!isObject(value)) throw fail('not a JSON object');
  return value;
}
