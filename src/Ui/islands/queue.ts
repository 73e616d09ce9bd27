// <sarai-queue data-venue data-offering>: what the desk books while the line is down. Each walk-in is written into IndexedDB with the key it will be
// sent with, so that however often it is sent it is booked once; a refusal (somebody took the court meanwhile) stays and says so.
import { refresh } from "./nav";

interface Entry { key: string; person: string; venue: string; what: string; at: string; body: Record<string, unknown>; problem?: string }

const person = () => document.body.dataset.person ?? "-";

function store<T>(mode: IDBTransactionMode, work: (entries: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((done, fail) => {
    const open = indexedDB.open("sarai-desk", 1);
    open.onupgradeneeded = () => open.result.createObjectStore("walk-ins", { keyPath: "key" });
    open.onerror = () => fail(open.error);
    open.onsuccess = () => {
      const transaction = open.result.transaction("walk-ins", mode);
      const request = work(transaction.objectStore("walk-ins"));
      transaction.oncomplete = () => {
        open.result.close();
        done(request.result);
      };
      transaction.onerror = () => fail(transaction.error);
    };
  });
}

class Queue extends HTMLElement {
  #sending = false;
  #timer = 0;

  connectedCallback() {
    document.addEventListener("submit", this.#take, true);
    addEventListener("online", this.#send);
    this.#timer = window.setInterval(this.#send, 15_000);
    this.addEventListener("click", this.#drop);
    void this.#show().then(this.#send);
  }

  disconnectedCallback() {
    document.removeEventListener("submit", this.#take, true);
    removeEventListener("online", this.#send);
    clearInterval(this.#timer);
  }

  // Before the page's own navigation sees it: is the house there at all?
  #take = (event: SubmitEvent) => {
    const form = event.target as HTMLFormElement;
    if (!form.hasAttribute("data-queue") || form.hasAttribute("data-direct")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void this.#reachable().then(async (reachable) => {
      if (reachable) {
        form.setAttribute("data-direct", "");
        form.requestSubmit(event.submitter);
        form.removeAttribute("data-direct");
        return;
      }
      const data = new FormData(form);
      const startsAt = this.#startOf(String(data.get("time") ?? ""));
      if (!startsAt || !form.reportValidity()) return;
      const field = (name: string) => String(data.get(`Input.${name}`) ?? "").trim() || null;
      const body = { offeringId: this.dataset.offering, resourceId: field("ResourceId"), startsAt, minutes: Number(field("Minutes")), name: field("Name"), phone: field("Phone") };
      const entry: Entry = { key: crypto.randomUUID(), person: person(), venue: this.dataset.venue!, what: `${data.get("time")} · ${body.minutes} · ${body.name}`, at: new Date().toISOString(), body };
      await store("readwrite", (s) => s.put(entry));
      form.querySelectorAll<HTMLInputElement>("[name='Input.Name'], [name='Input.Phone']").forEach((input) => (input.value = ""));
      await this.#show();
    });
  };

  async #reachable(): Promise<boolean> {
    if (!navigator.onLine) return false;
    try {
      return (await fetch("/health/live", { cache: "no-store", signal: AbortSignal.timeout(4000) })).ok;
    } catch {
      return false;
    }
  }

  // The cells of the board know their instants; a start between two of them is minutes after the earlier.
  #startOf(time: string): string | null {
    const [hour, minute] = time.split(":").map(Number);
    if (hour === undefined || minute === undefined) return null;
    const half = `T${String(hour).padStart(2, "0")}:${minute < 30 ? "00" : "30"}:00`;
    const cell = [...document.querySelectorAll<HTMLElement>("[data-cell]")].map((c) => c.dataset.cell!).find((c) => c.includes(half));
    return cell ? new Date(Date.parse(cell) + (minute % 30) * 60_000).toISOString() : null;
  }

  #send = async () => {
    if (this.#sending) return;
    this.#sending = true;
    try {
      let sent = 0;
      for (const entry of await this.#mine()) {
        if (entry.problem) continue;
        const response = await fetch(`/api/v1/venues/${entry.venue}/desk-bookings`, { method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": entry.key, "Accept-Language": document.documentElement.lang }, body: JSON.stringify(entry.body) });
        if (response.ok) {
          await store("readwrite", (s) => s.delete(entry.key));
          sent++;
        } else if (response.status >= 400 && response.status < 500 && response.status !== 401 && response.status !== 408 && response.status !== 429) {
          const { error } = (await response.json()) as { error: { message: string } };
          await store("readwrite", (s) => s.put({ ...entry, problem: error.message }));
        }
      }
      await this.#show();
      // The board shows what has just been booked.
      if (sent > 0) refresh();
    } catch {
      // Still no line; the next try comes by itself.
    } finally {
      this.#sending = false;
    }
  };

  #drop = async (event: Event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-drop]");
    if (!button) return;
    await store("readwrite", (s) => s.delete(button.dataset.drop!));
    await this.#show();
  };

  async #mine(): Promise<Entry[]> {
    const all = await store<Entry[]>("readonly", (s) => s.getAll() as IDBRequest<Entry[]>);
    return all.filter((e) => e.person === person() && e.venue === this.dataset.venue).sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  async #show() {
    const entries = await this.#mine();
    this.hidden = entries.length === 0;
    const rows = entries.map((entry) => {
      const row = document.createElement("li");
      row.className = "spread";
      const text = document.createElement("span");
      text.textContent = entry.what;
      const state = document.createElement("span");
      state.className = `badge ${entry.problem ? "bad" : "warn"}`;
      state.textContent = entry.problem ?? this.dataset.waiting!;
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "quiet";
      drop.dataset.drop = entry.key;
      drop.textContent = this.dataset.remove!;
      row.append(text, state, drop);
      return row;
    });
    this.querySelector("ul")!.replaceChildren(...rows);
  }
}
customElements.define("sarai-queue", Queue);
