import { expect, it } from "vitest";
import type { Applied } from "../../src/record/applied.js";
import { applyAgain } from "../../src/render/apply-again.js";

const applied: Applied = { profiles: ["web"], parameters: {}, settings: [], originals: {} };

it("names the profiles and the parameters as they were given", () => {
  expect(applyAgain(applied)).toBe("tunectl apply web");
  expect(applyAgain({ ...applied, arguments: ["./a b.yaml"], parameters: { n: "5" } })).toBe(
    "tunectl apply './a b.yaml' --set n=5",
  );
});

it("accepts again what was yielded, and keeps live only what was", () => {
  const yielded = { "net.ipv4.tcp_retries2": { value: "5", by: "/etc/sysctl.d/98-a.conf:1" } } as never;
  expect(applyAgain({ ...applied, yielded })).toBe("tunectl apply web --on-override yield");
  expect(applyAgain({ ...applied, yielded: {} })).toBe("tunectl apply web");
  expect(applyAgain({ ...applied, liveOnly: true })).toBe("tunectl apply web --live-only");
});
