import { printable } from './safe-text.js';
import { filled, widthOf } from './screen.js';

/** Makes a text table: columns aligned, numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [header, ...rows].map((row) => row.map((cell) => printable(String(cell))));
  const widths = header.map((_, column) =>
    lines.reduce((widest, line) => Math.max(widest, widthOf(line[column] ?? '')), 0),
  );
  const isNumeric = header.map((_, column) => rows.every((row) => /^-?[\d.]+$/.test(String(row[column]))));
  return lines
    .map((line) =>
      line
        .map((cell, column) => filled(cell, widths[column] ?? 0, isNumeric[column] ? 'before' : 'after'))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
