// Stripe's own card fields, in Stripe's own frames: no card number ever touches this page.
type Elements = { create(kind: string): { mount(at: HTMLElement): void } };
type Stripe = {
  elements(options: { clientSecret: string }): Elements;
  confirmPayment(options: { elements: Elements; confirmParams: { return_url: string } }): Promise<{ error?: { message?: string } }>;
};
declare global {
  interface Window { Stripe?: (key: string) => Stripe }
}

const load = () => new Promise<void>((done, failed) => {
  if (window.Stripe) return done();
  const script = document.createElement("script");
  script.src = "https://js.stripe.com/v3/";
  script.onload = () => done();
  script.onerror = () => failed(new Error("js.stripe.com"));
  document.head.append(script);
});

class Card extends HTMLElement {
  async connectedCallback() {
    const [fields, button, problem] = ["[data-fields]", "button", "[role=alert]"].map((s) => this.querySelector(s) as HTMLElement);
    const tell = (words: string) => { problem.textContent = words; problem.hidden = false; };
    try {
      await load();
      const stripe = window.Stripe!(this.getAttribute("key")!);
      const elements = stripe.elements({ clientSecret: this.getAttribute("secret")! });
      elements.create("payment").mount(fields);
      button.hidden = false;
      button.addEventListener("click", async () => {
        button.setAttribute("aria-busy", "true");
        const { error } = await stripe.confirmPayment({ elements, confirmParams: { return_url: this.getAttribute("back")! } });
        button.removeAttribute("aria-busy");
        if (error) tell(error.message ?? this.getAttribute("sorry")!);
      });
    } catch {
      tell(this.getAttribute("sorry")!);
    }
  }
}
customElements.define("sarai-card", Card);
export {};
