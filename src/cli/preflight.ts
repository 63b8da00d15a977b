/** `monthend preflight MONTH`: shows what a person should know before the month is closed. */
import type { Command } from 'commander';
import type { FindingCode } from '../billing/finding.js';
import { PreflightRefused } from '../errors/failure.js';
import { describeStops } from '../explain/preflight.js';
import { acceptOption, addOut, reportFinding } from './close.js';
import { type Runner, VERSION } from './command.js';
import type { JsonOf } from './json-documents.js';
import { findingJson } from './month-json.js';
import { monthArgument, type Session } from './session.js';

interface PreflightFlags {
  readonly accept?: ReadonlySet<FindingCode>;
  readonly out: string;
}

export function addPreflight(program: Command, run: Runner): void {
  addOut(program.command('preflight'))
    .description('show what would stop the close of a month, and what it would report; changes nothing')
    .argument('<month>', 'YYYY-MM')
    .addOption(acceptOption())
    .addHelpText(
      'after',
      `
Exits with 4, as the close would, if a finding stops it that --accept does not name.

Examples:
  monthend preflight 2026-10`,
    )
    .action(
      run(async (session: Session, monthText: string, flags: PreflightFlags) => {
        const { terminal } = session;
        const month = monthArgument(monthText);
        const { accept = new Set<FindingCode>(), out: issued } = flags;
        const config = await session.config();
        const options = {
          config,
          accept,
          issued,
          out: undefined,
          diff: false,
          knownAt: undefined,
          engineVersion: VERSION,
        };
        const { previewMonth } = await import('../month/preview-month.js');
        const { findings, wasClosed } = await session.withLedger('read', (ledger) =>
          previewMonth(ledger, month, options),
        );
        const stops = findings.filter(({ level, isAccepted }) => level === 'stop' && !isAccepted);
        const told = findings.filter((finding) => !stops.includes(finding));
        for (const finding of told) reportFinding(terminal, finding);
        if (stops.length > 0) throw new PreflightRefused(describeStops(month, stops), findings);
        terminal.result(
          wasClosed ? `${month} is closed already` : `${month}: nothing stops its close, once it is over`,
        );
        terminal.json({
          month,
          wasClosed,
          preflight: findings.map(findingJson),
        } satisfies JsonOf<'preflight'>);
      }),
    );
}
