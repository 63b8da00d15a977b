/**
 * A disk as a power cut may leave it, rebuilt from the calls of a recorded run: what was written to a file since its last sync,
 * and the names given and taken in a folder since that folder's, are each there or not, in any combination; a write may be torn.
 */
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Call, WRITE_CALLS } from './strace.js';

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
  follow(call: DiskCall): boolean;
  /** What the program has said on its outputs so far. */
  said(): string;
  /** A state that a power cut now may leave. */
  afterPowerCut(chance: () => number): DiskState;
}

export interface DiskState {
  /** Tells it from others. */
  readonly id: string;
  /** Puts it into the folder. */
  store(): void;
}

/** A call with its numbers and decoded texts, in order. */
export interface DiskCall extends Call {
  readonly numbers: readonly number[];
  readonly texts: readonly Buffer[];
}

/** The calls that it must see, recorded with `-xx` and whole; those of them that it cannot follow are refused. */
export const DISK_CALLS = `${WRITE_CALLS},close,truncate,fallocate,sendfile,copy_file_range`;
export const DISK_FLAGS = ['-xx', '-s', '100000000'];

/** Returns the calls of a recorded run that succeeded, with their arguments. */
export function diskCalls(calls: readonly Call[]): DiskCall[] {
  return calls.filter(({ result }) => result >= 0).map((call) => ({ ...call, ...argumentsOf(call.words) }));
}

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
    follow({ name, words, result, numbers, texts }) {
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
          if (
            open.has(descriptor) ||
            (!/writev$/.test(name) && texts.some((text) => locate(text.toString())))
          )
            throw new Error(`${name} is not followed`);
          return false;
      }
    },
    afterPowerCut(chance) {
      const left = leftOf(root, chosenBy(chance));
      return {
        id: idOf(left),
        store() {
          rmSync(folder, { recursive: true, force: true });
          store(left, folder);
        },
      };
    },
  };
}

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

/** @returns the very content if there is no change */
function applied(content: Buffer, changes: readonly Change[]): Buffer {
  if (changes.length === 0) return content;
  let now = Buffer.from(content);
  for (const change of changes) {
    const length =
      'length' in change ? change.length : Math.max(now.length, change.offset + change.data.length);
    if (length !== now.length) {
      const next = Buffer.alloc(length);
      now.copy(next);
      now = next;
    }
    if ('data' in change) change.data.copy(now, change.offset);
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

/** What is left: names in order, each with a folder's names or a file's content; one file may have two names. */
type Left = ReadonlyMap<string, Left | LeftFile>;
interface LeftFile {
  readonly content: Buffer;
}
const isLeftFolder = (left: Left | LeftFile): left is Left => left instanceof Map;

function leftOf(folder: FolderNode, choice: Choice, files = new Map<FileNode, LeftFile>()): Left {
  const names = namesIn({ synced: folder.synced, pending: choice.names(folder.pending) });
  const inOrder = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    inOrder.map(([name, node]): [string, Left | LeftFile] => {
      if (isFolder(node)) return [name, leftOf(node, choice, files)];
      const file = files.get(node) ?? { content: applied(node.synced, choice.content(node.pending)) };
      files.set(node, file);
      return [name, file];
    }),
  );
}

function idOf(left: Left): string {
  const told = [...left].map(([name, each]) =>
    isLeftFolder(each) ? `${name}(${idOf(each)})` : `${name}:${digest(each.content)}`,
  );
  return told.join(',');
}

function store(left: Left, folder: string, stored = new Map<LeftFile, string>()): void {
  mkdirSync(folder);
  for (const [name, each] of left) {
    const file = path.join(folder, name);
    const first = isLeftFolder(each) ? undefined : stored.get(each);
    if (isLeftFolder(each)) store(each, file, stored);
    else if (first !== undefined) linkSync(first, file);
    else {
      writeFileSync(file, each.content, { mode: 0o600 });
      stored.set(each, file);
    }
  }
}

const digests = new WeakMap<Buffer, string>();

function digest(content: Buffer): string {
  const known = digests.get(content) ?? createHash('sha1').update(content).digest('base64');
  digests.set(content, known);
  return known;
}
