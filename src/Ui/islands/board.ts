// <sarai-board>: bookings on the desk's board are moved by dragging or with the keyboard. Before anything is saved the server says what it would cost
// or what stands in the way. Without script each booking links to a page with the same form.
const MINUTES = 30;

interface Preview { allowed: boolean; message: string }

class Board extends HTMLElement {
  #drag: { entry: HTMLElement; x: number; y: number; stretch: boolean } | null = null;
  #onNews = () => this.dispatchEvent(new CustomEvent("sarai:stale", { bubbles: true }));

  connectedCallback() {
    this.addEventListener("pointerdown", this.#grab);
    this.addEventListener("keydown", this.#keys);
    document.addEventListener("sarai:event", this.#onNews);
  }

  disconnectedCallback() {
    document.removeEventListener("sarai:event", this.#onNews);
  }

  #grab = (event: PointerEvent) => {
    const entry = (event.target as Element).closest<HTMLElement>("[data-booking]");
    if (!entry || event.button !== 0) return;
    this.#drag = { entry, x: event.clientX, y: event.clientY, stretch: (event.target as Element).hasAttribute("data-edge") };
    entry.setPointerCapture(event.pointerId);
    entry.addEventListener("pointermove", this.#pull);
    entry.addEventListener("pointerup", this.#drop, { once: true });
  };

  #pull = (event: PointerEvent) => {
    if (!this.#drag) return;
    const { entry, x, y } = this.#drag;
    entry.toggleAttribute("data-dragging", Math.hypot(event.clientX - x, event.clientY - y) > 6);
  };

  #drop = (event: PointerEvent) => {
    const drag = this.#drag;
    this.#drag = null;
    if (!drag) return;
    drag.entry.removeEventListener("pointermove", this.#pull);
    if (!drag.entry.hasAttribute("data-dragging")) return;
    drag.entry.removeAttribute("data-dragging");
    // The click that ends a drag must not open the booking.
    addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
    const cell = document.elementsFromPoint(event.clientX, event.clientY).find((e) => e instanceof HTMLElement && e.dataset.cell) as HTMLElement | undefined;
    if (!cell) return;
    if (drag.stretch) {
      const end = Date.parse(cell.dataset.cell!) + MINUTES * 60_000;
      const minutes = (end - Date.parse(drag.entry.dataset.start!)) / 60_000;
      if (minutes >= MINUTES) void this.#ask(drag.entry, drag.entry.dataset.start!, minutes, drag.entry.dataset.resource!);
    } else {
      void this.#ask(drag.entry, cell.dataset.cell!, Number(drag.entry.dataset.minutes), cell.dataset.row!);
    }
  };

  #keys = (event: KeyboardEvent) => {
    const entry = (event.target as Element).closest<HTMLElement>("[data-booking]");
    if (!entry || !event.altKey) return;
    // Where the page runs from right to left, so does the day.
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const step = event.key === forward ? 1 : event.key === "ArrowLeft" || event.key === "ArrowRight" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const minutes = Number(entry.dataset.minutes);
    if (event.shiftKey) void this.#ask(entry, entry.dataset.start!, minutes + step * MINUTES, entry.dataset.resource!);
    else void this.#ask(entry, new Date(Date.parse(entry.dataset.start!) + step * MINUTES * 60_000).toISOString(), minutes, entry.dataset.resource!);
  };

  async #ask(entry: HTMLElement, startsAt: string, minutes: number, resourceId: string) {
    const url = `/api/v1/bookings/${entry.dataset.booking}/reschedule`;
    const body = JSON.stringify({ startsAt, minutes, resourceId });
    const send = (to: string) => fetch(to, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const preview = ((await (await send(`${url}/preview`)).json()) as { data?: Preview; error?: { message: string } });
    const dialog = this.querySelector("dialog")!;
    dialog.querySelector("p")!.textContent = preview.data?.message ?? preview.error?.message ?? "";
    const save = dialog.querySelector<HTMLButtonElement>("[value=save]")!;
    save.hidden = !preview.data?.allowed;
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", async () => {
      if (dialog.returnValue !== "save") return;
      const saved = await send(url);
      if (saved.ok) this.dispatchEvent(new CustomEvent("sarai:stale", { bubbles: true }));
      else {
        dialog.querySelector("p")!.textContent = ((await saved.json()) as { error: { message: string } }).error.message;
        save.hidden = true;
        dialog.showModal();
      }
    }, { once: true });
  }
}
customElements.define("sarai-board", Board);

document.addEventListener("sarai:stale", () => void import("./nav").then((m) => m.refresh()));
