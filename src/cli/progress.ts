/** Says how far long work is: a count, a rate and the remaining time. */
import type { Terminal } from './terminal.js';

/** The state of one piece of work, such as reading a file or billing a month. */
export interface Step {
  /** `reading orders.csv` */
  readonly doing: string;
  readonly unit: string;
  readonly done: number;
  /** Undefined if unknown. */
  readonly of?: number;
}

/** Returns a function that shows steps on the terminal. The clock restarts with each piece of work. */
export function createProgress(terminal: Terminal): (step: Step) => void {
  let doing = '';
  let startedAt = 0;
  return (step) => {
    const now = performance.now();
    if (step.doing !== doing) [doing, startedAt] = [step.doing, now];
    terminal.progress(progressText(step, (now - startedAt) / 1000));
  };
}

/** `billing 2026-10: 24000 of 100000 orders, 8000 orders/s, 10 s left`; no rate in the first second. */
export function progressText({ doing, unit, done, of }: Step, seconds: number): string {
  const count = `${doing}: ${done}${of === undefined ? '' : ` of ${of}`} ${unit}`;
  if (seconds < 1 || done === 0) return count;
  const rate = done / seconds;
  const perSecond = `${rate < 10 ? rate.toFixed(1) : Math.round(rate)} ${unit}/s`;
  if (of === undefined) return `${count}, ${perSecond}`;
  return `${count}, ${perSecond}, ${timeLeft((of - done) / rate)} left`;
}

function timeLeft(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return whole < 90 ? `${whole} s` : `${Math.ceil(whole / 60)} min`;
}
