/** Lists of ports, as `net.ipv4.ip_local_reserved_ports` takes and prints them. */

export function isPortRange(part: string): boolean {
  const ends = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
  if (!ends) return false;
  const [low, high] = [Number(ends[1]), Number(ends[2] ?? ends[1])];
  return low <= high && high <= 65535;
}

/** `8081,8080,1-5` as the kernel prints it: `1-5,8080-8081`; undefined where it is not a list of ports. */
export function mergedPorts(text: string): string | undefined {
  if (text === "") return "";
  const parts = text.split(",");
  if (!parts.every(isPortRange)) return undefined;
  const ranges = parts
    .map((part) => part.split("-").map(Number))
    .map(([low = 0, high = low]) => ({ low, high }));
  const merged: { low: number; high: number }[] = [];
  for (const range of ranges.sort((a, b) => a.low - b.low)) {
    const last = merged.at(-1);
    if (last && range.low <= last.high + 1) last.high = Math.max(last.high, range.high);
    else merged.push({ ...range });
  }
  return merged.map(({ low, high }) => (low === high ? `${low}` : `${low}-${high}`)).join(",");
}
