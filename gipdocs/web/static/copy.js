// The button that copies what is shown once. Without JavaScript the field is selected and copied by hand.
"use strict";

{
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    field.addEventListener("focus", () => field.select());
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = "已复制";
      } catch {
        button.textContent = document.execCommand("copy") ? "已复制" : "已选中，请按Ctrl+C";
      }
    });
  }
}
