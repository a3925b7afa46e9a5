import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { dropIn } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const profiles = {
  "a.yaml": profileText("a", { "net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_retries2": "9" }),
  "b.yaml": profileText("b", { "net.ipv4.tcp_retries2": "7", "net.ipv4.tcp_syn_retries": "3" }),
  "c.yaml": profileText("c", { "net.core.somaxconn": "8192" }),
};
const live =
  "cd /proc/sys/net/ipv4; cat tcp_fin_timeout tcp_retries2 tcp_syn_retries ../core/somaxconn | tr '\\n' ' '";

realKernel(
  "a key that the next set does not hold returns to what it was before tunectl, live and at boot",
  async () => {
    const said = await onHost(
      {
        start:
          "cd /proc/sys/net/ipv4; echo 50 > tcp_fin_timeout; echo 14 > tcp_retries2; echo 5 > tcp_syn_retries; echo 4000 > ../core/somaxconn",
        before: "world",
        a: "tunectl apply ./a.yaml",
        b: "tunectl apply ./b.yaml",
        live,
        dropIn: `grep -v -e '^#' -e '^$' ${dropIn}`,
        verify: "tunectl verify",
        bc: "tunectl apply ./b.yaml ./c.yaml",
        withBoth: live,
        c: "tunectl apply ./c.yaml",
        withC: live,
        rollback: "tunectl rollback 1",
        after: "world",
      },
      profiles,
    );
    expect(said.b.code).toBe(0);
    expect(said.live.out).toBe("50 7 3 4000 ");
    expect(said.dropIn.out).toBe("net.ipv4.tcp_retries2 = 7\nnet.ipv4.tcp_syn_retries = 3\n");
    expect(said.verify.code).toBe(0);
    expect(said.bc.code).toBe(0);
    expect(said.withBoth.out).toBe("50 7 3 8192 ");
    expect(said.withC.out).toBe("50 14 5 8192 ");
    expect(said.rollback.code).toBe(0);
    expect(said.after.out).toBe(said.before.out);
  },
);

realKernel("two profiles that disagree on a key are refused with the file and line of both", async () => {
  const said = await onHost(
    { before: "world", apply: "tunectl apply ./a.yaml ./b.yaml", after: "world; ls /var/lib" },
    profiles,
  );
  expect(said.apply.code).toBe(1);
  expect(said.apply.err).toContain("net.ipv4.tcp_retries2");
  expect(said.apply.err).toContain("./a.yaml:5");
  expect(said.apply.err).toContain("./b.yaml:4");
  expect(said.after.out).toBe(said.before.out);
});

realKernel("a profile that drops its last setting leaves neither a value nor a file behind", async () => {
  const said = await onHost(
    {
      before: "world",
      apply: "tunectl apply ./c.yaml",
      emptied: "printf 'name: c\\nsummary: Of a test\\nsettings: {}\\n' > c.yaml; tunectl apply ./c.yaml",
      after: "world",
      again: "tunectl apply ./c.yaml",
    },
    profiles,
  );
  expect(said.emptied.code).toBe(0);
  expect(said.after.out).toBe(said.before.out);
  expect(said.again.out).toContain("Nothing to do");
});
