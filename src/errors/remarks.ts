/**
 * What a command met beside its work, and the user should know: gathered where it is met, told by `cli` at the end. Each once.
 */
const remarks = new Set<string>();

export function remark(text: string): void {
  remarks.add(text);
}

/** @returns those since the last call */
export function takeRemarks(): string[] {
  const taken = [...remarks];
  remarks.clear();
  return taken;
}
