// Registers the service worker and says when what is shown is not what is true now.
if ("serviceWorker" in navigator && isSecureContext) void navigator.serviceWorker.register("/sw.js").catch(() => undefined);

const root = document.documentElement;

export function clock(iso: string): string {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return at.toLocaleString(`${root.lang}-u-nu-latn`, today ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function tell() {
  const banner = document.querySelector<HTMLElement>("[data-offline-banner]");
  if (!banner) return;
  const kept = root.dataset.kept;
  banner.hidden = !kept;
  if (kept) banner.textContent = banner.dataset.offlineBanner!.replace("{0}", clock(kept));
}

document.addEventListener("sarai:page", tell);
addEventListener("online", () => {
  // What was shown from the cache is looked up anew.
  if (root.dataset.kept) location.reload();
});
tell();
