import { describe, expect, it } from "vitest";
import {
  defaultOf,
  findTunable,
  nearest,
  nearestKey,
  searchTunables,
} from "../../src/catalogue/catalogue.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { isAtLeast } from "../../src/catalogue/version.js";
import { key } from "../fakes/settings.js";

const catalogue = shippedCatalogue();

describe("a key's entry", () => {
  it("serves every interface", () => {
    for (const name of ["all", "default", "eth0", "eth0/100", "*"])
      expect(findTunable(catalogue, key(`net.ipv4.conf.${name}.rp_filter`))?.key).toBe(
        "net.ipv4.conf.*.rp_filter",
      );
  });

  it("is not another key's", () => {
    expect(findTunable(catalogue, key("net.ipv4.conf.eth0.no_such"))).toBeUndefined();
    expect(findTunable(catalogue, key("constructor.prototype"))).toBeUndefined();
  });
});

describe("something mistyped", () => {
  it.each([
    ["net.ipv4.ip_forwrd", "net.ipv4.ip_forward"],
    ["vm.swapiness", "vm.swappiness"],
    ["somaxconn", "net.core.somaxconn"],
    ["net.ipv4.rp_filter", "net.ipv4.conf.*.rp_filter"],
    ["net.ipv4.conf.eth0.rp_fliter", "net.ipv4.conf.*.rp_filter"],
    ["net.netfilter.nf_contrack_max", "net.netfilter.nf_conntrack_max"],
    ["NET.CORE.SOMAXCONN", "net.core.somaxconn"],
  ])("%s is meant for %s", (text, name) => expect(nearestKey(catalogue, text)).toBe(name));

  it("is not guessed at where nothing is near", () => {
    expect(nearestKey(catalogue, "x.y.z")).toBeUndefined();
    expect(nearestKey(catalogue, "")).toBeUndefined();
    expect(nearest("postgres", ["redis", "nginx"])).toBeUndefined();
    expect(nearest("anything", [])).toBeUndefined();
  });

  it("is never sent to a key that is gone", () => {
    const gone = new Set(catalogue.all.filter((tunable) => tunable.removed).map((tunable) => tunable.key));
    for (const { key: name } of catalogue.all)
      expect(gone.has(nearestKey(catalogue, `${name}x`) ?? "")).toBe(false);
  });
});

describe("a search", () => {
  it("puts what holds the words in name or summary first", () => {
    const found = searchTunables(catalogue, ["accept", "queue"]).map((tunable) => tunable.key);
    expect(found).toContain("net.core.somaxconn");
    expect(searchTunables(catalogue, ["SOMAXCONN"])[0]?.key).toBe("net.core.somaxconn");
    expect(searchTunables(catalogue, ["no such word anywhere"])).toEqual([]);
  });
});

describe("a kernel's default", () => {
  const somaxconn = findTunable(catalogue, key("net.core.somaxconn"));

  it.each([
    ["2.6.29", "128"],
    ["4.19.0-27-amd64", "128"],
    ["5.3.18", "128"],
    ["5.4", "4096"],
    ["6.18.44", "4096"],
  ])("of %s is that version's", (kernel, value) =>
    expect(somaxconn && defaultOf(somaxconn, kernel)?.value).toBe(value),
  );

  it("is not known of a version whose stable releases may have a later one's", () => {
    const timeout = findTunable(catalogue, key("net.netfilter.nf_conntrack_sctp_timeout_established"));
    expect(timeout && defaultOf(timeout, "6.1.0-50-cloud-amd64")).toBeUndefined();
    expect(timeout && defaultOf(timeout, "6.2")?.value).toBe("210");
  });

  it("of an unknown kernel is today's", () =>
    expect(somaxconn && defaultOf(somaxconn, undefined)?.value).toBe("4096"));
});

describe("versions", () => {
  it.each([
    ["6.18.44-cloud-amd64", "6.18", true],
    ["6.9", "6.18", false],
    ["6.18", "6.18.0", true],
    ["6.18", "6.18.1", false],
    ["10.0", "6.18", true],
    ["4.19.0", "5", false],
    ["", "2.6", false],
  ])("%s is at least %s: %s", (kernel, version, truth) => expect(isAtLeast(kernel, version)).toBe(truth));
});
