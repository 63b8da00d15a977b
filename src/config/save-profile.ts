/** Puts a profile into a config and keeps its comments and layout. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { Failure } from '../errors/failure.js';
import { writeNamedFile } from '../files/named-file.js';
import { naming } from '../files/sync-folder.js';

/**
 * Inserts the profile as the first key, right after the opening brace. The edits of jsonc-parser would reformat the key before it and
 * move the comment after that key.
 * @returns the text of the config with the profile
 * @throws Failure usage if the name is taken
 */
export function withProfile(text: string, name: string, settings: object): string {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const inputs = tree && findNodeAtLocation(tree, ['inputs']);
  if (tree?.type !== 'object' || (inputs !== undefined && inputs.type !== 'object'))
    throw new Failure('usage', 'is no config that a profile could be put into');
  if (findNodeAtLocation(tree, ['inputs', name]) !== undefined)
    throw new Failure('usage', `inputs.${name} is there already; take it out, or save under another name`);
  return inputs === undefined
    ? withFirst(text, tree, { name: 'inputs', value: { [name]: settings }, depth: 1 })
    : withFirst(text, inputs, { name, value: settings, depth: 2 });
}

interface Property {
  readonly name: string;
  readonly value: object;
  readonly depth: number;
}

function withFirst(text: string, { offset, children = [] }: Node, { name, value, depth }: Property): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = '  '.repeat(depth);
  const written = `${JSON.stringify(name)}: ${JSON.stringify(value, null, 2)}`.replaceAll(
    '\n',
    `${eol}${indent}`,
  );
  const brace = offset + 1;
  // A comment after the brace stays there.
  const start = brace + (/^[ \t]*\/\/[^\r\n]*/.exec(text.slice(brace))?.[0].length ?? 0);
  const after = text.slice(start);
  const end = children.length > 0 ? ',' : /^\s*\}/.test(after) ? `${eol}${'  '.repeat(depth - 1)}` : '';
  const rest = children.length > 0 ? after : after.replace(/^\s*(?=\})/, '');
  return `${text.slice(0, start)}${eol}${indent}${written}${end}${rest}`;
}

/** Writes the config whole or not at all; creates it if it does not exist. @throws Failure usage */
export function saveProfile(file: string, name: string, settings: object): void {
  const target = existsSync(file) ? naming(file, () => realpathSync(file)) : file;
  const given = existsSync(target) ? naming(file, () => readFileSync(target, 'utf8')) : '{}\n';
  const mark = given.startsWith('\uFEFF') ? '\uFEFF' : '';
  const before = mark === '' ? given : given.slice(1);
  const text =
    mark + inConfig(file, () => withProfile(before.trim() === '' ? '{}\n' : before, name, settings));
  const mode = existsSync(target) ? statSync(target).mode & 0o777 : 0o644;
  writeNamedFile(target, text, { isOurs: () => true, mode });
}

function inConfig<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof Failure)
      throw new Failure(error.kind, `${file}: ${error.message}`, { cause: error });
    throw error;
  }
}
