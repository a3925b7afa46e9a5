import { describe, expect, it } from "vitest";
import type { Key } from "../../src/catalogue/key.js";
import { notTriable } from "../../src/plan/triable.js";
import { catalogue, machine } from "../fakes/machine.js";
import { setting } from "../fakes/settings.js";

const refused = (values: Readonly<Record<string, string>>, key: string, value: string) =>
  notTriable(catalogue, machine({ values }).planFor([setting(key, value)]));

describe("a trial", () => {
  it("takes what is read now and can be written back", () =>
    expect(refused({ "net.ipv4.tcp_fin_timeout": "60" }, "net.ipv4.tcp_fin_timeout", "30")).toEqual([]));

  it("takes nothing that only a reboot takes back", () =>
    expect(refused({ "kernel.modules_disabled": "0" }, "kernel.modules_disabled", "1")).toEqual([
      { code: "not-triable", what: "kernel.modules_disabled", why: "one-way" },
    ]));

  it("takes no key that nobody can read", () =>
    expect(refused({ "net.ipv4.route.flush": "" }, "net.ipv4.route.flush", "1")).toEqual([
      { code: "not-triable", what: "net.ipv4.route.flush" as Key, why: "write-only" },
    ]));

  it("takes no module that would have to be loaded", () => {
    const plan = { ...machine({ values: {} }).planFor([]), modulesToLoad: ["nf_conntrack"] };
    expect(notTriable(catalogue, plan)).toEqual([
      { code: "not-triable", what: "nf_conntrack", why: "module" },
    ]);
  });
});
