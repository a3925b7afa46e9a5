/** libvirt turns forwarding on for the networks that it starts by itself. */
import type { FoundWrite, Reader } from "./about.js";
import { writtenKey } from "./shell.js";
import { linesLike, linesOf } from "./sources.js";

const folder = "/etc/libvirt/qemu/networks/autostart";

/** networkEnableIPForwarding() of src/network/bridge_driver.c, for networks that are routed. */
export const libvirtWrites: Reader = (files) =>
  files
    .names(folder)
    .filter((name) => name.endsWith(".xml"))
    .flatMap((name): readonly FoundWrite[] => {
      const file = `${folder}/${name}`;
      const text = files.text(file, linesLike(/<forward\b|<ip\b|family=/)) ?? "";
      const line = linesOf(text).find((one) => /<forward\b/.test(one.text));
      // Without a mode it is NAT.
      if (!line || !/mode=['"](nat|route|open)['"]|<forward\s*\/?>/.test(line.text)) return [];
      const addresses = text.match(/<ip\b[^<>]*/g) ?? [];
      const hasIpv6 = addresses.some((address) => /family=['"]ipv6['"]/.test(address));
      const hasIpv4 = addresses.some((address) => !/family=['"]ipv6['"]/.test(address));
      return [
        ...(hasIpv4 ? ["net.ipv4.ip_forward"] : []),
        ...(hasIpv6 ? ["net.ipv6.conf.all.forwarding"] : []),
      ].map((key) => ({ key: writtenKey(key) as FoundWrite["key"], value: "1", file, line: line.number }));
    });
