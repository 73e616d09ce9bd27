// <sarai-countdown until="2026-06-01T07:15:00Z">: the server's text stands until the first tick.
class Countdown extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.#timer = setInterval(() => this.#tick(), 1000);
    this.#tick();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #tick() {
    const left = Math.max(0, Math.floor((Date.parse(this.getAttribute("until") ?? "") - Date.now()) / 1000));
    if (Number.isNaN(left)) return;
    this.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    this.toggleAttribute("data-soon", left < 120);
    if (left === 0) {
      clearInterval(this.#timer);
      this.dispatchEvent(new CustomEvent("sarai:over", { bubbles: true }));
    }
  }
}
customElements.define("sarai-countdown", Countdown);
