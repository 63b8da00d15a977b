/** Finds the known name that a misspelt one probably means. */
import { remembered } from '../billing/remembered.js';

/** A longer name is not a typing error, and comparing it would take time. */
const MOST_CHARACTERS = 40;

/** Returns the known name nearest to `given`; undefined if none is near. `unitprice`, `Unit Price`, `unit_prize` -> `unit_price` */
export function nearMiss(given: string, known: readonly string[]): string | undefined {
  if (given === '' || given.length > MOST_CHARACTERS) return undefined;
  const squashed = squash(given);
  let nearest: string | undefined;
  let nearestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const distance = editDistance(squashed, squashKnown(name), allowedDistance(name));
    if (distance < nearestDistance) {
      nearest = name;
      nearestDistance = distance;
    }
  }
  return nearest;
}

/** Keeps only letters and digits, in lower case. */
function squash(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The same for known names. They are few and come up again and again, so the result is kept. */
const squashKnown = remembered(squash);

/** Allows no error in names under 4 characters (an error in `at` makes another word), one under 8, two in longer names. */
function allowedDistance(name: string): number {
  return name.length < 4 ? 0 : name.length < 8 ? 1 : 2;
}

/** Three rows of the table of distances, reused by every comparison. */
let beforeLast = new Uint8Array(MOST_CHARACTERS + 1);
let last = new Uint8Array(MOST_CHARACTERS + 1);
let row = new Uint8Array(MOST_CHARACTERS + 1);

/**
 * Returns the number of insertions, deletions, replacements and swaps of neighbours between two texts of at most MOST_CHARACTERS.
 * @returns Infinity beyond `most`, found early: a file may have a hundred thousand wrong names
 */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Number.POSITIVE_INFINITY;
  for (let j = 0; j <= b.length; j++) last[j] = j;
  let lowestOfLast = 0;
  for (let i = 1; i <= a.length; i++) {
    row[0] = i;
    let lowest = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let distance = Math.min(at(row, j - 1) + 1, at(last, j) + 1, at(last, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) distance = Math.min(distance, at(beforeLast, j - 2) + 1);
      row[j] = distance;
      if (distance < lowest) lowest = distance;
    }
    if (lowest > most && lowestOfLast > most) return Number.POSITIVE_INFINITY;
    lowestOfLast = lowest;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  const distance = at(last, b.length);
  return distance <= most ? distance : Number.POSITIVE_INFINITY;
}

function at(distances: Uint8Array, index: number): number {
  return distances[index] as number;
}
