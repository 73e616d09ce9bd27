import { build } from "esbuild";
import { cp, mkdir, rm } from "node:fs/promises";

// Chunks carry a hash in their name; old ones would pile up.
await rm("wwwroot/dist", { recursive: true, force: true });
await build({
  entryPoints: { app: "islands/app.ts", style: "styles/app.css" },
  outdir: "wwwroot/dist",
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  chunkNames: "[name]-[hash]",
  external: ["*.woff2"],
  logLevel: "error",
});
// The service worker is one classic script without imports.
await build({ entryPoints: { sw: "islands/sw.ts" }, outdir: "wwwroot/dist", bundle: true, minify: true, format: "iife", target: "es2022", logLevel: "error" });
await mkdir("wwwroot/dist/fonts", { recursive: true });
// Named after their major version: kept by browsers for good.
for (const script of ["latin", "latin-ext"]) {
  await cp(`node_modules/@fontsource-variable/inter/files/inter-${script}-wght-normal.woff2`, `wwwroot/dist/fonts/inter-${script}.v5.woff2`);
}
await cp("node_modules/@fontsource-variable/noto-naskh-arabic/files/noto-naskh-arabic-arabic-wght-normal.woff2", "wwwroot/dist/fonts/noto-naskh-arabic.v5.woff2");
