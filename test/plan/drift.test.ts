import { describe, expect, it } from "vitest";
import { driftWords } from "../../src/render/drift.js";
import { type Machine, machine } from "../fakes/machine.js";
import { atLeast, setting } from "../fakes/settings.js";

const applied = async (): Promise<Machine> => {
  const box = machine({ values: { "net.core.somaxconn": "4096", "net.ipv4.tcp_retries2": "15" } });
  await box.apply([setting("net.core.somaxconn", "8192"), setting("net.ipv4.tcp_retries2", atLeast("10"))]);
  return box;
};

const words = (box: Machine): readonly string[] => box.drifts().map(driftWords);
const dropIn = "/etc/sysctl.d/90-tunectl.conf";

describe("drift", () => {
  it("is none where all is as applied", async () => expect(words(await applied())).toEqual([]));

  it("of a live value is told, and only where it matters", async () => {
    const box = await applied();
    box.kernel.put("net.core.somaxconn", "128");
    box.kernel.put("net.ipv4.tcp_retries2", "12");
    expect(words(box)).toEqual(["net.core.somaxconn: applied 8192, live 128"]);
    box.kernel.put("net.ipv4.tcp_retries2", "9");
    expect(words(box)).toHaveLength(2);
  });

  it("of a key that is gone is told", async () => {
    const box = await applied();
    box.kernel.put("net.core.somaxconn", undefined);
    expect(words(box)).toEqual(["net.core.somaxconn: applied 8192, live absent"]);
  });

  it("of the next boot is told, with the line that brings it", async () => {
    const box = await applied();
    box.files.put("/etc/sysctl.d/99-z.conf", "net.core.somaxconn = 128\n");
    expect(words(box)).toEqual([
      "net.core.somaxconn: applied 8192, the next boot gives 128 from /etc/sysctl.d/99-z.conf:1",
    ]);
  });

  it("of our file is told", async () => {
    const box = await applied();
    const text = box.files.read(dropIn) ?? "";
    box.files.put(dropIn, `${text}# mine\n`);
    expect(words(box)).toEqual([`${dropIn}: was modified since tunectl wrote it`]);
    box.files.put(dropIn, undefined);
    expect(words(box)).toEqual([
      "net.core.somaxconn: applied 8192, the next boot gives 4096 (the kernel's default: no file sets it)",
      `${dropIn}: was removed`,
    ]);
  });
});
