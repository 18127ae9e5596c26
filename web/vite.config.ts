import { defineConfig } from "vite";

// One script and one style sheet with stable names, so that a committed build changes only where its sources did.
export default defineConfig({
  base: "/page/",
  build: {
    outDir: "../src/soundwright/serve/page",
    emptyOutDir: true,
    assetsDir: "",
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: false,
    target: "es2022",
    rollupOptions: {
      output: { entryFileNames: "studio.js", chunkFileNames: "[name].js", assetFileNames: "studio.[ext]" },
    },
  },
});
