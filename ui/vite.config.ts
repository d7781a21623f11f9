import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const server = "http://127.0.0.1:8420";

// Addresses are relative, so that the page works below any base path; nothing
// is inlined, because the server's CSP allows neither inline scripts nor
// styles.
export default defineConfig({
  base: "./",
  plugins: [svelte()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  // `npm run dev` talks to a server that runs beside it; that one takes
  // requests from its own origin only.
  server: {
    proxy: {
      "/api": {
        target: server,
        ws: true,
        changeOrigin: true,
        headers: { origin: server },
      },
    },
  },
  test: { include: ["src/**/*.test.ts"] },
});
