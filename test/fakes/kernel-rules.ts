/**
 * What the kernel does besides storing a value: refusals and side effects, each as measured on Linux 6.18.
 */
import { interfaceOf, type Key, withInterface } from "../../src/catalogue/key.js";

export type State = Map<string, string>;

export type Rule = {
  /** Whether a write is refused, before anything of it is stored. */
  readonly refuses?: (state: State, key: string, text: string) => boolean;
  /** What else a successful write moves; `before` is the value until then. */
  readonly moves?: (state: State, key: string, before: string) => void;
};

const number = (state: State, key: string): number => Number(state.get(key)?.split("\t")[0] ?? Number.NaN);
const move = (state: State, key: string, text: string): void => void (state.has(key) && state.set(key, text));

/**
 * The one whose value changed last counts, and the other reads 0; the absolute one refuses less than `least`.
 */
const twins = (absolute: string, share: string, least: number): Rule => ({
  refuses: (_, key, text) => key === absolute && Number(text) < least,
  moves: (state, key, before) => {
    if (key !== absolute && key !== share) return;
    if (state.get(key) !== before) move(state, key === absolute ? share : absolute, "0");
  },
});

/** Unlike the pairs above: any write counts, even of the same value and of 0. */
const overcommit: Rule = {
  moves: (state, key) => {
    if (key === "vm.overcommit_kbytes") move(state, "vm.overcommit_ratio", "0");
    if (key === "vm.overcommit_ratio") move(state, "vm.overcommit_kbytes", "0");
  },
};

const range = "net.ipv4.ip_local_port_range";
const start = "net.ipv4.ip_unprivileged_port_start";

const ports: Rule = {
  refuses: (state, key, text) => {
    if (key === start) return Number(text) > number(state, range);
    const [low = 0, high = low] = text.split(/\s+/).map(Number);
    return key === range && (low < number(state, start) || high < low);
  },
};

const conf = (name: string, leaf: string): string => `net.ipv4.conf.${name}.${leaf}`;

/**
 * A change of `ip_forward`, under either of its names, sets every interface and turns `all.accept_redirects`
 * around.
 */
const forwarding: Rule = {
  moves: (state, key, before) => {
    const names = ["net.ipv4.ip_forward", conf("all", "forwarding")];
    const value = state.get(key) ?? "";
    if (!names.includes(key) || value === before) return;
    for (const name of names) move(state, name, value);
    for (const other of state.keys())
      if (/^net\.ipv4\.conf\..*\.forwarding$/.test(other)) move(state, other, value);
    move(state, conf("all", "accept_redirects"), value === "0" ? "1" : "0");
  },
};

/**
 * `conf.default` reaches every interface on which the key was never written; a write, even of its own value,
 * ends that.
 */
function inheritance(start: State): Rule {
  const written = new Set([...start.keys()].filter((key) => differsFromDefault(start, key as Key)));
  return {
    moves: (state, text) => {
      const key = text as Key;
      const name = interfaceOf(key);
      if (name === undefined || !text.startsWith("net.ipv4.conf.") || text.endsWith(".forwarding")) return;
      written.add(key);
      if (name !== "default") return;
      for (const other of state.keys()) {
        const one = interfaceOf(other as Key);
        const follows =
          one !== undefined && one !== "all" && withInterface(key, one) === other && !written.has(other);
        if (follows) move(state, other, state.get(key) ?? "");
      }
    },
  };
}

/** One that differs must have been written already. */
const differsFromDefault = (state: State, key: Key): boolean =>
  interfaceOf(key) !== undefined && state.get(key) !== state.get(withInterface(key, "default"));

const oneValue = (a: string, b: string): Rule => ({
  moves: (state, key) => {
    if (key === a || key === b) move(state, key === a ? b : a, state.get(key) ?? "");
  },
});

const algorithms = ["reno", "cubic", "bbr"];
const allowed = "net.ipv4.tcp_allowed_congestion_control";

/**
 * A name that is not there is refused as if the key were missing; one that is becomes allowed to everybody.
 */
const congestion: Rule = {
  refuses: (_, key, text) => key === "net.ipv4.tcp_congestion_control" && !algorithms.includes(text),
  moves: (state, key) => {
    if (key !== "net.ipv4.tcp_congestion_control") return;
    const list = (state.get(allowed) ?? "").split(" ");
    move(
      state,
      allowed,
      algorithms.filter((name) => list.includes(name) || name === state.get(key)).join(" "),
    );
  },
};

/** Rules with a memory are made anew for each kernel. */
export const kernelRules = (start: State): readonly Rule[] => [
  twins("vm.dirty_bytes", "vm.dirty_ratio", 8192),
  twins("vm.dirty_background_bytes", "vm.dirty_background_ratio", 1),
  overcommit,
  ports,
  forwarding,
  inheritance(start),
  oneValue("net.netfilter.nf_conntrack_max", "net.nf_conntrack_max"),
  congestion,
];
