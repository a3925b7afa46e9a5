/** One run of the guest: boots it or wakes it, talks to its agent, and pulls the plug. */
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** What came of a command in the guest. */
export type Answer = { readonly code: number; readonly out: string };

export type Power = {
  readonly folder: string;
  readonly disk: string;
  /** More of the kernel's command line. */
  readonly append?: string;
  /** The name of a saved state of the running guest, which lies in the disk; without it the guest boots. */
  readonly wake?: string;
  /** `unsafe` is faster, where the power is not cut. */
  readonly cache?: "writethrough" | "unsafe";
};

const patience = 300_000;

/** Of the kernel's command line. */
export const usualWords =
  "console=ttyS0 loglevel=3 mitigations=off random.trust_cpu=on panic=-1 no_timer_check";

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const guest of running) guest.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

export class Machine {
  private text = "";
  private heard: (() => void) | undefined;
  private ended = false;

  private constructor(
    private readonly guest: ChildProcess,
    private readonly agent: Socket,
    private readonly monitor: Socket,
  ) {
    agent.setEncoding("latin1");
    agent.on("data", (part: string) => {
      this.text += part.replaceAll("\r", "");
      this.heard?.();
    });
    guest.on("exit", () => {
      running.delete(guest);
      this.ended = true;
      this.heard?.();
    });
  }

  /** Answers when the guest's agent can be spoken to. */
  static async start(power: Power): Promise<Machine> {
    const [agentPath, monitorPath] = ["agent", "monitor"].map((name) => join(power.folder, name));
    for (const path of [agentPath, monitorPath]) rmSync(path ?? "", { force: true });
    const guest = spawn("qemu-system-x86_64", arguments_(power), { stdio: ["ignore", "ignore", "inherit"] });
    running.add(guest);
    const machine = new Machine(guest, await open(agentPath ?? ""), await open(monitorPath ?? ""));
    if (power.wake === undefined) await machine.until(/@ready\n/);
    machine.text = "";
    return machine;
  }

  /** Waits for a line of the guest. */
  async until(wanted: RegExp): Promise<string> {
    const late = Date.now() + patience;
    while (!wanted.test(this.text)) {
      if (this.ended) throw new Error(`the guest ended before it said ${wanted}: ${this.text}`);
      if (Date.now() > late) throw new Error(`the guest did not say ${wanted}: ${this.text}`);
      await Promise.race([pause(1000), new Promise<void>((done) => (this.heard = done))]);
    }
    return this.text;
  }

  send(command: string): void {
    this.text = "";
    this.agent.write(`${command}\n`);
  }

  async run(command: string): Promise<Answer> {
    this.send(command);
    const said = await this.until(/@end \d+\n/m);
    const at = /@end (\d+)\n/m.exec(said);
    return { code: Number(at?.[1]), out: said.slice(0, at?.index) };
  }

  /** Keeps the running guest, memory and all, in its disk. */
  async save(name: string): Promise<void> {
    let said = "";
    this.monitor.setEncoding("latin1").on("data", (part: string) => (said += part));
    this.monitor.write(`savevm ${name}\ninfo version\n`);
    while (!/\d+\.\d+\.\d+/.test(said.split("info version")[1] ?? "")) await pause(100);
  }

  /** Shuts down in good order; qemu ends where the next boot would begin. */
  async reboot(): Promise<void> {
    this.send("systemctl reboot");
    while (!this.ended) await pause(100);
  }

  /** Nothing in the guest gets a chance to do more. */
  async cut(): Promise<void> {
    this.guest.kill("SIGKILL");
    while (!this.ended) await pause(5);
    this.agent.destroy();
    this.monitor.destroy();
  }
}

function arguments_({ folder, disk, append, wake, cache = "writethrough" }: Power): string[] {
  const words = `${usualWords} ${append ?? ""}`;
  const serial = (name: string): string => `unix:${join(folder, name)},server=on,wait=off`;
  return [
    ...[
      "-cpu",
      "max",
      "-m",
      "512",
      "-smp",
      "1",
      "-nodefaults",
      "-display",
      "none",
      "-no-reboot",
      "-net",
      "none",
    ],
    ...["-kernel", join(folder, "kernel"), "-initrd", join(folder, "initramfs"), "-append", words],
    // What the guest has been told is on the disk is with the host; all else is in the guest's memory.
    ...["-drive", `file=${disk},if=virtio,format=qcow2,cache=${cache}`],
    ...[
      "-serial",
      `file:${join(folder, "console")}`,
      "-serial",
      serial("agent"),
      "-monitor",
      serial("monitor"),
    ],
    ...(wake === undefined ? [] : ["-loadvm", wake]),
  ];
}

async function open(path: string): Promise<Socket> {
  for (let tries = 0; ; tries++) {
    const socket = connect(path);
    const failed = await new Promise<boolean>((done) => {
      socket.once("connect", () => done(false));
      socket.once("error", () => done(true));
    });
    if (!failed) return socket;
    if (tries > 500) throw new Error(`qemu did not open ${path}`);
    await pause(20);
  }
}
