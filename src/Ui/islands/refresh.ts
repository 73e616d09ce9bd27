import { refresh } from "./nav";

// A page that waits for something, marked data-refresh="3", looks again by itself: after so many seconds, and at once when news of its groups come.
let timer = 0;

function look() {
  if (document.querySelector("[data-refresh]")) refresh();
}

function wait() {
  clearTimeout(timer);
  const seconds = Number(document.querySelector<HTMLElement>("[data-refresh]")?.dataset.refresh);
  if (seconds > 0) timer = window.setTimeout(look, seconds * 1000);
}

document.addEventListener("sarai:page", wait);
document.addEventListener("sarai:event", look);
wait();
