import { ask } from "./ask";

// <sarai-rack>: stays on the room rack are moved to another room or other nights by dragging or with the keyboard, and made longer at their end. Before
// anything is saved the server says what it would cost or what stands in the way. Without script each stay links to the form below the rack.
const DAY = 86_400_000;
const add = (date: string, days: number) => new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);

class Rack extends HTMLElement {
  #drag: { entry: HTMLElement; x: number; y: number; night: string | null; stretch: boolean } | null = null;

  connectedCallback() {
    this.addEventListener("pointerdown", this.#grab);
    this.addEventListener("keydown", this.#keys);
    // A link that is dragged would otherwise be carried away as an address.
    this.addEventListener("dragstart", (event) => event.preventDefault());
  }

  #grab = (event: PointerEvent) => {
    const entry = (event.target as Element).closest<HTMLElement>("[data-booking]");
    if (!entry || event.button !== 0) return;
    this.#drag = { entry, x: event.clientX, y: event.clientY, night: this.#at(event)?.night ?? null, stretch: (event.target as Element).hasAttribute("data-edge") };
    entry.setPointerCapture(event.pointerId);
    entry.addEventListener("pointermove", this.#pull);
    entry.addEventListener("pointerup", this.#drop, { once: true });
  };

  #pull = (event: PointerEvent) => {
    if (this.#drag) this.#drag.entry.toggleAttribute("data-dragging", Math.hypot(event.clientX - this.#drag.x, event.clientY - this.#drag.y) > 6);
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
    const to = this.#at(event);
    if (!to || !drag.night) return;
    if (drag.stretch) this.#stretch(drag.entry, (Date.parse(to.night) - Date.parse(drag.entry.dataset.out!)) / DAY + 1);
    else this.#move(drag.entry, (Date.parse(to.night) - Date.parse(drag.night)) / DAY, to.room);
  };

  // The room and night under the pointer; a cell may be several nights wide.
  #at(event: PointerEvent): { room: string; night: string } | null {
    const cell = document.elementsFromPoint(event.clientX, event.clientY).find((e): e is HTMLTableCellElement => e instanceof HTMLTableCellElement && !!e.dataset.night);
    if (!cell) return null;
    const box = cell.getBoundingClientRect();
    const share = document.documentElement.dir === "rtl" ? (box.right - event.clientX) / box.width : (event.clientX - box.left) / box.width;
    return { room: cell.closest("tr")!.dataset.room!, night: add(cell.dataset.night!, Math.min(cell.colSpan - 1, Math.max(0, Math.floor(share * cell.colSpan)))) };
  }

  #keys = (event: KeyboardEvent) => {
    const entry = (event.target as Element).closest<HTMLElement>("[data-booking]");
    if (!entry || !event.altKey) return;
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const nights = event.key === forward ? 1 : event.key === "ArrowLeft" || event.key === "ArrowRight" ? -1 : 0;
    const row = entry.closest("tr")!;
    const other = event.key === "ArrowUp" ? row.previousElementSibling : event.key === "ArrowDown" ? row.nextElementSibling : null;
    if (!nights && !other) return;
    event.preventDefault();
    if (other) this.#move(entry, 0, (other as HTMLElement).dataset.room!);
    else if (event.shiftKey) this.#stretch(entry, nights);
    else this.#move(entry, nights, row.dataset.room!);
  };

  #move(entry: HTMLElement, nights: number, room: string) {
    const booking = `/api/v1/bookings/${entry.dataset.booking}`;
    if (nights !== 0) this.#change(entry, add(entry.dataset.in!, nights), add(entry.dataset.out!, nights), room);
    else if (room !== entry.closest("tr")!.dataset.room) void ask(this, `${booking}/room/preview`, `${booking}/room`, "POST", { unit: Number(entry.dataset.unit), resourceId: room });
  }

  #stretch(entry: HTMLElement, nights: number) {
    const out = add(entry.dataset.out!, nights);
    if (nights !== 0 && out > entry.dataset.in!) this.#change(entry, entry.dataset.in!, out, entry.closest("tr")!.dataset.room!);
  }

  #change(entry: HTMLElement, checkIn: string, checkOut: string, room: string) {
    const rooms = (JSON.parse(entry.dataset.rooms!) as { resourceId: string | null }[]).map((r, i) => (i === Number(entry.dataset.unit) ? { ...r, resourceId: room } : r));
    const nights = `/api/v1/bookings/${entry.dataset.booking}/nights`;
    void ask(this, `${nights}/preview`, nights, "PUT", { checkIn, checkOut, rooms });
  }
}
customElements.define("sarai-rack", Rack);
