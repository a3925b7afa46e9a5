import { describe, expect, it } from "vitest";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { takenAs } from "../../src/catalogue/taken.js";
import { exactly } from "../../src/catalogue/target.js";
import type { Value } from "../../src/catalogue/value.js";

const linux = exactly("6.18.44");
const write = (key: string, text: string, had?: string): string => {
  const taken = takenAs(shippedCatalogue().get(key), text, had as Value | undefined, linux);
  return taken.kind === "taken" ? (taken.value ?? "taken, and not known") : taken.kind;
};

// Each was read back from Linux 6.18 in a network namespace.
describe("what the kernel makes of a text", () => {
  it.each([
    ["net.ipv4.tcp_fin_timeout", "60", "soon", "refused"],
    ["net.ipv4.tcp_fin_timeout", "60", "30 # comment", "30"],
    ["net.ipv4.tcp_fin_timeout", "60", "010", "8"],
    ["net.ipv4.tcp_fin_timeout", "60", "0x10", "16"],
    ["net.ipv4.tcp_fin_timeout", "60", "0007", "7"],
    ["net.ipv4.tcp_fin_timeout", "60", "7 8", "7"],
    ["net.ipv4.tcp_fin_timeout", "60", "+5", "refused"],
    ["net.ipv4.tcp_fin_timeout", "60", "1k", "refused"],
    ["net.ipv4.tcp_fin_timeout", "60", "", "refused"],
    ["net.ipv4.tcp_fin_timeout", "60", "99999999999", "refused"],
    ["net.ipv4.tcp_sack", "1", "-1", "refused"],
    ["net.ipv4.tcp_rmem", "4096 131072 6291456", "8192", "8192 131072 6291456"],
    ["net.ipv4.tcp_rmem", "4096 131072 6291456", "4096 8000 9000 7", "4096 8000 9000"],
    ["net.ipv4.tcp_rmem", "4096 131072 6291456", "4096 abc", "refused"],
    ["net.ipv4.ip_local_port_range", "32768 60999", "1024", "1024 60999"],
    ["net.ipv4.ip_local_port_range", "32768 60999", "2000 1000", "refused"],
    ["net.ipv4.ip_local_port_range", "32768 60999", "1024 60999 x", "1024 60999"],
    ["net.ipv4.ping_group_range", "1 0", "5", "1 0"],
    ["net.ipv4.ping_group_range", "1 0", "9 5", "1 0"],
    ["net.ipv4.ping_group_range", "1 0", "5 9", "5 9"],
    ["net.ipv4.ip_local_reserved_ports", "1", "8080,8081", "8080-8081"],
    ["net.ipv4.ip_local_reserved_ports", "1", "8080, 8081", "refused"],
    ["net.ipv4.ip_local_reserved_ports", "1", "8080 # x", "refused"],
    ["net.ipv4.ip_local_reserved_ports", "1", "", ""],
    ["net.ipv4.ip_local_reserved_ports", "1", "x", "refused"],
  ])("%s, which is %j, takes %j as %j", (key, had, text, becomes) => {
    expect(write(key, text, had)).toBe(becomes);
  });

  it("may be empty, and may have as many fields as the line has where that depends on the build", () => {
    expect(write("kernel.modprobe", "", "/sbin/modprobe")).toBe("");
    expect(write("vm.lowmem_reserve_ratio", "128 128 16 0", "256 256 32 0 0")).toBe("128 128 16 0");
  });

  it("is not known of fields that are not written and whose value is not known", () => {
    expect(write("net.ipv4.tcp_rmem", "8192")).toBe("taken, and not known");
  });

  it("may be half of a vector where a wrong word follows a number", () => {
    expect(write("net.ipv4.tcp_rmem", "5000 # x", "4096 131072 6291456")).toBe("unsure");
    expect(write("net.ipv4.tcp_rmem", "1 0", "4096 131072 6291456")).toBe("unsure");
  });

  it("is what it was where a one-way value is set", () => {
    expect(write("kernel.kexec_load_disabled", "0", "1")).toBe("refused");
  });
});
