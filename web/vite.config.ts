import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// While developing, everything that is not the page comes from a server that runs beside it.
const server = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // Files, never data: URLs, so that the page needs nothing but 'self' in its content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": server, "/whep": server, "/session": server } },
  test: { environment: "node", include: ["src/**/*.test.ts", "scripts/**/*.test.mjs"] },
});
