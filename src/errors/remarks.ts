/**
 * Things that a command noticed beside its work and the user should know. Each is collected once, where it is noticed, and `cli` shows
 * them at the end.
 */
const remarks = new Set<string>();

export function remark(text: string): void {
  remarks.add(text);
}

/** @returns the remarks since the last call */
export function takeRemarks(): string[] {
  const taken = [...remarks];
  remarks.clear();
  return taken;
}
