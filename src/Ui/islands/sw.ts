/// <reference lib="webworker" />
// The service worker. Assets come from the cache first: their addresses carry their content's hash. Pages come from the network first; the few a person
// needs where the power fails (my bookings, a booking, the desk's day) are kept as they were last seen, for that person only.
export {};
declare const self: ServiceWorkerGlobalScope;
// The server writes these before the code: the hash of everything below, and the addresses of the app shell.
declare const VERSION: string;
declare const SHELL: string[];

const ASSETS = `assets-${VERSION}`;
const PAGES = "pages-";
const OFFLINE = "/offline";
const MOST = 40;
const KEPT = [/^\/bookings\/?$/, /^\/bookings\/[0-9a-f-]{36}$/, /^\/receipts\/[0-9a-f-]{36}$/, /^\/payments\/[0-9a-f-]{36}\/return$/, /^\/desk\/[0-9a-f-]{36}$/];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(ASSETS).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("assets-") && name !== ASSETS) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/_content/")) event.respondWith(asset(request));
  else if (isPage(request, url)) event.respondWith(page(event, request, url));
});

function isPage(request: Request, url: URL): boolean {
  if (/^\/(api|live|openapi|health|dev|metrics|\.well-known)/.test(url.pathname)) return false;
  // The page's own navigation asks by fetch; only the browser's is of mode "navigate".
  return request.mode === "navigate" || (request.headers.get("accept") ?? "").startsWith("text/html");
}

async function asset(request: Request): Promise<Response> {
  const cached = await caches.match(request, { ignoreVary: true });
  if (cached) return cached;
  const response = await fetch(request);
  if (response.ok) await (await caches.open(ASSETS)).put(request, response.clone());
  return response;
}

async function page(event: FetchEvent, request: Request, url: URL): Promise<Response> {
  try {
    const response = await fetch(request);
    const person = response.headers.get("Sarai-Person");
    if (person !== null) event.waitUntil(keep(person, url, response.clone()));
    return response;
  } catch {
    return (await lastSeen(url)) ?? (await caches.match(OFFLINE)) ?? Response.error();
  }
}

// What another person saw on this device is forgotten as soon as the server says who is there now; signing out is being nobody.
async function keep(person: string, url: URL, response: Response): Promise<void> {
  const mine = PAGES + person;
  for (const name of await caches.keys()) if (name.startsWith(PAGES) && name !== mine) await caches.delete(name);
  await keepShell(response.headers.get("Content-Language") ?? "en");
  if (person === "-" || !response.ok || response.redirected || !KEPT.some((path) => path.test(url.pathname))) return;
  const cache = await caches.open(mine);
  const html = (await response.text()).replace("<html ", `<html data-kept="${new Date().toISOString()}" `);
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  headers.set("Sarai-Kept", "1");
  await cache.put(url.pathname + url.search, new Response(html, { status: 200, headers }));
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - MOST))) await cache.delete(old);
}

// The page that says "offline", in the language last spoken; asked for without cookies, so that nobody's name is on it.
async function keepShell(language: string): Promise<void> {
  const cache = await caches.open(ASSETS);
  const known = await cache.match(OFFLINE);
  if (known?.headers.get("Content-Language") === language) return;
  const response = await fetch(`${OFFLINE}?lang=${language}`, { credentials: "omit", headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  headers.set("Sarai-Kept", "0");
  await cache.put(OFFLINE, new Response(await response.text(), { status: 200, headers }));
}

async function lastSeen(url: URL): Promise<Response | undefined> {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PAGES)) continue;
    const cache = await caches.open(name);
    const exact = await cache.match(url.pathname + url.search);
    if (exact) return exact;
    // The desk's day without a date is today's, with one another's; only a page without choices stands for the others.
    const same = url.search === "" ? undefined : await cache.match(url.pathname);
    if (same && !url.searchParams.has("date")) return same;
  }
  return undefined;
}
