/** The unit of systemd that checks a boot, as text. */

/** The first line of the unit that `boot-check --install` writes: by it we know our own. */
export const bootUnitMarker =
  "# Written by tunectl: `tunectl boot-check --install` replaces this file, `tunectl boot-check --remove` removes it.";

/** @param program how to run tunectl: an executable by its absolute path, and its first arguments */
export const bootUnit = (program: readonly string[]): string => `\
[Unit]
Description=Check that this boot has set what tunectl applied
# After all that the boot starts, and by name after what is known to set values when it starts.
# These are orders alone: nothing is started for them.
After=multi-user.target network-online.target
After=systemd-sysctl.service systemd-networkd.service NetworkManager.service networking.service
After=ufw.service firewalld.service nftables.service tuned.service saptune.service
After=docker.service containerd.service kubelet.service libvirtd.service
RequiresMountsFor=/etc /var/lib/tunectl

[Service]
Type=oneshot
# Its exit code is that of verify, and fails the unit: \`systemctl --failed\` shows it.
ExecStart=${[...program, "boot-check", "--wait", "60s"].map(unitWord).join(" ")}
TimeoutStartSec=180

# It writes its result into the state folder, and nothing else.
ProtectSystem=strict
ReadWritePaths=-/var/lib
ProtectHome=read-only
DevicePolicy=closed
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes

# Some values are for these alone to read, or to open for a write, which tells whether they could be set.
CapabilityBoundingSet=CAP_SYS_ADMIN CAP_NET_ADMIN CAP_SYS_PTRACE CAP_SYS_RAWIO CAP_DAC_READ_SEARCH
NoNewPrivileges=yes
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
# V8 and libuv ask for calls outside of it, and do without them.
SystemCallErrorNumber=EPERM
# MemoryDenyWriteExecute= would stop V8, which compiles what it runs.

[Install]
WantedBy=multi-user.target
`;

/** A word as a line of ExecStart= takes it: `%` and `$` would be replaced. */
function unitWord(word: string): string {
  const plain = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w@%+=:,./$~-]+$/.test(plain) ? plain : `"${plain.replace(/[\\"]/g, "\\$&")}"`;
}
