// Translations are kept in Words.{ur,hi,ta,te,kn}.resx beside each module's Words.cs. This writes them, so that nobody has to edit five XML files:
//
//   node eng/words.mjs missing          the keys that pages use and some language lacks, in the form that "add" reads
//   node eng/words.mjs add words.txt    adds or replaces them
//
//   # src/Modules/Bookings
//   My bookings
//   ur: میری بکنگز
//   hi: …
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const LANGUAGES = ["ur", "hi", "ta", "te", "kn"];
const HEAD = readFileSync(new URL("../src/Ui/Words.resx", import.meta.url), "utf8").split("\n").filter((line) => !line.includes("<!--") && line.trim() !== "</root>").join("\n").trimEnd();

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
const fileOf = (folder, language) => join(folder, `Words.${language}.resx`);

function read(folder, language) {
  const file = fileOf(folder, language);
  if (!existsSync(file)) return new Map();
  const entries = readFileSync(file, "utf8").matchAll(/<data name="([^"]*)"[^>]*><value>([^<]*)<\/value><\/data>/g);
  return new Map([...entries].map(([, key, value]) => [unescape(key), unescape(value)]));
}

function write(folder, language, words) {
  const rows = [...words].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `  <data name="${escape(key).replaceAll('"', "&quot;")}" xml:space="preserve"><value>${escape(value)}</value></data>`);
  writeFileSync(fileOf(folder, language), [HEAD, ...rows, "</root>", ""].join("\n"));
}

function add(file) {
  let folder, key;
  const found = new Map();
  for (const line of readFileSync(file, "utf8").split("\n").map((l) => l.trimEnd())) {
    const said = /^(ur|hi|ta|te|kn): (.+)$/.exec(line);
    if (line.startsWith("# ")) folder = line.slice(2).trim();
    else if (said) {
      const at = `${folder}\t${said[1]}`;
      if (!found.has(at)) found.set(at, read(folder, said[1]));
      found.get(at).set(key, said[2]);
    } else if (line) key = line;
  }
  for (const [at, words] of found) write(...at.split("\t"), words);
}

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (["bin", "obj", "node_modules", "wwwroot"].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.(razor|cs)$|^Words\.resx$/.test(entry.name)) yield path;
  }
}

function missing() {
  for (const words of [...sources("src")].filter((f) => f.endsWith("/Words.resx"))) {
    const folder = dirname(words);
    const keys = new Set([...sources(folder)].flatMap((f) => [...readFileSync(f, "utf8").matchAll(/\b(?:L\[|Wording\.Of\()"((?:[^"\\]|\\.)*)"/g)].map((m) => JSON.parse(`"${m[1]}"`))));
    const known = LANGUAGES.map((l) => [l, read(folder, l)]);
    const lacking = [...keys].filter((k) => known.some(([, has]) => !has.has(k)));
    if (lacking.length === 0) continue;
    console.log(`# ${folder}`);
    for (const key of lacking) console.log([key, ...known.filter(([, has]) => !has.has(key)).map(([l]) => `${l}: `), ""].join("\n"));
  }
}

const [what, file] = process.argv.slice(2);
if (what === "add" && file) add(file);
else if (what === "missing") missing();
else console.error("node eng/words.mjs missing | add words.txt");
