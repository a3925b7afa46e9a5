import { expect, it } from "vitest";
import { withoutSecrets } from "../../src/catalogue/secret.js";

const secret = "5ec2e7aa-5ec2e7aa-5ec2e7aa-5ec2e7aa";

it.each([
  "net.ipv4.tcp_fastopen_key",
  "net/ipv4/tcp_fastopen_key",
  "-net.ipv4.tcp_fastopen_key",
  "# net.ipv4.tcp_fastopen_key",
  "net.ipv6.conf.eth0/100.stable_secret",
  "net/ipv6/conf/eth0.100/stable_secret",
  "net.ipv6.conf.*.stable_secret",
  "net.ipv6.conf.*.stable_secre?",
  "net/ipv4/tcp_fastopen_*",
  "net/ipv4/*_key",
  "net.ipv4.tcp_fastopen_[jk]ey",
  "net.ipv4.tcp_fastopen[!a]key",
  "net/ipv4/tcp_fastopen[._]key",
  "net.ipv4.{tcp_fastopen_key,tcp_retries2}",
  "net.{ipv4.tcp_fastopen_key,core.somaxconn}",
  "net/ipv4/tcp_fastopen\\_key",
  "net/ipv4/tcp_fastopen\\_*",
])("the value of %s is withheld from a sysctl.d file, whichever way the line is written", (name) => {
  for (const equals of ["=", " = ", "\t=\t"]) {
    const text = withoutSecrets(`vm.swappiness = 10\n${name}${equals}${secret}\nvm.laptop_mode = 5\n`);
    expect(text).not.toContain("5ec2e7aa");
    expect(text).toMatch(/^vm\.swappiness = 10\n.*withheld\nvm\.laptop_mode = 5\n$/);
  }
});

it.each([
  "net.ipv4.tcp_fastopen",
  "net.ipv4.tcp_keepalive_*",
  "net.ipv6.conf.*.stable",
  "net.ipv6.conf.[a-e]*.forwarding",
  "net.ipv6.conf.*.use_tempaddr",
  "net/ipv4/conf/{all,default}/rp_filter",
  "net.{ipv4,ipv6}.conf.[a-z]*.forwarding",
])("the value of %s is no secret and stays", (name) => {
  expect(withoutSecrets(`${name} = 5\n`)).toBe(`${name} = 5\n`);
});
