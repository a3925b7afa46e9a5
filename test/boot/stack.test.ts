import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareBytes } from "../../src/boot/bytes.js";
import { type LoaderName, usualLoader } from "../../src/boot/loader.js";
import {
  type BootContent,
  type BootEntry,
  type BootStack,
  bootFolders,
  filesInOrder,
} from "../../src/boot/stack.js";
import { withTexts } from "../../src/boot/with-texts.js";
import { bootStack } from "./stacks.js";

const text = (content: string): BootContent => ({ kind: "text", text: content });
const entry = (path: string, content: BootContent = text("")): BootEntry => {
  const cut = path.lastIndexOf("/");
  return { folder: path.slice(0, cut), name: path.slice(cut + 1), content };
};
const order = (paths: readonly string[], loader: LoaderName) =>
  filesInOrder({ entries: paths.map((path) => entry(path)) }, usualLoader[loader]).map((file) => file.path);

describe("the order of files", () => {
  it("is that of the names' bytes, whatever folder they are in (S4)", () => {
    const sorted = [
      "10-a.conf",
      "100-q.conf",
      "50-x-a.conf",
      "50-x.conf",
      "9-z.conf",
      "A.conf",
      "_u.conf",
      "a.conf",
      "é.conf",
      "\uFFEE.conf",
      "\u{1F600}.conf",
    ];
    const paths = sorted.map((name, index) => `${bootFolders[index % 4]}/${name}`);
    expect(order([...paths].reverse(), "systemd")).toEqual(paths);
    expect(order([...paths].reverse(), "procps")).toEqual(paths);
  });

  it("is that of UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
  });

  it("leaves out what does not end in .conf (S2)", () => {
    const paths = [
      "/etc/sysctl.d/a.conf~",
      "/etc/sysctl.d/a.CONF",
      "/etc/sysctl.d/README",
      "/etc/sysctl.d/conf",
    ];
    expect(order(paths, "systemd")).toEqual([]);
    expect(order(paths, "procps")).toEqual([]);
  });

  it("has names that start with a dot for procps alone (S2, P1)", () => {
    expect(order(["/etc/sysctl.d/.conf", "/etc/sysctl.d/.a.conf"], "systemd")).toEqual([]);
    expect(order(["/etc/sysctl.d/.conf", "/etc/sysctl.d/.a.conf"], "procps")).toEqual([
      "/etc/sysctl.d/.a.conf",
      "/etc/sysctl.d/.conf",
    ]);
  });
});

describe("a file", () => {
  it("is hidden by its name in a higher folder (S1, S3)", () => {
    for (const [index, folder] of bootFolders.entries()) {
      const lower = bootFolders.slice(index).map((each) => `${each}/a.conf`);
      expect(order([...lower].reverse(), "systemd")).toEqual(
        folder === "/lib/sysctl.d" ? [] : [`${folder}/a.conf`],
      );
      expect(order([...lower].reverse(), "procps")).toEqual([`${folder}/a.conf`]);
    }
  });

  it.each<BootContent>([
    { kind: "masked" },
    { kind: "dangling" },
    { kind: "folder" },
    { kind: "unreadable", reason: "EACCES" },
    { kind: "special" },
    text(""),
  ])("is hidden by $kind too (S3)", (content) => {
    const stack = {
      entries: [entry("/usr/lib/sysctl.d/a.conf", text("x = 1")), entry("/etc/sysctl.d/a.conf", content)],
    };
    expect(filesInOrder(stack, usualLoader.systemd)).toEqual([{ path: "/etc/sysctl.d/a.conf", content }]);
  });
});

describe("/etc/sysctl.conf", () => {
  const sysctlConf = text("x = 1");
  const stack: BootStack = { entries: [entry("/etc/sysctl.d/zzz.conf")], sysctlConf };

  it("is never read by systemd (S8)", () => {
    expect(filesInOrder(stack, usualLoader.systemd).map((file) => file.path)).toEqual([
      "/etc/sysctl.d/zzz.conf",
    ]);
  });

  it("is read last by procps, and again if a link already led to it (P1)", () => {
    expect(filesInOrder(stack, usualLoader.procps).map((file) => file.path)).toEqual([
      "/etc/sysctl.d/zzz.conf",
      "/etc/sysctl.conf",
    ]);
    const linked = withTexts(stack, [{ path: "/etc/sysctl.d/99-sysctl.conf", after: "x = 1" }]);
    expect(filesInOrder(linked, usualLoader.procps)).toHaveLength(3);
  });

  it.each<BootContent>([{ kind: "masked" }, { kind: "dangling" }, { kind: "folder" }, { kind: "special" }])(
    "is not read if it is $kind (P1)",
    (content) => {
      expect(filesInOrder({ entries: [], sysctlConf: content }, usualLoader.procps)).toEqual([]);
    },
  );
});

