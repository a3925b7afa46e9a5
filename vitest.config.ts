import { defineConfig } from "vitest/config";

// Real-kernel tests start processes in namespaces: two at a time is what two cores carry.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["./test/support/build-first.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Tests share no state but their own folders; loading every module anew for every file would cost half a
    // minute.
    isolate: false,
    reporters: ["default", "./test/support/closing-line.ts"],
  },
});
