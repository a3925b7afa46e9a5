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
  withFile,
} from "../../src/boot/stack.js";
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
    const linked = withFile(stack, "/etc/sysctl.d", "99-sysctl.conf", "x = 1");
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

describe("a stack with a file", () => {
  it("holds that file once, and without it never", () => {
    fc.assert(
      fc.property(bootStack, (stack) => {
        const twice = withFile(
          withFile(stack, "/etc/sysctl.d", "90-tunectl.conf", "x = 1"),
          "/etc/sysctl.d",
          "90-tunectl.conf",
          "x = 2",
        );
        const ours = twice.entries.filter((each) => each.name === "90-tunectl.conf");
        expect(ours).toEqual([entry("/etc/sysctl.d/90-tunectl.conf", text("x = 2"))]);
        expect(withFile(twice, "/etc/sysctl.d", "90-tunectl.conf", undefined)).toEqual(stack);
      }),
    );
  });

  it("leaves the same name in other folders alone", () => {
    const stack: BootStack = { entries: [entry("/usr/lib/sysctl.d/a.conf", text("x = 1"))] };
    expect(withFile(stack, "/etc/sysctl.d", "a.conf", undefined)).toEqual(stack);
  });
});
