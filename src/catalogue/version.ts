/** Versions of kernels and programs: `6.18.44-cloud-amd64` is 6.18.44. */

export const versionNumbers = (version: string): readonly number[] =>
  (/^\d+(\.\d+)*/.exec(version)?.[0] ?? "0").split(".").map(Number);

/** Negative where `a` is older; what a distribution adds does not count. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [versionNumbers(a), versionNumbers(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** True where `kernel` is `version` or later. */
export const isAtLeast = (kernel: string, version: string): boolean => compareVersions(kernel, version) >= 0;
