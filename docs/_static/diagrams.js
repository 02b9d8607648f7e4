// Draws the Mermaid diagrams of a page, by the copy of Mermaid that lies beside this file: pages work offline.
document.addEventListener("DOMContentLoaded", () => {
  const theme = document.body.dataset.theme;
  const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  for (const block of document.querySelectorAll("div.highlight-mermaid")) {
    const drawing = document.createElement("pre");
    drawing.className = "mermaid";
    drawing.textContent = block.textContent.trim();
    block.replaceWith(drawing);
  }
  mermaid.initialize({ startOnLoad: false, theme: dark ? "dark" : "default" });
  mermaid.run();
});
