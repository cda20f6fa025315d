// What goes along with the next text: chosen, shown small, taken away again.

import { element } from "/thread.js";

const MOST_BYTES = 5 * 1024 * 1024;
const MOST = 10;

export class Attachments {
  constructor(list, picker, complain) {
    this.list = list;
    this.picker = picker;
    this.complain = complain;
    this.files = [];
    picker.addEventListener("change", () => {
      this.add([...picker.files]);
      picker.value = ""; // so that the same one can be chosen again
    });
  }

  add(files) {
    const all = [...this.files, ...files];
    if (all.length > MOST) return this.complain(new Error(`A text can have ${MOST} attachments at the most.`));
    const size = all.reduce((sum, file) => sum + file.size, 0);
    if (size > MOST_BYTES) return this.complain(new Error("A phone can’t send more than 5 MB with a text."));
    this.complain(null);
    this.files = all;
    this.show();
  }

  // hands over what was chosen; whoever fails to send it puts it back
  take() {
    const taken = this.files;
    this.files = [];
    this.show();
    return taken;
  }

  show() {
    for (const picture of this.list.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
    this.list.replaceChildren(...this.files.map((file) => this.chip(file)));
    this.list.hidden = !this.files.length;
  }

  chip(file) {
    const chip = element("li", "chip");
    if (file.type.startsWith("image/")) {
      const picture = element("img");
      picture.src = URL.createObjectURL(file);
      picture.alt = "";
      chip.append(picture);
    }
    chip.append(element("span", "name", file.name));
    const away = element("button", "away", "×");
    away.type = "button";
    away.setAttribute("aria-label", `Remove ${file.name}`);
    away.addEventListener("click", () => {
      this.files = this.files.filter((other) => other !== file);
      this.show();
      this.picker.focus();
    });
    chip.append(away);
    return chip;
  }
}

export async function encode(file) {
  const reader = new FileReader();
  await new Promise((resolve, reject) => {
    reader.addEventListener("load", resolve);
    reader.addEventListener("error", () => reject(new Error(`${file.name} can’t be read.`)));
    reader.readAsDataURL(file);
  });
  return { content_type: file.type || "application/octet-stream", content: reader.result.split(",", 2)[1] || "" };
}
