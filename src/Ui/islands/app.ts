import "./nav";
import "./countdown";
import "./slots";
import "./board";
import "./rack";
import "./refresh";
import "./near";
import "./theme";
import "./photo";
import "./offline";
import "./card";

// A form is sent once: the second click of a double click finds its button asleep.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented && !form.hasAttribute("data-enhance")) return;
  const button = (event.submitter ?? form.querySelector("[type=submit]")) as HTMLButtonElement | null;
  if (!button || button.hasAttribute("data-again")) return;
  queueMicrotask(() => button.setAttribute("aria-disabled", "true"));
  setTimeout(() => button.removeAttribute("aria-disabled"), 4000);
});
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest("[aria-disabled=true]");
  if (button) event.preventDefault();
}, true);

// The live connection is a chunk of its own; pages without news do not load it.
const startLive = () => {
  if (document.querySelector("[data-live]")) void import("./live").then((m) => m.watch());
};
// So is the desk's queue.
const startQueue = () => {
  if (document.querySelector("sarai-queue")) void import("./queue");
};
for (const start of [startLive, startQueue]) {
  document.addEventListener("sarai:page", start);
  start();
}
