import { Idiomorph } from "idiomorph/dist/idiomorph.esm.js";

// Enhanced navigation: same-origin links and marked forms change the body in place. Without this script everything works as plain pages.
let current: AbortController | null = null;
let busy = false;
let stale = false;
let held = false;

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest("a[href]") as HTMLAnchorElement | null;
  if (!link || link.target || link.hasAttribute("download") || link.dataset.plain !== undefined) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.pathname.startsWith("/api") || (url.pathname === location.pathname && url.hash)) return;
  event.preventDefault();
  void visit(url.href, { method: "GET" }, true);
});

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.dataset.enhance === undefined) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const url = new URL((event.submitter as HTMLButtonElement | null)?.formAction || form.action);
  if (form.method === "get") {
    // As the browser would do it: what the address asked before is gone, and what is chosen twice is asked twice.
    url.search = "";
    for (const [key, value] of data) url.searchParams.append(key, String(value));
    void visit(url.href, { method: "GET" }, true);
  } else {
    void visit(url.href, { method: "POST", body: data }, true);
  }
});

addEventListener("popstate", () => void visit(location.href, { method: "GET" }, false));

// What a finger or the mouse holds is not taken from under it: news wait until it lets go.
document.addEventListener("pointerdown", () => (held = true), true);
for (const end of ["pointerup", "pointercancel"])
  document.addEventListener(end, () => {
    held = false;
    setTimeout(() => {
      if (!stale || busy || held) return;
      stale = false;
      refresh();
    });
  }, true);

/** Goes where a person wants to go; whatever was under way is given up. */
export async function visit(href: string, init: RequestInit, push: boolean): Promise<void> {
  await go(href, init, push, false);
}

/** Looks at the page again because there is news. What a person has just asked for comes first: giving it up would lose it. */
export function refresh(): void {
  if (busy || held) stale = true;
  else void go(location.href, { method: "GET" }, false, true);
}

async function go(href: string, init: RequestInit, push: boolean, quiet: boolean): Promise<void> {
  current?.abort();
  const mine = (current = new AbortController());
  busy = true;
  document.documentElement.toggleAttribute("data-loading", true);
  try {
    const response = await fetch(href, { ...init, headers: { Accept: "text/html" }, signal: mine.signal });
    if (!response.headers.get("content-type")?.startsWith("text/html")) {
      if (!quiet) location.href = href;
      return;
    }
    const page = await response.text();
    if (quiet && held) stale = true;
    else show(new DOMParser().parseFromString(page, "text/html"), response, push, quiet);
  } catch (problem) {
    // News that cannot be fetched leave what is there; they come again when the line does.
    if ((problem as Error).name !== "AbortError" && !quiet) location.href = href;
  } finally {
    if (mine === current) {
      busy = false;
      document.documentElement.toggleAttribute("data-loading", false);
      if (stale) {
        stale = false;
        refresh();
      }
    }
  }
}

function show(page: Document, response: Response, push: boolean, quiet: boolean) {
  const kept = page.documentElement.dataset.kept;
  if (kept) document.documentElement.dataset.kept = kept;
  else delete document.documentElement.dataset.kept;
  // Where the service worker had nothing but "no connection", the address stays: coming back is one reload.
  if (push && response.url !== location.href && response.headers.get("Sarai-Kept") !== "0") history.pushState(null, "", response.url);
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  document.documentElement.dir = page.documentElement.dir;
  document.documentElement.dataset.line = page.documentElement.dataset.line;
  // Who goes elsewhere has not answered what was asked here.
  if (!quiet) document.querySelectorAll<HTMLDialogElement>("dialog[open]").forEach((dialog) => dialog.close());
  // Only the body: a morphed head would bring an import map with a nonce that is no longer good.
  Idiomorph.morph(document.body, page.body, {
    callbacks: {
      beforeNodeMorphed: (old: Node) => !(old instanceof Element && (old.tagName === "SCRIPT" || old.hasAttribute("data-permanent") || (quiet && (isTyped(old) || isAsking(old))))),
      beforeAttributeUpdated: (name: string, node: Element) => !(quiet && name === "open" && (node.tagName === "DIALOG" || node.tagName === "DETAILS")),
    },
  });
  if (push) {
    // A page that asks for the focus wants people to go on right there; otherwise the news at the top are read first.
    const asked = document.querySelector<HTMLElement>("[autofocus]");
    const target = asked ?? document.querySelector<HTMLElement>(".alert, main h1");
    if (!asked) {
      scrollTo({ top: 0 });
      target?.setAttribute("tabindex", target.getAttribute("tabindex") ?? "-1");
    }
    target?.focus({ preventScroll: !asked });
  }
  document.dispatchEvent(new CustomEvent("sarai:page"));
}

// What was asked stays as it was asked until it is answered; the page has only an empty dialog to put there.
function isAsking(element: Element): boolean {
  return element instanceof HTMLDialogElement && element.open;
}

// What somebody has begun to type or choose is theirs until they send it.
function isTyped(element: Element): boolean {
  if (element instanceof HTMLInputElement) return element.value !== element.defaultValue || element.checked !== element.defaultChecked;
  if (element instanceof HTMLTextAreaElement) return element.value !== element.defaultValue;
  return element instanceof HTMLSelectElement && element.selectedIndex !== Math.max(0, [...element.options].findIndex((o) => o.defaultSelected));
}

// A row of sections that does not fit shows the one that is open.
function showCurrent() {
  const row = document.querySelector<HTMLElement>(".desk");
  const open = row?.querySelector<HTMLElement>("[aria-current]");
  if (row && open) row.scrollLeft = open.offsetLeft - (row.clientWidth - open.offsetWidth) / 2;
}

document.addEventListener("sarai:page", showCurrent);
showCurrent();
