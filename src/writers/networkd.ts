/** systemd-networkd: what its configuration makes it write for each link, and for all of them. */
import { type Key, parseKey, withInterface } from "../catalogue/key.js";
import { nameMatcher } from "../catalogue/wildcard.js";
import type { About, FoundWrite, Reader } from "./about.js";
import { booleanOf, type IniLine } from "./ini.js";
import { type Network, networkdLines, networks } from "./networkd-files.js";

/** From here on forwarding is a setting of each link, and networkd.conf alone speaks for all. */
const perLink = 256;
const reversePath = 255;
/** Of Debian 12: an image may not tell. */
const usualVersion = 257;

export const networkdWrites: Reader = (files, about) => {
  const lines = networkdLines(files);
  const found = networks(files).filter((network) => isUsed(network, about));
  return [...globalWrites(lines, about), ...found.flatMap((network) => linkWrites(network, lines, about))];
};

const version = ({ systemdVersion = usualVersion }: About): number => systemdVersion;

const last = (lines: readonly IniLine[], name: string): IniLine | undefined =>
  lines.findLast((line) => line.section === "Network" && line.name === name);

/** manager_set_ip_forwarding() */
function globalWrites(lines: readonly IniLine[], about: About): readonly FoundWrite[] {
  if (version(about) < perLink) return [];
  return [
    ["IPv4Forwarding", "ipv4"],
    ["IPv6Forwarding", "ipv6"],
  ].flatMap(([name = "", family]) => {
    const line = last(lines, name);
    const value = line && booleanOf(line.value);
    if (!line || value === undefined) return [];
    return ["default", "all"].map((link) => ({
      key: `net.${family}.conf.${link}.forwarding` as Key,
      value: value ? "1" : "0",
      file: line.file,
      line: line.line,
    }));
  });
}

/** systemd brings files for the links of containers and virtual machines, which most hosts have none of. */
const isUsed = ({ file, links, isNamed }: Network, { interfaces = [] }: About): boolean =>
  !isVendor(file) || (isNamed && links.some((link) => interfaces.some(nameMatcher(link))));

const isVendor = (file: string): boolean => /^\/(usr\/)?lib\//.test(file);

type Written = { readonly key: string; readonly value?: string; readonly from?: IniLine };

const flag = (value: string): string | undefined => {
  const known = booleanOf(value);
  return known === undefined ? undefined : known ? "1" : "0";
};
const number = (value: string): string | undefined => (/^\d+$/.test(value) ? value : undefined);
const word =
  (values: Readonly<Record<string, string>>) =>
  (value: string): string | undefined =>
    Object.hasOwn(values, value) ? values[value] : flag(value);

/** Options of [Network] that are one key each; undefined leaves the kernel's value. */
const options: readonly {
  readonly name: string;
  readonly key: string;
  readonly value: (text: string) => string | undefined;
  readonly since?: number;
}[] = [
  { name: "IPv4ProxyARP", key: "ipv4.proxy_arp", value: flag },
  { name: "IPv4ProxyARPPrivateVLAN", key: "ipv4.proxy_arp_pvlan", value: flag },
  { name: "IPv4AcceptLocal", key: "ipv4.accept_local", value: flag },
  { name: "IPv4RouteLocalnet", key: "ipv4.route_localnet", value: flag },
  {
    name: "IPv4ReversePathFilter",
    key: "ipv4.rp_filter",
    value: word({ no: "0", strict: "1", loose: "2" }),
    since: reversePath,
  },
  { name: "IPv6DuplicateAddressDetection", key: "ipv6.dad_transmits", value: number },
  { name: "IPv6HopLimit", key: "ipv6.hop_limit", value: number },
];

const privacy = word({ "prefer-public": "1", yes: "2", true: "2", "1": "2", on: "2" });

