/** `monthend init [DIR]`: writes what a ledger needs to start. */
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type Config, DEFAULT_CONFIG } from '../config/config.js';
import { makeFolder, naming } from '../files/sync-folder.js';
import type { Runner } from './command.js';
import type { JsonOf } from './json-documents.js';
import { DEFAULT_CONFIG_FILE, DEFAULT_LEDGER, folderArgument, type Session } from './session.js';

const PACKAGE = new URL('../../', import.meta.url);
const SCHEMA = fileURLToPath(new URL('src/config.schema.json', PACKAGE));
const SAMPLE = fileURLToPath(new URL('fixtures/sample/', PACKAGE));
const SAMPLE_MONTHS = ['2025-10', '2025-11'];

export function addInit(program: Command, run: Runner): void {
  program
    .command('init')
    .description('create a commented config and an empty ledger; existing files are left alone')
    .argument('[folder]', 'where to', folderArgument, '.')
    .option('--sample', 'also create sample inputs for two months')
    .addHelpText(
      'after',
      `
Only init creates a ledger; every other command needs one. The config is optional: without it every setting has its
default.

Examples:
  monthend init
  monthend init billing --sample`,
    )
    .action(
      run(async (session: Session, folder: string, { sample = false }: { sample?: boolean }) => {
        const { terminal } = session;
        const { createLedger } = await import('../ledger/ledger.js');
        const { configSchema } = await import('../config/read-config.js');
        if (!existsSync(folder)) makeFolder(folder, 0o777);
        const written: string[] = [];
        const kept: string[] = [];
        const write = (file: string, create: (file: string) => void) => {
          if (existsSync(file)) {
            kept.push(file);
            return terminal.note(`${file}: exists already, left as it is`);
          }
          naming(file, () => create(file));
          written.push(file);
          terminal.stands(`${file} is written`);
          terminal.result(`${file}: written`);
        };
        write(session.namedConfig ?? path.join(folder, DEFAULT_CONFIG_FILE), (file) =>
          writeFileSync(
            file,
            startingConfig(path.dirname(file), (key) => configSchema.shape[key].description),
            { flag: 'wx' },
          ),
        );
        write(session.namedLedger ?? path.join(folder, DEFAULT_LEDGER), createLedger);
        for (const month of sample ? SAMPLE_MONTHS : []) {
          write(path.join(folder, month), (target) =>
            cpSync(path.join(SAMPLE, month), target, { recursive: true }),
          );
        }
        terminal.json({ written, kept } satisfies JsonOf<'init'>);
      }),
    );
}

/** Returns a config with the defaults, each with a comment on its meaning. */
function startingConfig(folder: string, meaningOf: (key: keyof Config) => string | undefined): string {
  const schema = path.relative(path.resolve(folder), SCHEMA).split(path.sep).join('/');
  const settings = Object.entries(DEFAULT_CONFIG).map(([key, value]) => {
    return `\n  // ${meaningOf(key as keyof Config)}.\n  ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  });
  return `{\n  "$schema": ${JSON.stringify(schema)},\n${settings.join(',\n')}\n}\n`;
}
