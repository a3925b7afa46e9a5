/** The results of checks after a boot. What reads and writes them is loaded where there are any. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BootCheckStore } from "../host.js";

/** @param folder the state folder */
export function bootCheckStore(folder: string): BootCheckStore {
  const file = join(folder, "boot-check.json");
  return {
    file,
    read: async () => {
      if (!existsSync(file)) return { checks: [] };
      const checks = (await import("./boot-check-file.js")).readBootChecks(file);
      if (checks.ok) return { checks: checks.value };
      const [unusable] = checks.problems;
      if (unusable?.code === "file-unreadable" && unusable.errno === "EACCES") return undefined;
      return { checks: [], ...(unusable && { unusable }) };
    },
    write: async (checks) => (await import("./boot-check-file.js")).writeBootChecks(file, checks),
  };
}
