/** dockerd turns forwarding on for its bridges. */
import type { FoundWrite, Reader } from "./about.js";
import { writtenKey } from "./shell.js";
import { linesLike } from "./sources.js";

const file = "/etc/docker/daemon.json";

/** Options of daemon.json that stand alone on a line: what a program or a person writes there. */
const option = (text: string, name: string): string | undefined =>
  new RegExp(String.raw`"${name}"\s*:\s*(true|false)`).exec(text)?.[1];

export const dockerWrites: Reader = (files) => {
  const text = files.text(file, linesLike(/"(ip-forward|ipv6|firewall-backend)"/)) ?? "";
  // With nftables it asks for forwarding, and leaves it to the administrator.
  if (option(text, "ip-forward") === "false" || /"firewall-backend"[ \t]*:[ \t]*"nftables"/.test(text))
    return [];
  const keys = [
    "net.ipv4.ip_forward",
    ...(option(text, "ipv6") === "true"
      ? ["net.ipv6.conf.default.forwarding", "net.ipv6.conf.all.forwarding"]
      : []),
  ];
  return keys.map((key) => ({ key: writtenKey(key), value: "1" }) as FoundWrite);
};
