/** ufw runs `sysctl -p` over a file of its own when the firewall starts. */
import type { Reader } from "./about.js";
import { shellVariables, sysctlFileLines, sysctlFileWrites } from "./shell.js";
import { linesLike } from "./sources.js";

/** Its start script reads them in this order, and gives up where one is missing or empty. */
const settings = ["/etc/default/ufw", "/etc/ufw/ufw.conf"];

const matters = linesLike(/^\s*(export\s+)?(ENABLED|IPT_SYSCTL)=/);

export const ufwWrites: Reader = (files) => {
  const texts = settings.map((file) => files.text(file, matters));
  if (texts.some((text) => text === undefined || text === "")) return [];
  const variables = shellVariables(texts.join("\n"));
  const file = variables.get("IPT_SYSCTL");
  if (!/^(yes|YES)$/.test(variables.get("ENABLED") ?? "") || !file?.startsWith("/")) return [];
  return sysctlFileWrites(files.text(file, sysctlFileLines) ?? "", file);
};
