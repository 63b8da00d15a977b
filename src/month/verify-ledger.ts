/** Audits a ledger and the folders of its months. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BillingMonth } from '../billing/billing-month.js';
import type { Finding } from '../errors/failure.js';
import { auditLedger } from '../ledger/audit.js';
import { auditBalance } from '../ledger/audit-balance.js';
import { lastImportOf } from '../ledger/import.js';
import type { Ledger } from '../ledger/ledger.js';
import { closedMonths } from '../ledger/month-frame.js';
import { readMonth } from '../ledger/read-month.js';
import { auditFolder } from '../output/audit-folder.js';
import { monthFiles, REPORT } from '../output/month-files.js';
import { withReport } from './export-month.js';
import { auditUnknownFolders, auditVoidFolders } from './month-folders.js';

export interface Verification {
  readonly findings: readonly Finding[];
  /** The closed months whose documents were audited. */
  readonly months: readonly BillingMonth[];
  readonly imports: number;
  /** How many folders were compared, including those of void months. */
  readonly folders: number;
  /** The months without a folder below `out`. */
  readonly withoutFolder: readonly BillingMonth[];
}

/**
 * Audits the ledger, the balances and the folders of its closed months (or of `month` alone) below `out`. Changes nothing.
 * @throws Failure refused if the month is not closed, damaged if the ledger cannot be read
 */
export async function verify(
  ledger: Ledger,
  month: BillingMonth | undefined,
  { out, progress }: { readonly out: string; readonly progress: (text: string) => void },
): Promise<Verification> {
  if (month !== undefined) await readMonth(ledger, month, () => {}); // throws if it is not closed
  progress('auditing the ledger');
  const months = month === undefined ? closedMonths(ledger.db).map((row) => row.month) : [month];
  const findings = await auditLedger(ledger, month);
  const imports = lastImportOf(ledger.db);
  // A damaged ledger proves nothing about the files, so they are not compared.
  if (findings.length > 0) return { findings, months, imports, folders: 0, withoutFolder: [] };
  for (const each of months) {
    progress(`billing ${each} again`);
    findings.push(...(await auditBalance(ledger, each)));
  }
  const unknown = auditUnknownFolders(ledger, out, month);
  findings.push(...unknown.findings);
  const ofVoids = auditVoidFolders(ledger, out, month);
  findings.push(...ofVoids.findings);
  const isUnknown = (each: BillingMonth) =>
    [...unknown.folders, ...ofVoids.folders].includes(path.join(out, each));
  const folders = months.filter((each) => existsSync(path.join(out, each)) && !isUnknown(each));
  for (const each of folders) {
    progress(`comparing the files of ${each}`);
    const hasReport = existsSync(path.join(out, each, REPORT));
    findings.push(
      ...(await readMonth(ledger, each, async (view) =>
        auditFolder(
          { view, files: await withReport(ledger, view, monthFiles(view), { report: hasReport }) },
          out,
        ),
      )),
    );
  }
  const withoutFolder = months.filter((each) => !folders.includes(each) && !isUnknown(each));
  return { findings, months, imports, folders: folders.length + ofVoids.folders.length, withoutFolder };
}
