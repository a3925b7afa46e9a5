import { defineConfig } from "vitest/config";

// Real-kernel tests start processes in namespaces: two at a time is what two cores carry.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ["default", "./test/support/closing-line.ts"],
  },
});