describe("a name that is a pattern", () => {
  const folder = ["/etc/sysctl.d/50-[ab].conf", "/etc/sysctl.d/50-a.conf", "/etc/sysctl.d/50-b.conf"];

  it("is itself to systemd", () => {
    expect(order(folder, "systemd")).toEqual(folder);
  });

  it("stands for what it matches to procps (P2)", () => {
    const [, a, b] = folder;
    expect(order(folder, "procps")).toEqual([a, b, a, b]);
    expect(order(["/etc/sysctl.d/{a,b}.conf", "/etc/sysctl.d/a.conf"], "procps")).toEqual([
      "/etc/sysctl.d/a.conf",
      "/etc/sysctl.d/a.conf",
    ]);
  });

  it("stands for itself if it matches nothing in its own folder (P2)", () => {
    const paths = ["/etc/sysctl.d/50-[ab].conf", "/usr/lib/sysctl.d/50-a.conf"];
    expect(order(paths, "procps")).toEqual(paths);
  });

  it("ends at the first file that cannot be opened (P2, P3)", () => {
    const entries = [
      entry("/etc/sysctl.d/*.conf"),
      entry("/etc/sysctl.d/b.conf", { kind: "dangling" }),
      entry("/etc/sysctl.d/c.conf"),
    ];
    const paths = filesInOrder({ entries }, usualLoader.procps).map((file) =>
      file.path.slice("/etc/sysctl.d/".length),
    );
    expect(paths).toEqual(["*.conf", "b.conf", "b.conf", "c.conf"]);
  });
});

const ours = "/etc/sysctl.d/90-tunectl.conf";

describe("a stack with a file", () => {
  it("holds that file once, and without it never", () => {
    fc.assert(
      fc.property(bootStack, (stack) => {
        const twice = withTexts(stack, [
          { path: ours, after: "x = 1" },
          { path: ours, after: "x = 2" },
        ]);
        const found = twice.entries.filter((each) => each.name === "90-tunectl.conf");
        expect(found).toEqual([entry(ours, text("x = 2"))]);
        expect(withTexts(twice, [{ path: ours }])).toEqual(stack);
      }),
    );
  });

  it("leaves the same name in other folders alone", () => {
    const stack: BootStack = { entries: [entry("/usr/lib/sysctl.d/a.conf", text("x = 1"))] };
    expect(withTexts(stack, [{ path: "/etc/sysctl.d/a.conf" }])).toEqual(stack);
  });

  it("shows its new text through a link, and nothing through one once it is gone", () => {
    const link = entry("/etc/sysctl.d/99-sysctl.conf", {
      kind: "text",
      text: "x = 1",
      target: "/etc/sysctl.conf",
    });
    const stack: BootStack = { entries: [link], sysctlConf: text("x = 1") };
    const changed = withTexts(stack, [{ path: "/etc/sysctl.conf", after: "x = 2" }]);
    expect(changed.sysctlConf).toEqual(text("x = 2"));
    expect(changed.entries).toEqual([
      { ...link, content: { kind: "text", text: "x = 2", target: "/etc/sysctl.conf" } },
    ]);
    expect(withTexts(stack, [{ path: "/etc/sysctl.conf" }])).toEqual({
      entries: [{ ...link, content: { kind: "dangling" } }],
    });
  });

  it("is the same where the file is none of sysctl.d", () => {
    const stack: BootStack = { entries: [entry("/etc/sysctl.d/a.conf", text("x = 1"))] };
    expect(withTexts(stack, [{ path: "/etc/modules-load.d/a.conf", after: "x" }])).toEqual(stack);
  });
});