function linkWrites(network: Network, manager: readonly IniLine[], about: About): readonly FoundWrite[] {
  const written = [...forwardingWrites(network, about), ...optionWrites(network, manager, about)];
  return network.links.flatMap((link) =>
    written.flatMap(({ key: name, value, from }): readonly FoundWrite[] => {
      const isGlobal = name.startsWith("net.");
      const key = parseKey(isGlobal ? name : withInterface(keyOfLink(name), link));
      if (key === undefined) return [];
      // One link is enough for a global key, and an administrator has written this for one that there is.
      const isKnown = value !== undefined && (network.isCertain || (isGlobal && !isVendor(network.file)));
      const place = { file: from?.file ?? network.file, ...(from && { line: from.line }) };
      return [{ key, ...(isKnown && { value }), ...place, anytime: true }];
    }),
  );
}

/** `ipv4.rp_filter` is `net.ipv4.conf.any.rp_filter`. */
const keyOfLink = (name: string): Key => name.replace(/^(\w+)\.(\w+)$/, "net.$1.conf.any.$2") as Key;

function forwardingWrites({ lines }: Network, about: About): readonly Written[] {
  const families = (name: string, line: IniLine): readonly string[] => {
    const both = line.value === "both" || booleanOf(line.value) === true;
    // `IPMasquerade=yes` is of IPv4 alone.
    if (both) return name === "IPMasquerade" && line.value !== "both" ? ["ipv4"] : ["ipv4", "ipv6"];
    return line.value === "ipv4" || line.value === "ipv6" ? [line.value] : [];
  };
  const isPerLink = version(about) >= perLink;
  const on = ["IPForward", "IPMasquerade"].flatMap((name) => {
    const line = last(lines, name);
    return (line ? families(name, line) : []).flatMap((family): readonly Written[] => {
      const from = line && { from: line };
      const key = family === "ipv4" ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding";
      if (!isPerLink) return [{ key, value: "1", ...from }];
      const own = { key: `${family}.forwarding`, value: "1", ...from };
      return about.systemdVersion === undefined ? [{ key, ...from }, own] : [own];
    });
  });
  const own = ["IPv4", "IPv6"].flatMap((family): readonly Written[] => {
    const line = isPerLink ? last(lines, `${family}Forwarding`) : undefined;
    const value = line && flag(line.value);
    return line && value ? [{ key: `${family.toLowerCase()}.forwarding`, value, from: line }] : [];
  });
  return [...on, ...own];
}

/** What it writes for every link that it configures, and what an option asks for. */
function optionWrites({ lines }: Network, manager: readonly IniLine[], about: About): readonly Written[] {
  const asked = options.flatMap(({ name, key, value, since = 0 }): readonly Written[] => {
    const line = version(about) >= since ? last(lines, name) : undefined;
    const text = line && value(line.value);
    return text === undefined || !line ? [] : [{ key, value: text, from: line }];
  });
  const proxied = last(lines, "IPv6ProxyNDP");
  const hasProxied = lines.some(({ name }) => name === "IPv6ProxyNDPAddress");
  const extensions = last(lines, "IPv6PrivacyExtensions") ?? last(manager, "IPv6PrivacyExtensions");
  return [
    // Its own code reads router advertisements, so the kernel's must not.
    { key: "ipv6.accept_ra", value: "0" },
    { key: "ipv4.promote_secondaries", value: "1" },
    {
      key: "ipv6.proxy_ndp",
      value: (proxied && flag(proxied.value)) ?? (hasProxied ? "1" : "0"),
      ...(proxied && { from: proxied }),
    },
    ...(extensions?.value === "kernel" ? [] : [usesTemporary(extensions)]),
    // Where IPv6 is used on the link at all.
    { key: "ipv6.disable_ipv6" },
    ...asked,
  ];
}

function usesTemporary(line: IniLine | undefined): Written {
  const value = line ? privacy(line.value) : "0";
  return { key: "ipv6.use_tempaddr", ...(value !== undefined && { value }), ...(line && { from: line }) };
}
