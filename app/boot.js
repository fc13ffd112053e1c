// Starts the islands of a page. Loaded as a module; the addresses stand on the script's own tag.
const tag = document.querySelector("script[data-module]");

// Outer islands before inner ones: an inner one belongs to the reactive owner its surrounding island hands down.
async function start(mod, node, adopt) {
  for (const child of [...node.children]) {
    if (child.localName === "leptos-island") {
      adopt?.();
      await mod[child.dataset.component]?.(child);
    }
    await start(mod, child, child.localName === "leptos-children" ? child.$$on_hydrate : adopt);
  }
}

// A page whose islands do not come reads and works without them.
if (tag && document.querySelector("leptos-island")) {
  const mod = await import(tag.dataset.module);
  await mod.default({ module_or_path: tag.dataset.wasm });
  mod.hydrate();
  await start(mod, document.body);
  document.documentElement.dataset.ready = "";
}
