// Photos are made small where they are chosen: a sixteenth of the bytes goes over the air, the right way up and without the camera's notes, and the
// thumbnail comes with them. Without script the server takes the file as it is.
async function scaled(file: File, most: number, quality: number): Promise<File | null> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return null;
  const share = Math.min(1, most / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.max(64, Math.round(picture.width * share)), Math.max(64, Math.round(picture.height * share))];
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/webp", quality));
  return blob && new File([blob], "photo.webp", { type: blob.type });
}

function put(input: HTMLInputElement, file: File) {
  const list = new DataTransfer();
  list.items.add(file);
  input.files = list.files;
}

document.addEventListener("change", (event) => {
  const input = event.target as HTMLInputElement;
  if (!input.matches?.("[data-photo]") || input.hasAttribute("data-scaled")) return;
  const file = input.files?.[0];
  const form = input.form;
  if (!file || !form) return;
  void (async () => {
    const small = form.querySelector<HTMLInputElement>("[data-photo-small]");
    const [large, tiny] = await Promise.all([scaled(file, 2000, 0.85), scaled(file, 480, 0.8)]);
    if (large && large.size < file.size) put(input, large);
    if (tiny && small) put(small, tiny);
    form.toggleAttribute("data-ready", true);
  })();
});
