import { visit } from "./nav";

// <sarai-near>: the search near where the device is. It asks only when the button is pressed; without it the search by words remains.
class Near extends HTMLElement {
  connectedCallback() {
    if (!("geolocation" in navigator)) return;
    this.toggleAttribute("data-ready", true);
    this.addEventListener("click", this.#ask);
  }

  #ask = () => {
    const button = this.querySelector("button")!;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => void visit(`/clubs?lat=${coords.latitude.toFixed(3)}&lng=${coords.longitude.toFixed(3)}`, { method: "GET" }, true),
      () => (button.textContent = button.dataset.denied ?? ""),
      { timeout: 10_000, maximumAge: 300_000 },
    );
  };
}
customElements.define("sarai-near", Near);
