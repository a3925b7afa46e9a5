/** Kernel versions: `6.18.44-cloud-amd64` is 6.18.44. */

const numbers = (version: string): readonly number[] =>
  (/^\d+(\.\d+)*/.exec(version)?.[0] ?? "0").split(".").map(Number);

/** True where `kernel` is `version` or later. */
export function isAtLeast(kernel: string, version: string): boolean {
  const [have, want] = [numbers(kernel), numbers(version)];
  for (let at = 0; at < want.length; at++) {
    const difference = (have[at] ?? 0) - (want[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
