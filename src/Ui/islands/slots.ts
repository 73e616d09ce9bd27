// <sarai-slots data-venue data-query>: the day grid is radio buttons that work without script. Here it follows what others take and free, and
// says so when the chosen slot has just gone.
interface Slot { startsAt: string; available: boolean }
interface Row { resourceId: string; slots: Slot[] }

class Slots extends HTMLElement {
  #pending = false;
  #onNews = () => void this.#refresh();

  connectedCallback() {
    document.addEventListener("sarai:event", this.#onNews);
    this.addEventListener("keydown", this.#move);
  }

  disconnectedCallback() {
    document.removeEventListener("sarai:event", this.#onNews);
  }

  async #refresh() {
    if (this.#pending) return;
    this.#pending = true;
    // A few changes at once are one look.
    await new Promise((done) => setTimeout(done, 150));
    this.#pending = false;
    // What cannot be asked now is asked with the next news; the server decides anyway.
    const response = await fetch(`/api/v1/venues/${this.dataset.venue}/availability?${this.dataset.query}`).catch(() => null);
    if (!response?.ok) return;
    const { data } = (await response.json()) as { data: { resources: Row[] } };
    for (const row of data.resources) {
      for (const slot of row.slots) {
        const input = this.querySelector<HTMLInputElement>(`input[value="${row.resourceId}|${slot.startsAt}"]`);
        if (!input || input.disabled === !slot.available) continue;
        if (input.checked && !slot.available) {
          input.checked = false;
          const note = this.querySelector("[role=status]");
          if (note) note.textContent = this.dataset.taken ?? "";
        }
        input.disabled = !slot.available;
      }
    }
  }

  // Arrows up and down keep the time and change the court.
  #move = (event: KeyboardEvent) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    const input = event.target as HTMLInputElement;
    if (input.type !== "radio") return;
    event.preventDefault();
    const column = [...this.querySelectorAll<HTMLInputElement>("input[type=radio]:not(:disabled)")].filter((i) => i.dataset.time === input.dataset.time);
    const next = column[column.indexOf(input) + (event.key === "ArrowDown" ? 1 : -1)];
    next?.focus();
    next?.click();
  };
}
customElements.define("sarai-slots", Slots);
