/** Laws of bounds: the kernel's default, the live value and the bounds are three numbers in any order. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { defaultOf, findTunable } from "../../src/catalogue/catalogue.js";
import type { Value } from "../../src/catalogue/value.js";
import { clamp } from "../../src/profile/wanted.js";
import { catalogue, machine } from "../fakes/machine.js";
import { atLeast, atMost, between, key, setting } from "../fakes/settings.js";

/** The catalogue knows what the kernel gives the first two at boot, and of the third it does not. */
const withDefault = ["net.core.somaxconn", "net.ipv4.tcp_retries2"] as const;
const withoutDefault = "net.netfilter.nf_conntrack_max";

const defaultText = (name: string): string | undefined => {
  const tunable = findTunable(catalogue, key(name));
  return tunable && defaultOf(tunable, "6.18.0")?.value;
};

/** Of any order of size, so that each of the three is now the least and now the most. */
const number = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 200_000 }));

const bounds = fc.oneof(
  fc.tuple(number, number).map(([a, b]) => between(String(Math.min(a, b)), String(Math.max(a, b)))),
  number.map((least) => atLeast(String(least))),
  number.map((most) => atMost(String(most))),
);

type Case = { readonly name: string; readonly live: string; readonly wanted: ReturnType<typeof between> };

/** What is live after an apply, and after a boot that starts with `start`. */
async function liveAndBoot({ name, live, wanted }: Case, start: string) {
  const box = machine({ values: { [name]: live } });
  const outcome = await box.apply([setting(name, wanted)]);
  expect(outcome.status).toBe("done");
  return {
    now: box.kernel.texts().get(name),
    boot: box
      .rebooted({ [name]: start })
      .texts()
      .get(name),
  };
}

const moved = ({ live, wanted }: Case): Value | undefined =>
  wanted.kind === "bounds" && clamp(live as Value, wanted) !== live
    ? clamp(live as Value, wanted)
    : undefined;

it("of these keys the catalogue knows the defaults, or does not", () => {
  expect(withDefault.map(defaultText)).toEqual(["4096", "15"]);
  expect(defaultText(withoutDefault)).toBeUndefined();
});

it("where an apply moves a live value into its bounds, the next boot gives the same value", () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...withDefault),
      number.map(String),
      bounds,
      async (name, live, wanted) => {
        const one = { name, live, wanted };
        const value = moved(one);
        fc.pre(value !== undefined);
        const after = await liveAndBoot(one, defaultText(name) ?? "");
        expect(after).toEqual({ now: value, boot: value });
      },
    ),
    { examples: [["net.core.somaxconn", "100000", between("8192", "65536")]] },
  ));

it("and gives it whatever the kernel starts with, where nobody knows what that is", () =>
  fc.assert(
    fc.asyncProperty(number.map(String), number.map(String), bounds, async (live, start, wanted) => {
      const one = { name: withoutDefault, live, wanted };
      const value = moved(one) ?? live;
      expect(await liveAndBoot(one, start)).toEqual({ now: value, boot: value });
    }),
  ));
