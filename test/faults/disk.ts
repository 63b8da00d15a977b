/**
 * A disk as a power cut may leave it, rebuilt from the calls of a recorded run: what was written to a file since its last sync,
 * and the names given and taken in a folder since that folder's, are each there or not, in any combination; a write may be torn.
 */
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Call } from './strace.js';

interface FileNode {
  synced: Buffer;
  pending: Change[];
}

interface FolderNode {
  synced: Map<string, Node>;
  /** Each holds together: the two names of a rename. */
  pending: ReadonlyMap<string, Node | undefined>[];
}

type Node = FileNode | FolderNode;
type Change = { readonly offset: number; readonly data: Buffer } | { readonly length: number };
const isFolder = (node: Node | undefined): node is FolderNode => node?.synced instanceof Map;

export interface Disk {
  /** Follows a call. @returns whether it changed what a power cut may leave */
  follow(call: Call): boolean;
  /** What the program has said on its outputs so far. */
  said(): string;
  /** Puts a state that a power cut now may leave into the folder. @returns what tells it from others */
  cutPower(chance: () => number): string;
}

/** The calls that it must see, recorded with `-xx` and whole. */
export const DISK_CALLS =
  'openat,close,write,pwrite64,fsync,fdatasync,rename,unlink,rmdir,ftruncate,mkdir,link';
export const DISK_FLAGS = ['-xx', '-s', '100000000'];

/** @param folder its present state is the durable one; whatever lies outside is not followed */
export function diskOf(folder: string): Disk {
  const root = load(folder);
  const open = new Map<number, { node: Node | 'output'; position: number }>([
    [1, { node: 'output', position: 0 }],
    [2, { node: 'output', position: 0 }],
  ]);
  let said = '';

  /** The folder of a name, and the name in it; undefined outside of ours. */
  function locate(file: string): { parent: FolderNode; name: string } | undefined {
    const relative = path.relative(folder, path.resolve(folder, file));
    if (relative.startsWith('..')) return undefined;
    const names = relative.split(path.sep);
    const name = names.pop() ?? '';
    let parent: Node | undefined = root;
    for (const each of names) parent = isFolder(parent) ? namesIn(parent).get(each) : undefined;
    return isFolder(parent) ? { parent, name } : undefined;
  }

  function find(file: string): Node | undefined {
    const place = locate(file);
    return place === undefined || place.name === '' ? place?.parent : namesIn(place.parent).get(place.name);
  }

  function rename(changes: readonly (readonly [file: string, node: Node | undefined])[]): boolean {
    const places = changes.map(([file, node]) => ({ ...locate(file), node }));
    const [first] = places;
    if (first?.parent === undefined) return false;
    if (places.some(({ parent }) => parent !== first.parent)) throw new Error('a rename between folders');
    first.parent.pending.push(new Map(places.map(({ name = '', node }) => [name, node])));
    return true;
  }

  function write(descriptor: number, data: Buffer, at?: number): boolean {
    const file = open.get(descriptor);
    if (file === undefined || isFolder(file.node as Node)) return false;
    if (file.node === 'output') {
      said += data.toString();
      return true;
    }
    const offset = at ?? file.position;
    (file.node as FileNode).pending.push({ offset, data });
    if (at === undefined) file.position += data.length;
    return true;
  }

  function truncate(descriptor: number, length: number): boolean {
    const node = open.get(descriptor)?.node;
    if (node === undefined || node === 'output' || isFolder(node)) return false;
    return node.pending.push({ length }) > 0;
  }

  function openFile(file: string, flags: string, descriptor: number): boolean {
    open.delete(descriptor);
    let node = find(file);
    const isNew = node === undefined && flags.includes('O_CREAT') && locate(file) !== undefined;
    if (isNew) {
      node = { synced: Buffer.alloc(0), pending: [] };
      rename([[file, node]]);
    }
    if (node === undefined) return false;
    open.set(descriptor, { node, position: 0 });
    if (!isNew && flags.includes('O_TRUNC')) (node as FileNode).pending.push({ length: 0 });
    return isNew || flags.includes('O_TRUNC');
  }

  function sync(descriptor: number): boolean {
    const node = open.get(descriptor)?.node;
    if (node === undefined || node === 'output') return false;
    if (isFolder(node)) node.synced = namesIn(node);
    else node.synced = applied(node.synced, node.pending);
    node.pending = [];
    return false; // it only takes states away
  }

  return {
    said: () => said,
    follow({ name, words, result }) {
      if (result < 0) return false;
      const { numbers, texts } = argumentsOf(words);
      const [descriptor = -1] = numbers;
      const [from, to] = texts.map((text) => text.toString());
      switch (name) {
        case 'openat':
          return openFile(from ?? '', words, result);
        case 'close':
          open.delete(descriptor);
          return false;
        case 'write':
          return write(descriptor, (texts[0] as Buffer).subarray(0, result));
        case 'pwrite64':
          return write(descriptor, (texts[0] as Buffer).subarray(0, result), numbers.at(-1));
        case 'ftruncate':
          return truncate(descriptor, numbers[1] ?? 0);
        case 'fsync':
        case 'fdatasync':
          return sync(descriptor);
        case 'mkdir':
          return rename([[from ?? '', { synced: new Map(), pending: [] }]]);
        case 'link':
          return rename([[to ?? '', find(from ?? '')]]);
        case 'rename':
          return rename([
            [from ?? '', undefined],
            [to ?? '', find(from ?? '')],
          ]);
        case 'unlink':
        case 'rmdir':
          return rename([[from ?? '', undefined]]);
        default:
          throw new Error(`${name} is not followed`);
      }
    },
    cutPower(chance) {
      rmSync(folder, { recursive: true, force: true });
      return store(root, folder, chosenBy(chance));
    },
  };
}

