// Before a change is saved the server says what it would cost or what stands in the way; the person decides.
interface Preview { allowed: boolean; message: string }

/** Shows what the preview says in the host's dialog and saves when that is what the person wants. */
export async function ask(host: HTMLElement, preview: string, save: string, method: string, wish: unknown): Promise<void> {
  const send = (to: string, how: string) => fetch(to, { method: how, headers: { "Content-Type": "application/json" }, body: JSON.stringify(wish) });
  const seen = (await (await send(preview, "POST")).json()) as { data?: Preview; error?: { message: string } };
  const dialog = host.querySelector("dialog")!;
  const text = dialog.querySelector("p")!;
  const button = dialog.querySelector<HTMLButtonElement>("[value=save]")!;
  text.textContent = seen.data?.message ?? seen.error?.message ?? "";
  button.hidden = !seen.data?.allowed;
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue !== "save") return;
    const saved = await send(save, method);
    if (saved.ok) document.dispatchEvent(new CustomEvent("sarai:stale"));
    else {
      text.textContent = ((await saved.json()) as { error: { message: string } }).error.message;
      button.hidden = true;
      dialog.showModal();
    }
  }, { once: true });
}
