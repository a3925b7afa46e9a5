/** What is applied in a sweep: values of each kind, two files, and keys that move others. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { profileText } from "../support/profile-text.js";

/** The kernel takes so long a list in two writes. */
const ports = (from: number): string => Array.from({ length: 800 }, (_, at) => from + 2 * at).join(",");

const profiles = {
  first: {
    "net.ipv4.tcp_fin_timeout": "30",
    // Moves other keys.
    "net.ipv4.ip_forward": "1",
    // Is stored as 12348.
    "net.ipv4.neigh.lo.base_reachable_time_ms": "12345",
    "net.ipv4.tcp_rmem": "8192 131072 67108864",
    "net.ipv4.ip_local_reserved_ports": ports(20_001),
    // Has a module, which the boot must load.
    "net.netfilter.nf_conntrack_tcp_timeout_established": "86400",
  },
  // Leaves some keys of the first, and its module.
  second: {
    "net.ipv4.tcp_fin_timeout": "20",
    "net.ipv4.tcp_retries2": "9",
    "net.ipv4.ip_local_reserved_ports": ports(40_001),
  },
  rival: { "net.ipv4.tcp_synack_retries": "3", "net.ipv4.tcp_fin_timeout": "40" },
};

export type ProfileName = keyof typeof profiles;

/** Writes them into a folder, and answers with their paths. */
export function writeProfiles(folder: string): Readonly<Record<ProfileName, string>> {
  const paths = Object.entries(profiles).map(([name, settings]) => {
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, profileText(name, settings));
    return [name, path];
  });
  return Object.fromEntries(paths) as Record<ProfileName, string>;
}