/** Numbers and decoded texts of a call, in order. */
function argumentsOf(words: string): { numbers: number[]; texts: Buffer[] } {
  const bare = words.replace(/<[^>]*>/g, '');
  const texts = [...bare.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, text = '']) =>
    Buffer.from(text.replaceAll('\\x', ''), 'hex'),
  );
  const numbers = [...bare.replace(/"[^"]*"/g, '').matchAll(/(?<![\w])\d+/g)].map(([number]) =>
    Number(number),
  );
  return { numbers, texts };
}

function namesIn({ synced, pending }: FolderNode): Map<string, Node> {
  const names = new Map(synced);
  for (const change of pending) {
    for (const [name, node] of change) {
      if (node === undefined) names.delete(name);
      else names.set(name, node);
    }
  }
  return names;
}

function applied(content: Buffer, changes: readonly Change[]): Buffer {
  let now = content;
  for (const change of changes) {
    const length =
      'length' in change ? change.length : Math.max(now.length, change.offset + change.data.length);
    const next = Buffer.alloc(length);
    now.copy(next);
    if ('data' in change) change.data.copy(next, change.offset);
    now = next;
  }
  return now;
}

const SECTOR = 512;

interface Choice {
  names(changes: FolderNode['pending']): FolderNode['pending'];
  content(changes: readonly Change[]): Change[];
}

/** Everything, nothing, or some; of what is there, now and then the first or last sectors only. */
function chosenBy(chance: () => number): Choice {
  const share = [0, 1, 0.1, 0.5, 0.5, 0.9][Math.floor(chance() * 6)] ?? 0.5;
  const isThere = () => chance() < share;
  return {
    names: (changes) => changes.filter(isThere),
    content: (changes) =>
      changes.filter(isThere).map((change) => {
        if (share === 1 || !('data' in change) || change.data.length <= SECTOR || chance() < 0.8)
          return change;
        const { offset, data } = change;
        const cut = Math.floor((chance() * data.length) / SECTOR) * SECTOR;
        return chance() < 0.5
          ? { offset, data: data.subarray(0, cut) }
          : { offset: offset + cut, data: data.subarray(cut) };
      }),
  };
}

function load(folder: string): FolderNode {
  const entries = readdirSync(folder, { withFileTypes: true }).map((entry): [string, Node] => {
    const file = path.join(folder, entry.name);
    return [entry.name, entry.isDirectory() ? load(file) : { synced: readFileSync(file), pending: [] }];
  });
  return { synced: new Map(entries), pending: [] };
}

/** @param stored files that have a name already: one more is a link, with the same content */
function store(
  node: FolderNode,
  folder: string,
  choice: Choice,
  stored = new Map<FileNode, { file: string; told: string }>(),
): string {
  mkdirSync(folder);
  let told = '';
  const names = namesIn({ synced: node.synced, pending: choice.names(node.pending) });
  for (const [name, found] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const file = path.join(folder, name);
    if (isFolder(found)) told += `${name}(${store(found, file, choice, stored)})`;
    else {
      const first = stored.get(found);
      if (first !== undefined) linkSync(first.file, file);
      else {
        const content = applied(found.synced, choice.content(found.pending));
        writeFileSync(file, content, { mode: 0o600 });
        stored.set(found, { file, told: digest(content) });
      }
      told += `${name}:${stored.get(found)?.told},`;
    }
  }
  return told;
}

const digest = (content: Buffer) => createHash('sha1').update(content).digest('base64');
